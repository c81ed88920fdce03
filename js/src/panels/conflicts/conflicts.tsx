/** The edits of the journal that were not applied, because the frame says something else; each is settled one way or the other. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ConflictRow, Keep, Reason } from "../../protocol.ts";
import { codeOf, colourOf } from "../../state/labels.ts";
import { NO_ROWS } from "../../state/selection.ts";
import type { State } from "../../state/state.ts";
import { Button } from "../../ui/button.tsx";
import { count, plural } from "../../ui/format.ts";
import { List } from "../../ui/list.tsx";
import { Swatch } from "../../ui/swatch.tsx";
import { Confirm } from "../confirm.tsx";
import type { Panel, PanelProps } from "../panel.ts";

const ROW_HEIGHT = 62;

const REASONS: Record<Reason, string> = {
  label: "relabelled outside the journal",
  content: "its content changed since",
  missing: "not in this frame any more",
  type: "the column cannot hold the label",
};

/** Whether the journal's label can still be given to the row. */
export function canKeepJournal({ reason }: ConflictRow): boolean {
  return reason !== "missing" && reason !== "type";
}

/** How many edits wait to be settled. */
export function openConflicts(state: State): number {
  const { n_conflicts, n_orphans } = state.status.value;
  return n_conflicts + n_orphans;
}

function Conflicts(props: PanelProps) {
  const { state, actions, view } = props;
  const keep = useSignal<Keep | null>(null);
  const { revision } = state.status.value;
  const open = openConflicts(state);
  const live = state.link.value === "live";
  useEffect(() => {
    if (live) actions.loadConflicts();
  }, [revision, open, live, actions]);
  // a line that goes away under the pointer is never left by it
  useEffect(() => () => view.ring(NO_ROWS), [open, view]);
  const found = state.conflicts.value;
  if (found === null) return <div class="la-panel la-empty">Loading the conflicts…</div>;
  const ask = (wanted: Keep) => {
    keep.value = wanted;
  };
  const done = () => {
    keep.value = null;
  };
  return (
    <div class="la-panel">
      <div class="la-conflicts-head">
        <p class="la-quiet">
          {plural(open, "edit")} of the journal {open === 1 ? "was" : "were"} not applied: which label holds?
        </p>
        {keep.value === null ? (
          <div class="la-acts">
            <Button
              name="Keep the journal for all"
              kind="plain"
              disabled={state.readOnly.value || !found.conflicts.some(canKeepJournal)}
              onClick={() => ask("journal")}
            >
              Journal for all
            </Button>
            <Button
              name="Keep the frame for all"
              kind="plain"
              disabled={state.readOnly.value || found.total === 0}
              onClick={() => ask("frame")}
            >
              Frame for all
            </Button>
          </div>
        ) : (
          <Confirm
            actions={actions}
            names={state.meta.value}
            operation={{ kind: "resolve", keep: keep.value, keys: null }}
            guess={found.total}
            before=""
            verb=""
            disabled={state.readOnly.value}
            onDone={done}
            onCancel={done}
          />
        )}
      </div>
      <List
        name="Edits that were not applied"
        items={found.conflicts}
        rowHeight={ROW_HEIGHT}
        keyOf={(conflict) => conflict.key}
        empty={<p>Everything is settled.</p>}
        render={(conflict) => <Line {...props} conflict={conflict} />}
      />
      {found.total > found.conflicts.length && (
        <p class="la-hint">
          The first {count(found.conflicts.length)} of {count(found.total)} are shown; conflicts() in Python gives all.
        </p>
      )}
    </div>
  );
}

function Line({ state, actions, view, conflict }: PanelProps & { readonly conflict: ConflictRow }) {
  const { key, row, frame, journal, reason } = conflict;
  const here = row >= 0;
  const ring = (on: boolean) => here && view.ring(on ? Uint32Array.of(row) : NO_ROWS);
  const settle = (keep: Keep) => void actions.operate({ kind: "resolve", keep, keys: [key] });
  return (
    <div
      class="la-conflict"
      data-key={key}
      data-reason={reason}
      onPointerEnter={() => ring(true)}
      onPointerLeave={() => ring(false)}
    >
      <button
        type="button"
        class="la-conflict-what"
        disabled={!here}
        aria-label={`${key}: ${REASONS[reason]}.${here ? " Show it" : ""}`}
        onClick={() => {
          const rows = Uint32Array.of(row);
          actions.select({ rows, how: "conflicts" });
          view.flyTo(rows);
        }}
      >
        <b class="la-name">{key}</b> <span class="la-quiet la-name">{REASONS[reason]}</span>
      </button>
      <div class="la-choices">
        <Choice
          state={state}
          who="journal"
          label={journal}
          disabled={state.readOnly.value || !canKeepJournal(conflict)}
          onChoose={() => settle("journal")}
        />
        <Choice
          state={state}
          who="frame"
          label={frame}
          gone={!here}
          disabled={state.readOnly.value}
          onChoose={() => settle("frame")}
        />
      </div>
    </div>
  );
}

interface ChoiceProps {
  readonly state: State;
  readonly who: Keep;
  /** A display name; "" = unlabelled. */
  readonly label: string;
  /** Whether there is no row that has it. */
  readonly gone?: boolean;
  readonly disabled: boolean;
  readonly onChoose: () => void;
}

function Choice({ state, who, label, gone = false, disabled, onChoose }: ChoiceProps) {
  const name = gone ? "let it go" : label === "" ? "unlabelled" : label;
  const code = label === "" ? -1 : codeOf(state.meta.value, label);
  return (
    <button
      type="button"
      class="la-button la-plain la-choice"
      data-keep={who}
      aria-label={gone ? "Frame: let it go" : `Keep the ${who}: ${name}`}
      title={`Keep the ${who}: ${name}`}
      disabled={disabled}
      onClick={onChoose}
    >
      <span class="la-quiet">{who}</span> {!gone && <Swatch colour={colourOf(state.meta.value, code)} />}
      <span class="la-name">{name}</span>
    </button>
  );
}

export const conflictsPanel: Panel = {
  id: "conflicts",
  title: "Conflicts",
  Body: Conflicts,
  badge: (state) => count(openConflicts(state)),
  shown: (state) => openConflicts(state) > 0,
};
