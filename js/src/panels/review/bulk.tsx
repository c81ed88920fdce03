/** The suggestion of the row that is looked at, accepted for all rows that it was made for as surely. */

import { useSignal } from "@preact/signals";
import { nameOf } from "../../state/labels.ts";
import { bulkRows, type Review, type Suspect } from "../../state/review.ts";
import { Button } from "../../ui/button.tsx";
import { count } from "../../ui/format.ts";
import type { PanelProps } from "../panel.ts";

const LEVELS = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99] as const;

export function Bulk({ state, actions, review, suspect }: PanelProps & { review: Review; suspect: Suspect }) {
  const above = useSignal(0.9);
  const selection = state.selection.value.rows;
  const within = selection.length > 0;
  const { given, suggested } = suspect;
  if (given === suggested) return null;
  const rows = bulkRows(review.suspects, suggested, above.value, within ? selection : null);
  const name = nameOf(state.meta.value.labels, suggested);
  const where = within ? "in the selection" : "in the queue";
  return (
    <div class="la-bulk">
      <span class="la-name">
        All <b>{name}</b> above
      </span>
      <select
        class="la-select"
        aria-label="Least confidence"
        value={String(above.value)}
        onChange={(event) => {
          above.value = Number(event.currentTarget.value);
        }}
      >
        {LEVELS.map((level) => (
          <option key={level} value={String(level)}>
            {Math.round(level * 100)}%
          </option>
        ))}
      </select>
      <Button
        name={`Select these ${rows.length} rows on the map`}
        icon="target"
        disabled={rows.length === 0}
        onClick={() => actions.select({ rows, how: "queue" })}
      />
      <Button
        name={`Accept ${name} for ${rows.length} rows ${where}`}
        kind="plain"
        disabled={rows.length === 0 || state.readOnly.value}
        onClick={() => actions.review.acceptAll(suggested, above.value, within)}
      >
        <span title={`${count(rows.length)} rows ${where}, as one gesture`}>Accept {count(rows.length)}</span>
      </Button>
    </div>
  );
}
