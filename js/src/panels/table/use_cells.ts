/**
 * Fetches the cells of the rows in sight: one request at a time, and always for what is in sight when it can be sent. What lies
 * near is fetched beforehand, many rows at once: a list that scrolls then finds them, and each message costs the host's page
 * more than a hundred rows in it.
 */

import { useEffect, useRef, useState } from "preact/hooks";
import type { RowActions } from "../../state/row_actions.ts";
import { NO_ROWS } from "../../state/selection.ts";

/** So many rows near by must be missing before they are asked for. */
const WORTH_ASKING = 48;

interface Wanted {
  /** The rows in sight. */
  readonly rows: Uint32Array;
  /** Those that may be next. */
  readonly near: Uint32Array;
  /** Null = the hover card's. */
  readonly columns: readonly string[] | null;
}

/** The rows to ask for now: those in sight before any other. */
function missing({ rows, near, columns }: Wanted, actions: RowActions): Uint32Array {
  const lacks = (row: number) => actions.peek(row, columns) === null;
  const now = rows.filter(lacks);
  if (now.length > 0) return now;
  const soon = near.filter(lacks);
  return soon.length < WORTH_ASKING ? NO_ROWS : soon;
}

/** Gives nothing: it draws the caller anew whenever cells have come. `version`: another one makes what is kept stale. */
export function useCells(actions: RowActions, wanted: Wanted, version: number): void {
  const { rows, near, columns } = wanted;
  const newest = useRef(wanted);
  newest.current = wanted;
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
      const { columns: of } = newest.current;
      const asked = of?.length === 0 ? NO_ROWS : missing(newest.current, actions);
      if (asked.length === 0 || stop.signal.aborted) return;
      if (!(await actions.describe(asked, of, stop.signal)) || stop.signal.aborted) return;
      draw((turn) => turn + 1);
      return next();
    };
    void next().finally(() => {
      busy.current = false;
    });
  }, [rows, near, columns, version, actions]);
}
