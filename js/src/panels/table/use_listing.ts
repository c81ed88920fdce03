/** What table and gallery share: the rows in the order that is shown, the line that has the keys, and how lines are chosen. */

import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { chosen, listed, type Way } from "../../state/listing.ts";
import type { PanelProps } from "../panel.ts";

export interface Listing {
  /** The rows in the order that is shown. */
  readonly rows: Uint32Array;
  /** The line that has the keys, and the line from which Shift counts. */
  readonly current: Signal<number>;
  readonly anchor: Signal<number>;
  /** Chooses a line; `fly` brings its row into sight on the map. */
  choose(at: number, way: Way, fly: boolean): void;
}

export function useListing({ state, actions, view, look }: PanelProps): Listing {
  const current = useSignal(0);
  const anchor = useSignal(0);
  const basis = look.basis.value;
  const kept = state.filter.value.rows;
  const { column, descending } = look.sort.value;
  const n = state.meta.value.n_rows;
  const unsorted = useMemo(() => listed(basis, kept, n), [basis, kept, n]);
  const [sorted, setSorted] = useState<{ readonly of: Uint32Array; readonly key: string; rows: Uint32Array } | null>(
    null,
  );
  const key = `${column} ${descending}`;
  useEffect(() => {
    if (column === null || unsorted.length === 0) return;
    const stop = new AbortController();
    void actions.rows.order(unsorted, column, descending, stop.signal).then((rows) => {
      if (rows !== null && !stop.signal.aborted) setSorted({ of: unsorted, key, rows });
    });
    return () => stop.abort();
  }, [unsorted, key, actions]);
  const reversed = useMemo(() => (descending ? unsorted.toReversed() : unsorted), [unsorted, descending]);
  const rows = column === null ? reversed : sorted?.of === unsorted && sorted.key === key ? sorted.rows : unsorted;
  // before anybody can press: an effect that came later would take the press's own line back
  useLayoutEffect(() => {
    current.value = 0;
    anchor.value = 0;
  }, [unsorted]);
  return {
    rows,
    current,
    anchor,
    choose: (at, way, fly) => {
      if (at < 0 || at >= rows.length) return;
      current.value = at;
      if (way !== "range") anchor.value = at;
      actions.select(chosen(rows, at, anchor.value, way, state.selection.value.rows));
      if (fly && way === "alone") view.flyTo(Uint32Array.of(rows[at] as number));
    },
  };
}
