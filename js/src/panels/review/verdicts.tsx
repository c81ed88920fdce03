/** The verdicts on a row, each with its key. */

import { nameOf } from "../../state/labels.ts";
import { choicesOf, type Review, type Suspect } from "../../state/review.ts";
import type { PanelProps } from "../panel.ts";
import { KEYS, type Verb } from "./keys.ts";

interface VerdictsProps extends PanelProps {
  readonly review: Review;
  readonly suspect: Suspect;
  readonly onAct: (verb: Verb) => void;
}

export function Verdicts({ state, review, suspect, onAct }: VerdictsProps) {
  const { labels } = state.meta.value;
  const name = (code: number | undefined) => (code === undefined ? "" : nameOf(labels, code));
  const [first, second] = choicesOf(suspect);
  const same = suspect.suggested === suspect.given;
  const readOnly = state.readOnly.value;
  const button = (verb: Verb, words: string, say: string, off = false) => (
    <button
      key={verb}
      type="button"
      class={`la-button ${verb === "accept" ? "la-primary" : "la-plain"} la-verdict`}
      data-verdict={verb}
      title={say}
      disabled={readOnly || off}
      onClick={() => onAct(verb)}
    >
      <span class="la-name">{words}</span> <kbd>{KEYS[verb]}</kbd>
    </button>
  );
  return (
    <div class="la-verdicts">
      {review.blind
        ? [
            button("first", name(first), `It is ${name(first)}`),
            button("second", name(second), `It is ${name(second)}`, second === undefined),
          ]
        : [
            button("accept", name(suspect.suggested), `Accept: it is ${name(suspect.suggested)}`, same),
            button("keep", `Keep ${name(suspect.given)}`, `Keep: it is ${name(suspect.given)}`),
          ]}
      {button("other", "Other", "Another label")}
      {button("drop", "Drop", "Drop: it belongs to no label")}
      {button("skip", "Skip", "Skip: it comes again last")}
      {button("undo", "Undo", "Undo the last verdict")}
    </div>
  );
}
