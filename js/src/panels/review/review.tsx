/**
 * The rows whose label is most likely wrong, one after the other: what the row is, what it may be instead and why, and a
 * verdict by one key. The map goes where the row is.
 */

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { choicesOf, judgementOf, LOOKING, type Review as Queue, type Suspect } from "../../state/review.ts";
import type { Working } from "../../state/state.ts";
import { Button } from "../../ui/button.tsx";
import { count } from "../../ui/format.ts";
import type { Panel, PanelProps } from "../panel.ts";
import { Bulk } from "./bulk.tsx";
import { Card } from "./card.tsx";
import { type Verb, verbOf } from "./keys.ts";
import { Other } from "./other.tsx";
import { Pace } from "./pace.tsx";
import { Upcoming } from "./upcoming.tsx";
import { Verdicts } from "./verdicts.tsx";

const NOTHING = new Uint32Array(0);
/** The map flies once a row has been looked at for so long, in ms: of rows that fingers run through it shows the last. */
const LOOKED_MS = 120;

function Review(props: PanelProps) {
  const { state, actions } = props;
  const review = state.review.value;
  const working = state.working.value.find(({ what }) => what === LOOKING) ?? null;
  return (
    <div class="la-panel la-review">
      {working !== null && <Work {...working} onStop={() => actions.stopWork(working.id)} />}
      {review !== null ? (
        <Open {...props} review={review} />
      ) : (
        working === null && (
          <div class="la-invite">
            <p>
              Finds rows whose label disagrees with what the other rows say about them, and asks you about one after the
              other.
            </p>
            <Button
              name="Find suspects"
              kind="primary"
              disabled={state.readOnly.value}
              onClick={() => actions.review.open()}
            >
              Find suspects
            </Button>
          </div>
        )
      )}
    </div>
  );
}

function Work({ what, stage, done, total, onStop }: Working & { readonly onStop: () => void }) {
  const words = stage === "" ? what : `${what}: ${stage}`;
  return (
    <div class="la-progress" role="status">
      <div class="la-progress-head">
        <span>{words}</span>
        <Button name="Stop" icon="close" onClick={onStop} />
      </div>
      <progress {...(total > 0 ? { value: done, max: total } : {})} aria-label={words} />
    </div>
  );
}

function Open(props: PanelProps & { review: Queue }) {
  const { state, actions, view, review } = props;
  const box = useRef<HTMLDivElement>(null);
  const typing = useSignal<number | null>(null); // the row that another label is typed for
  const next = review.suspects[0];
  const row = next?.row ?? null;
  const blind = review.blind;

  useEffect(() => (blind ? undefined : actions.showSuggestions()), [blind, actions]);

  /** The map shows where the row is and what is near it; in blind mode its colour would tell the given label. */
  useEffect(() => {
    if (row === null || blind) {
      view.ring(NOTHING);
      return;
    }
    const neighbors = actions.review.explained(row)?.neighbors;
    let here = true;
    view.ring(Uint32Array.of(row, ...(neighbors ?? [])));
    const flight = setTimeout(() => view.flyTo(Uint32Array.of(row)), LOOKED_MS);
    void actions.review.explain(row).then((found) => {
      if (here && found !== null && neighbors === undefined) view.ring(Uint32Array.of(row, ...found.neighbors));
    });
    return () => {
      here = false;
      clearTimeout(flight);
      view.ring(NOTHING);
    };
  }, [row, blind, actions, view]);

  const act = (verb: Verb, suspect: Suspect | undefined = state.review.peek()?.suspects[0]) => {
    view.giveWay(); // the next row before the map
    if (verb === "undo") return actions.review.undo();
    if (suspect === undefined || state.readOnly.peek()) return;
    if (verb === "other") {
      typing.value = suspect.row;
      return;
    }
    const labels = choicesOf(suspect);
    const label = verb === "accept" ? suspect.suggested : verb === "first" ? labels[0] : labels[1];
    if (verb === "keep" || verb === "drop" || verb === "skip") actions.review.judge({ act: verb }, suspect);
    else if (label !== undefined && (verb !== "accept" || label !== suspect.given)) {
      actions.review.judge(judgementOf(suspect, label), suspect);
    }
  };

  /** Heard before the map's own keys, and not while something is typed; from the first frame on, for fingers are fast. */
  useLayoutEffect(() => {
    const root = box.current?.closest<HTMLElement>(".la-root");
    const onKeyDown = (event: KeyboardEvent) => {
      const origin = event.composedPath()[0];
      if (origin instanceof HTMLInputElement || origin instanceof HTMLSelectElement || event.repeat) return;
      const verb = verbOf(event, state.review.peek()?.blind ?? false);
      if (verb === null) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      act(verb);
    };
    root?.addEventListener("keydown", onKeyDown, { capture: true });
    return () => root?.removeEventListener("keydown", onKeyDown, { capture: true });
  }, [state, actions]);

  return (
    <>
      <Pace {...props} />
      <div class="la-review-body" ref={box}>
        {next === undefined ? (
          <Finished {...props} />
        ) : (
          <>
            <Card key={next.row} {...props} suspect={next} />
            {typing.value === next.row ? (
              <Other
                {...props}
                onChoose={(label) => {
                  typing.value = null;
                  actions.review.judge(judgementOf(next, label), next);
                  view.focusMap();
                }}
                onCancel={() => {
                  typing.value = null;
                  view.focusMap();
                }}
              />
            ) : (
              <Verdicts {...props} suspect={next} onAct={(verb) => act(verb)} />
            )}
          </>
        )}
      </div>
      {next !== undefined && !blind && (
        <>
          <Bulk {...props} suspect={next} />
          <Upcoming {...props} />
        </>
      )}
    </>
  );
}

function finding(judged: number, noise: number | null): string {
  if (judged > 0) return "Every suspect has been judged.";
  if (noise !== null) return "No label looks wrong.";
  return "The labels go with the rows no more than chance would have it: none can be judged. Other features may tell more.";
}

function Finished({ state, actions, review }: PanelProps & { review: Queue }) {
  const { judged, refitting, noise_rate } = review.progress;
  return (
    <div class="la-invite" role="status">
      <p>
        {finding(judged, noise_rate)}
        {refitting && " Looking again with your corrections…"}
      </p>
      {judged > 0 && (
        <Button name="Undo the last verdict" kind="plain" icon="undo" onClick={() => actions.review.undo()}>
          Undo <kbd>U</kbd>
        </Button>
      )}
      <Button
        name="Look again"
        kind="plain"
        icon="refresh"
        disabled={state.readOnly.value || state.working.value.some(({ what }) => what === LOOKING)}
        onClick={() => actions.review.open()}
      >
        Look again
      </Button>
    </div>
  );
}

export const reviewPanel: Panel = {
  id: "review",
  title: "Review",
  Body: Review,
  badge: (state) => {
    const review = state.review.value;
    if (review === null) return null;
    return count(Math.max(review.suspects.length, review.progress.left - state.waiting.value.length));
  },
};
