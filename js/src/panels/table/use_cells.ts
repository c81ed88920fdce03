/** Fetches the cells of the rows in sight: one request at a time, and always for what is in sight when it can be sent. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { RowActions } from "../../state/row_actions.ts";

/** Gives nothing: it draws the caller anew whenever cells have come. `version`: another one makes what is kept stale. */
export function useCells(
  actions: RowActions,
  rows: Uint32Array,
  columns: readonly string[] | null,
  version: number,
): void {
  const wanted = useRef({ rows, columns });
  wanted.current = { rows, columns };
  const busy = useRef(false);
  const life = useRef<AbortController | null>(null);
  const [, draw] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    life.current = stop;
    return () => stop.abort();
  }, []);
  useEffect(() => {
    const stop = life.current;
    if (busy.current || stop === null) return;
    busy.current = true;
    const next = async (): Promise<void> => {
      const { rows: asked, columns: of } = wanted.current;
      if (of?.length === 0) return;
      const missing = asked.filter((row) => actions.peek(row, of) === null);
      if (missing.length === 0 || stop.signal.aborted) return;
      if (!(await actions.describe(missing, of, stop.signal)) || stop.signal.aborted) return;
      draw((turn) => turn + 1);
      if (wanted.current.rows !== asked || wanted.current.columns !== of) return next();
    };
    void next().finally(() => {
      busy.current = false;
    });
  }, [rows, columns, version, actions]);
}
