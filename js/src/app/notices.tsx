/** What must not be missed: errors with their cure, what others changed, and the sentence for when the kernel is gone. */

import type { NoticeRow } from "../protocol.ts";
import type { Actions } from "../state/actions.ts";
import type { State } from "../state/state.ts";
import { Button } from "../ui/button.tsx";
import { plural } from "../ui/format.ts";
import { Icon } from "../ui/icons.tsx";

/** The kernel tells at most so many names: where there are so many, there may be more. */
const MOST_NAMES = 3;

interface BannersProps {
  readonly state: State;
  readonly actions: Actions;
  /** Brings rows into sight. */
  readonly onShow: (rows: Uint32Array) => void;
}

/** "bob changed 12 rows that you had labelled: now refund." */
export function noticeText({ author, rows, labels }: NoticeRow): string {
  const names = labels.map((name) => (name === "" ? "unlabelled" : name));
  const more = labels.length < MOST_NAMES ? "" : ", …";
  const now = names.length === 0 ? "" : `: now ${names.join(", ")}${more}`;
  return `${author} changed ${plural(rows, "row")} that you had labelled${now}.`;
}

export function Banners({ state, actions, onShow }: BannersProps) {
  const show = async (gesture: number) => {
    const rows = await actions.rowsOf(gesture);
    if (rows === null || rows.length === 0) return;
    actions.select({ rows, how: "history" });
    onShow(rows);
    actions.dismissNotice(gesture);
  };
  return (
    <div class="la-banners">
      {state.notices.value.map((notice) => (
        <div key={`notice ${notice.gesture}`} class="la-banner" data-tone="note" role="status">
          <div>{noticeText(notice)}</div>
          <Button name="Show these rows" kind="plain" onClick={() => void show(notice.gesture)}>
            Show
          </Button>
          <Button name="Dismiss" icon="close" onClick={() => actions.dismissNotice(notice.gesture)} />
        </div>
      ))}
      {state.banners.value.map(({ id, tone, text, hint }) => (
        <div key={id} class="la-banner" data-tone={tone} role={tone === "error" ? "alert" : "status"}>
          <div>
            {tone === "error" ? <b>{text}</b> : text}
            {hint !== "" && <p>{hint}</p>}
          </div>
          <Button name="Dismiss" icon="close" onClick={() => actions.dismiss(id)} />
        </div>
      ))}
    </div>
  );
}

interface MakingProps {
  readonly stage: string;
  /** Of the whole, 0 to 1. */
  readonly part: number;
  readonly onStop: () => void;
}

/** How far the making of the map is, over what is there of it. */
export function Making({ stage, part, onStop }: MakingProps) {
  return (
    <div class="la-banners">
      <div class="la-banner la-making" data-tone="note">
        <div>
          {stage}
          <progress value={part} aria-label="Making the map" />
        </div>
        <Button name="Stop making the map" kind="plain" onClick={onStop}>
          Stop
        </Button>
      </div>
    </div>
  );
}

export function OfflineStrip({ state }: { state: State }) {
  if (state.link.value !== "gone") return null;
  const lost = state.lost.value;
  const rows = lost.reduce((sum, entry) => sum + entry.rows, 0);
  return (
    <div class="la-offline" role="alert">
      The kernel that held this map is gone. Run its cell again; edits that were saved are in the journal.
      {lost.length > 0 && (
        <b>
          {" "}
          {plural(lost.length, "gesture")} ({plural(rows, "row")}) {lost.length === 1 ? "was" : "were"} not confirmed as
          saved.
        </b>
      )}
    </div>
  );
}

/** Says in full that edits do not reach the caller's frame, for as long as they do not. */
export function SyncStrip({ state }: { state: State }) {
  const { sync_note } = state.status.value;
  if (!state.unsynced.value || state.link.value === "gone") return null;
  return (
    <div class="la-unsynced" role="alert">
      <Icon name="warning" />
      <div>
        <b>{sync_note === "" ? "Edits no longer reach the frame." : sync_note}</b>
        {!sync_note.includes("to_frame()") && (
          <p>
            <code>m.to_frame()</code>, with <code>m</code> the name of this map, gives a frame with the labels as they
            are shown.
          </p>
        )}
      </div>
    </div>
  );
}
