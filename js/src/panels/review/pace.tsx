/** How far the review is, how fast it goes, and what noise is left. */

import { LOOKING, type Review } from "../../state/review.ts";
import { Button } from "../../ui/button.tsx";
import { count } from "../../ui/format.ts";
import type { PanelProps } from "../panel.ts";

const percent = (share: number) => `${(share * 100).toFixed(1)}%`;

const range = (interval: readonly number[] | null) =>
  interval === null ? "" : ` 95% interval of what is left: ${interval.map(percent).join(" to ")}`;

export function Pace({ state, actions, review }: PanelProps & { review: Review }) {
  const { judged, changed, left, noise_rate, noise_interval, noise_before, per_minute, refitting } = review.progress;
  const { blind } = review;
  return (
    <div class="la-pace">
      <div class="la-summary">
        <span>
          <b>{count(judged)}</b> judged<span class="la-quiet"> · {count(left)} left</span>
          {per_minute !== null && <span class="la-quiet"> · {count(Math.round(per_minute))}/min</span>}
        </span>
        <span class="la-pace-acts">
          <Button
            name={blind ? "Show the suggestions" : "Blind: hide which label is given"}
            icon={blind ? "hidden" : "eye"}
            pressed={blind}
            onClick={() => actions.review.setBlind(!blind)}
          />
          <Button
            name="Look again"
            icon="refresh"
            disabled={state.readOnly.value || state.working.value.some(({ what }) => what === LOOKING)}
            onClick={() => actions.review.open()}
          />
        </span>
      </div>
      <progress value={judged} max={Math.max(1, judged + left)} aria-label="Judged" />
      <div
        class="la-quiet la-noise"
        title={`Estimated share of wrong labels; judged rows count as right.${range(noise_interval)}`}
      >
        {noise_rate === null ? null : judged > 0 && noise_before !== null ? (
          <>
            {percent(noise_before)} wrong at first, <b>{percent(noise_rate)}</b> now
            {!blind && changed > 0 && <span> · {count(changed)} corrected</span>}
          </>
        ) : (
          <>
            about {percent(noise_rate)} wrong
            {noise_interval !== null && ` (${noise_interval.map(percent).join(" to ")})`}
          </>
        )}
        {refitting && <span class="la-refit"> · learning…</span>}
      </div>
    </div>
  );
}
