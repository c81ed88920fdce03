/** The rows whose label is most likely wrong, with what it may be instead. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { colourOf, nameOf } from "../../state/labels.ts";
import { toRowSet } from "../../state/selection.ts";
import type { Suspects as Found } from "../../state/state.ts";
import { Button } from "../../ui/button.tsx";
import { count } from "../../ui/format.ts";
import { Icon } from "../../ui/icons.tsx";
import { List } from "../../ui/list.tsx";
import { Swatch } from "../../ui/swatch.tsx";
import type { Panel, PanelProps } from "../panel.ts";
import { clampTop, shareOf, suspicionText } from "./scale.ts";

const ROW_HEIGHT = 34;

function Suspects(props: PanelProps) {
  const { state, actions } = props;
  const found = state.suspects.value;
  const working = state.working.value;
  const showing = found !== null;
  useEffect(() => (showing ? actions.showSuggestions() : undefined), [showing, actions]);
  return (
    <div class="la-panel">
      {working !== null ? (
        <Progress {...working} onStop={() => actions.stopWork()} />
      ) : found === null ? (
        <div class="la-invite">
          <p>Finds rows whose label disagrees with what the other rows say about them.</p>
          <Button
            name="Find suspects"
            kind="primary"
            disabled={state.readOnly.value}
            onClick={() => actions.findSuspects()}
          >
            Find suspects
          </Button>
        </div>
      ) : (
        <Header {...props} found={found} />
      )}
      {found !== null && <Ranking {...props} found={found} />}
    </div>
  );
}

function Progress({ stage, done, total, onStop }: { stage: string; done: number; total: number; onStop: () => void }) {
  return (
    <div class="la-progress" role="status">
      <div class="la-progress-head">
        <span>{stage}</span>
        <Button name="Stop" icon="close" onClick={onStop} />
      </div>
      <progress {...(total > 0 ? { value: done, max: total } : {})} aria-label={stage} />
    </div>
  );
}

function Header({ state, actions, found }: PanelProps & { found: Found }) {
  const typed = useSignal<string | null>(null); // as typed, so that it can be typed over; put right once it is left
  const most = found.rows.length;
  const putRight = (): number => {
    const top = clampTop(typed.value ?? "", most, found.nFlagged);
    if (typed.value !== null) typed.value = String(top);
    return top;
  };
  const stale = state.status.value.revision !== found.revision;
  return (
    <div class="la-suspects-head">
      <div class="la-summary">
        <span>
          <b>{count(found.nFlagged)}</b> flagged
          <span class="la-quiet"> · about {(found.noiseRate * 100).toFixed(1)}% wrong</span>
        </span>
        {!stale && (
          <Button
            name="Look again"
            icon="refresh"
            disabled={state.readOnly.value}
            onClick={() => actions.findSuspects()}
          />
        )}
      </div>
      {stale && (
        <div class="la-summary la-warn" role="status">
          <span>Labels changed since.</span>
          <Button
            name="Refresh"
            kind="plain"
            icon="refresh"
            disabled={state.readOnly.value}
            onClick={() => actions.findSuspects()}
          >
            Refresh
          </Button>
        </div>
      )}
      {most > 0 && (
        <form
          class="la-top"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            actions.select({ rows: toRowSet(found.rows.subarray(0, putRight())), how: "suspects" });
          }}
        >
          <button type="submit" class="la-button la-plain">
            Select top
          </button>
          <input
            type="number"
            min={1}
            max={most}
            aria-label="How many suspects to select"
            value={typed.value ?? clampTop("", most, found.nFlagged)}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
            }}
            onChange={putRight}
          />
          <span class="la-quiet">of {count(most)}</span>
        </form>
      )}
    </div>
  );
}

function Ranking({ state, actions, view, found }: PanelProps & { found: Found }) {
  state.version.value; // a row that was corrected is shown as done
  const { labels } = state.meta.value;
  const strongest = found.suspicion[0] ?? 0;
  const label = (code: number) => (
    <span class="la-tag">
      <Swatch colour={colourOf(state.meta.value, code)} />
      <span class="la-name" title={nameOf(labels, code)}>
        {nameOf(labels, code)}
      </span>
    </span>
  );
  return (
    <List
      name="Suspects, most suspicious first"
      items={Array.from(found.rows.keys())}
      rowHeight={ROW_HEIGHT}
      keyOf={(i) => found.rows[i] as number}
      empty={<p>No label looks wrong.</p>}
      render={(i) => {
        const row = found.rows[i] as number;
        const given = found.given[i] as number;
        const suggested = found.suggested[i] as number;
        const done = state.rows.codes[row] !== given;
        const suspicion = found.suspicion[i] as number;
        return (
          <div class="la-line" data-done={done}>
            <button
              type="button"
              class="la-row la-suspect"
              data-row={row}
              aria-label={`Row ${row}: ${nameOf(labels, given)}, perhaps ${nameOf(labels, suggested)}. Show it`}
              onClick={() => {
                const rows = Uint32Array.of(row);
                actions.select({ rows, how: "suspects" });
                view.flyTo(rows);
              }}
              onPointerEnter={() => view.ring(Uint32Array.of(row))}
              onPointerLeave={() => view.ring(new Uint32Array(0))}
              onFocus={() => view.ring(Uint32Array.of(row))}
              onBlur={() => view.ring(new Uint32Array(0))}
            >
              <span class="la-number">{row}</span>
              <span class="la-move">
                {label(given)}
                <span class="la-arrow">→</span>
                {label(suggested)}
              </span>
              <span class="la-score" title={`Suspicion ${suspicionText(suspicion)}: 1 = surely wrong`}>
                <i style={{ width: `${Math.round(shareOf(suspicion, strongest) * 100)}%` }} />
              </span>
            </button>
            {done ? (
              <span class="la-done" title="The label was changed since">
                <Icon name="check" />
              </span>
            ) : (
              <Button
                name={`Label row ${row} as ${nameOf(labels, suggested)}`}
                icon="check"
                disabled={state.readOnly.value || suggested === given}
                onClick={() => actions.assign(suggested, Uint32Array.of(row), "suspects")}
              />
            )}
          </div>
        );
      }}
    />
  );
}

export const suspectsPanel: Panel = {
  id: "suspects",
  title: "Suspects",
  Body: Suspects,
  badge: (state) => (state.suspects.value === null ? null : count(state.suspects.value.nFlagged)),
};
