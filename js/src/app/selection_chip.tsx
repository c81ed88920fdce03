/** How many rows are selected, and of which labels; a press on a label narrows the selection to it. */

import type { Actions } from "../state/actions.ts";
import { colourOf, nameOf } from "../state/labels.ts";
import { NO_SELECTION } from "../state/selection.ts";
import type { State } from "../state/state.ts";
import { Button } from "../ui/button.tsx";
import { count, plural } from "../ui/format.ts";
import { Swatch } from "../ui/swatch.tsx";

const MOST_LABELS = 3;

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
      {mix.length > 1 &&
        mix.slice(0, MOST_LABELS).map((share) => {
          const name = nameOf(state.meta.value.labels, share.code);
          const act = `Select only the ${plural(share.count, "row")} labelled ${name}`;
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
              <span class="la-name">{name}</span>
              <span class="la-quiet">{count(share.count)}</span>
            </button>
          );
        })}
      {rest > 0 && <span class="la-quiet">+{rest}</span>}
      <Button name="Clear the selection" icon="close" keys="Esc" onClick={() => actions.select(NO_SELECTION)} />
    </div>
  );
}
