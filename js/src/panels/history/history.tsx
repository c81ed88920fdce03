/** What was done to the labels, newest first; each gesture can be taken back by itself. */

import { useEffect } from "preact/hooks";
import type { GestureRow } from "../../protocol.ts";
import { Button } from "../../ui/button.tsx";
import { ago, count, plural } from "../../ui/format.ts";
import { List } from "../../ui/list.tsx";
import type { Panel, PanelProps } from "../panel.ts";

const ROW_HEIGHT = 50;

function History({ state, actions, view }: PanelProps) {
  const { revision } = state.status.value;
  const live = state.link.value === "live";
  useEffect(() => {
    if (live) actions.loadHistory();
  }, [revision, live, actions]);
  const history = state.history.value;
  const show = async (gesture: number) => {
    const rows = await actions.rowsOf(gesture);
    if (rows === null || rows.length === 0) return;
    actions.select({ rows, how: "history" });
    view.flyTo(rows);
  };
  const now = new Date();
  if (history === null) return <div class="la-panel la-empty">Loading the history…</div>;
  return (
    <div class="la-panel">
      <List
        name="History, newest first"
        items={history.gestures}
        rowHeight={ROW_HEIGHT}
        keyOf={(gesture) => gesture.id}
        empty={<p>Nothing has been changed yet.</p>}
        render={(gesture) => (
          <Gesture
            gesture={gesture}
            when={ago(gesture.at, now)}
            disabled={state.readOnly.value}
            onUndo={() => actions.undo(gesture.id)}
            onShow={() => void show(gesture.id)}
          />
        )}
      />
      {history.total > history.gestures.length && (
        <p class="la-hint">
          The newest {count(history.gestures.length)} of {count(history.total)} are shown; history() in Python gives
          all.
        </p>
      )}
    </div>
  );
}

/** The kernel tells at most so many names: where there are so many, there may be more. */
const MOST_NAMES = 3;

/** Display names in a row; an empty one is a row without a label. */
export function wordsOf(names: readonly string[]): string {
  const words = names.map((name) => (name === "" ? "unlabelled" : name));
  return (names.length < MOST_NAMES ? words : [...words, "…"]).join(", ");
}

interface GestureProps {
  readonly gesture: GestureRow;
  readonly when: string;
  readonly disabled: boolean;
  readonly onUndo: () => void;
  readonly onShow: () => void;
}

function Gesture({ gesture, when, disabled, onUndo, onShow }: GestureProps) {
  const [before, after] = [wordsOf(gesture.before), wordsOf(gesture.after)];
  const takesBack = gesture.undoes !== null;
  return (
    <div class="la-gesture" data-undone={gesture.undone} data-gesture={gesture.id}>
      <div class="la-what">
        <span class="la-change-line" title={`${before} → ${after}`}>
          <span class="la-name">{before}</span>
          <span class="la-arrow">→</span>
          <b class="la-name">{after}</b>
        </span>
        <span class="la-quiet">
          {gesture.action} · {plural(gesture.rows, "row")} · {gesture.how} · {gesture.author} ·{" "}
          <time dateTime={gesture.at} title={gesture.at}>
            {when}
          </time>
        </span>
      </div>
      {gesture.rows > 0 && (
        <Button name={`Show the ${plural(gesture.rows, "row")}`} icon="target" disabled={disabled} onClick={onShow} />
      )}
      {!takesBack && !gesture.undone && (
        <Button
          name={`Undo: ${before} → ${after}, ${plural(gesture.rows, "row")}`}
          icon="undo"
          disabled={disabled}
          onClick={onUndo}
        />
      )}
    </div>
  );
}

export const historyPanel: Panel = {
  id: "history",
  title: "History",
  Body: History,
  badge: () => null,
};
