/** What comes next in the queue; a press on a line brings its row to the front. */

import { colourOf, nameOf } from "../../state/labels.ts";
import type { Review } from "../../state/review.ts";
import { toRowSet } from "../../state/selection.ts";
import { Button } from "../../ui/button.tsx";
import { plural } from "../../ui/format.ts";
import { List } from "../../ui/list.tsx";
import { Swatch } from "../../ui/swatch.tsx";
import type { PanelProps } from "../panel.ts";
import { shareOf, suspicionText } from "./scale.ts";

const ROW_HEIGHT = 28;

export function Upcoming({ state, actions, review }: PanelProps & { review: Review }) {
  const { labels } = state.meta.value;
  const [, ...rest] = review.suspects;
  const strongest = Math.max(0, ...review.suspects.slice(0, 50).map(({ suspicion }) => suspicion));
  const label = (code: number) => (
    <span class="la-tag">
      <Swatch colour={colourOf(state.meta.value, code)} />
      <span class="la-name" title={nameOf(labels, code)}>
        {nameOf(labels, code)}
      </span>
    </span>
  );
  return (
    <div class="la-upcoming">
      <div class="la-next-head">
        <span class="la-quiet">Next</span>
        <Button
          name={`Select the ${plural(review.suspects.length, "suspect")}`}
          icon="target"
          onClick={() => actions.select({ rows: toRowSet(review.suspects.map(({ row }) => row)), how: "queue" })}
        />
      </div>
      <List
        name="Suspects, most suspicious first"
        items={rest}
        rowHeight={ROW_HEIGHT}
        keyOf={({ row }) => row}
        empty={<p>This is the last one.</p>}
        render={(suspect) => {
          const { row, given, suggested, suspicion } = suspect;
          return (
            <div class="la-line">
              <button
                type="button"
                class="la-row la-suspect"
                data-suspect={row}
                aria-label={`Row ${row}: ${nameOf(labels, given)} → ${nameOf(labels, suggested)}. Review it now`}
                onClick={() => actions.review.bringForward(suspect)}
              >
                <span class="la-number">{row}</span>{" "}
                <span class="la-move">
                  {label(given)} <span class="la-arrow">→</span> {label(suggested)}
                </span>
                <span class="la-score" title={`Suspicion ${suspicionText(suspicion)}: 1 = surely wrong`}>
                  <i style={{ width: `${Math.round(shareOf(suspicion, strongest) * 100)}%` }} />
                </span>
              </button>
            </div>
          );
        }}
      />
    </div>
  );
}
