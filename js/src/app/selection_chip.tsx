/**
 * How many rows are selected, of which labels, and how well they hold together where they lie in truth: a line drawn on a map of
 * two dimensions may enclose what does not belong together. A press on a label narrows the selection to it.
 */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CohesionResult } from "../protocol.ts";
import type { Actions } from "../state/actions.ts";
import { colourOf, nameOf } from "../state/labels.ts";
import { NO_SELECTION } from "../state/selection.ts";
import type { State } from "../state/state.ts";
import { Button } from "../ui/button.tsx";
import { count, plural } from "../ui/format.ts";
import { Swatch } from "../ui/swatch.tsx";

const MOST_LABELS = 3;
/** The selection rests so long, in ms, before the kernel is asked about it. */
const REST_MS = 150;

export function SelectionChip({ state, actions }: { readonly state: State; readonly actions: Actions }) {
  const { rows } = state.selection.value;
  const mix = state.mix.value;
  const rest = mix.length - MOST_LABELS;
  const narrow = (code: number) => {
    const { codes } = state.rows;
    actions.select({ rows: rows.filter((row) => codes[row] === code), how: "mixed" });
  };
  return (
    <div class="la-chip">
      <span class="la-chip-count">
        <b>{count(rows.length)}</b> selected
      </span>
      {mix.length === 1 &&
        mix.map(({ code }) => (
          <span key={code} class="la-share" data-share={code}>
            <Swatch colour={colourOf(state.meta.value, code)} />
            <span class="la-name">{nameOf(state.meta.value.labels, code)}</span>
          </span>
        ))}
      {mix.length > 1 &&
        mix.slice(0, MOST_LABELS).map((share) => {
          const name = nameOf(state.meta.value.labels, share.code);
          const act = `${name} ${plural(share.count, "row")}: select only these`;
          return (
            <button
              key={share.code}
              type="button"
              class="la-share"
              data-share={share.code}
              aria-label={act}
              title={act}
              onClick={() => narrow(share.code)}
            >
              <Swatch colour={colourOf(state.meta.value, share.code)} />
              <span class="la-name">{name}</span> <span class="la-quiet">{count(share.count)}</span>
            </button>
          );
        })}
      {rest > 0 && <span class="la-quiet">+{rest}</span>}
      <Cohesion state={state} actions={actions} />
      <Button name="Clear the selection" icon="close" keys="Esc" onClick={() => actions.select(NO_SELECTION)} />
    </div>
  );
}

/** The share of the rows' nearest neighbours that are selected too, and the rows that stand alone. */
function Cohesion({ state, actions }: { readonly state: State; readonly actions: Actions }) {
  const found = useSignal<CohesionResult | null>(null);
  const { rows } = state.selection.value;
  const gone = state.readOnly.value;
  useEffect(() => {
    found.value = null;
    if (rows.length < 2 || gone) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      void actions.measureCohesion(stop.signal).then((answer) => {
        if (!stop.signal.aborted) found.value = answer;
      });
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [rows, gone, actions, found]);
  const { value } = found;
  if (value === null || value.count !== rows.length) return null;
  const inside = `${Math.round(100 * value.inside)}%`;
  const meaning = `${inside} of the nearest neighbours of these rows are selected too, by chance it would be ${Math.round(100 * value.by_chance)}%. Neighbours are those of the original space, not of the map.`;
  return (
    <>
      <span class="la-cohesion la-quiet" data-inside={value.inside} title={meaning}>
        {inside} together
      </span>
      {value.stragglers > 0 && value.stragglers < rows.length && (
        <button
          type="button"
          class="la-share"
          data-stragglers={value.stragglers}
          title="Rows of which few nearest neighbours are selected"
          aria-label={`Select only the ${plural(value.stragglers, "straggler")}`}
          onClick={() => void actions.reselect("stragglers")}
        >
          <span class="la-name">{plural(value.stragglers, "straggler")}</span>
        </button>
      )}
    </>
  );
}
