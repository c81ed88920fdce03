/** The row that is judged: what it holds, its label and what it may be instead, and why. */

import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { colourOf, nameOf } from "../../state/labels.ts";
import { choicesOf, type Review, type Suspect, toFetch } from "../../state/review.ts";
import { Swatch } from "../../ui/swatch.tsx";
import { Field } from "../field.tsx";
import type { PanelProps } from "../panel.ts";
import { sureness } from "./scale.ts";

export function Card(props: PanelProps & { review: Review; suspect: Suspect }) {
  const { state, actions, review, suspect } = props;
  const { row } = suspect;
  const content = state.content.value;
  const reasons = useSignal(actions.review.explained(row)?.reasons ?? []);
  const cells = useSignal(actions.rows.peek(row, null)); // fetched ahead, it is there in the first frame
  useLayoutEffect(() => {
    const stop = new AbortController();
    void actions.rows.describe(Uint32Array.of(row), null, stop.signal).then(() => {
      if (!stop.signal.aborted) cells.value = actions.rows.peek(row, null) ?? [];
    });
    void actions.review.explain(row).then((found) => {
      reasons.value = found?.reasons ?? [];
    });
    return () => stop.abort();
  }, [row, content, actions]);
  const ahead = toFetch(review.suspects, (next) => actions.rows.peek(next, null) !== null);
  useLayoutEffect(() => {
    if (ahead.length === 0) return;
    const { signal } = new AbortController(); // never given up: the next card wants what is under way
    void actions.rows.describe(ahead, null, signal);
  }, [ahead.join(), content, actions]);

  const media = cells.value?.filter(({ url }) => url !== null) ?? [];
  const texts = cells.value?.filter(({ url }) => url === null) ?? [];
  return (
    <div class="la-suspect-card" data-row={row} data-ready={cells.value !== null}>
      <div class="la-content">
        {media.map((cell) => (
          <Field key={cell.name} cell={cell} />
        ))}
        {texts.length > 0 && (
          <dl>
            {texts.map((cell) => (
              <div key={cell.name}>
                <dt>{cell.name}</dt>
                <dd data-missing={cell.text === null}>
                  <Field cell={cell} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      {review.blind ? <Choices suspect={suspect} /> : <Doubt {...props} reasons={reasons.value} />}
      <span class="la-sr" role="status" aria-live="polite">
        {`Row ${row}: ${choicesOf(suspect)
          .map((code) => nameOf(state.meta.value.labels, code))
          .join(" or ")}`}
      </span>
    </div>
  );
}

function Tag({ state, code }: Pick<PanelProps, "state"> & { code: number }) {
  const name = nameOf(state.meta.value.labels, code);
  return (
    <span class="la-tag">
      <Swatch colour={colourOf(state.meta.value, code)} />
      <span class="la-name" title={name}>
        {name}
      </span>
    </span>
  );
}

function Doubt({ state, suspect, reasons }: PanelProps & { suspect: Suspect; reasons: readonly string[] }) {
  const { given, suggested, confidence, row } = suspect;
  return (
    <>
      <div class="la-doubt">
        <span class="la-quiet">is</span>
        <Tag state={state} code={given} />
        <span class="la-number">row {row}</span>
      </div>
      <div class="la-doubt la-perhaps">
        <span class="la-quiet">perhaps</span>
        {suggested === given ? (
          <span class="la-quiet">nothing fits better</span>
        ) : (
          <>
            <b>
              <Tag state={state} code={suggested} />
            </b>
            <span class="la-confidence" title="How sure the suggestion is">
              {sureness(confidence)}
            </span>
          </>
        )}
      </div>
      <ul class="la-reasons" aria-label="Reasons">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </>
  );
}

function Choices({ suspect }: { suspect: Suspect }) {
  return (
    <div class="la-doubt la-blind">
      <span class="la-quiet">Which label is right?</span>
      <span class="la-number">row {suspect.row}</span>
    </div>
  );
}
