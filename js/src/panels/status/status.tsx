/** One line under the map: are the edits safe, how many rows, where do they go. */

import type { Signal } from "@preact/signals";
import type { SaveState } from "../../state/saving.ts";
import { Button } from "../../ui/button.tsx";
import { count, plural } from "../../ui/format.ts";
import { Icon } from "../../ui/icons.tsx";
import type { PanelProps } from "../panel.ts";
import { WorkLine } from "./work_line.tsx";

const WORDS: Record<SaveState, string> = {
  loading: "Loading…",
  refused: "Not loaded",
  saved: "Saved",
  saving: "Saving…",
  queued: "Queued: kernel busy",
  offline: "Read-only",
};

interface StatusProps extends Pick<PanelProps, "state" | "actions"> {
  /** Opens the panel that lists conflicts and orphans. */
  readonly onConflicts: () => void;
  /** The panel that is open below the map. */
  readonly dock: Signal<string | null>;
  /** Whether the list of keys is open. */
  readonly help: Signal<boolean>;
  /** What fills the screen. */
  readonly root: HTMLElement;
}

/** Fills the screen with the view, or gives it back. A host that does not allow it has no button for it. */
function toggleFullScreen(root: HTMLElement): void {
  const done = root.matches(":fullscreen") ? document.exitFullscreen() : root.requestFullscreen();
  done.then(() => root.focus({ preventScroll: true })).catch(() => root.focus({ preventScroll: true }));
}

export function StatusBar({ state, actions, onConflicts, dock, help, root }: StatusProps) {
  const { durable, journal, device, author, n_rows } = state.meta.value;
  const { n_edited, n_conflicts, n_orphans, sync_note } = state.status.value;
  const saving = state.saving.value;
  const selected = state.selection.value.rows.length;
  const busy = state.busy.value;
  const loading = state.making.value !== null ? "Making the map…" : busy ? "Waiting for the kernel…" : WORDS.loading;
  const words = saving === "loading" ? loading : WORDS[saving];
  const halfSaved = saving === "saved" && state.unsynced.value;
  return (
    <footer class="la-status">
      <span class="la-saving" role="status" data-state={halfSaved ? "unsynced" : saving}>
        <i aria-hidden="true" />
        {halfSaved ? (durable ? "Saved in the journal only" : "Not in the frame") : words}
      </span>
      <WorkLine state={state} actions={actions} />
      <span class="la-fact">{plural(n_rows, "row")}</span>
      <span data-fact="selected">{count(selected)} selected</span>
      <span data-fact="edited">{count(n_edited)} edited</span>
      {n_conflicts > 0 && (
        <button
          type="button"
          class="la-warn la-link"
          title="Rows whose label was neither the old nor the new one: settle them"
          onClick={onConflicts}
        >
          {plural(n_conflicts, "conflict")}
        </button>
      )}
      {n_orphans > 0 && (
        <button
          type="button"
          class="la-warn la-link"
          title="Edits of rows that this frame no longer has: settle them"
          onClick={onConflicts}
        >
          {plural(n_orphans, "orphan")}
        </button>
      )}
      {sync_note !== "" && !state.unsynced.value && (
        <span class="la-warn la-note" title={sync_note}>
          <Icon name="warning" />
          {sync_note}
        </span>
      )}
      <button
        type="button"
        class="la-link la-plainlink"
        aria-expanded={dock.value !== null}
        title={`${dock.value === null ? "Show" : "Hide"} the rows as a table  T`}
        onClick={() => {
          dock.value = dock.value === null ? "table" : null;
        }}
      >
        <Icon name="table" />
        Rows
      </button>
      <span class="la-spring" />
      <span class="la-fact" title="Who the edits are signed by">
        {author}
      </span>
      <span class="la-fact">{device}</span>
      {durable ? (
        <span class="la-fact la-path" title={`Edits are kept in ${journal}`}>
          {journal}
        </span>
      ) : (
        <span class="la-warn" title="The journal lives in memory: edits are lost with the kernel">
          <Icon name="warning" />
          memory only
        </span>
      )}
      <span class="la-status-acts">
        {document.fullscreenEnabled && (
          <Button name="Full screen" icon="screen" onClick={() => toggleFullScreen(root)} />
        )}
        <Button
          name="Keys"
          icon="help"
          keys="?"
          pressed={help.value}
          onClick={() => {
            help.value = !help.value;
          }}
        />
      </span>
    </footer>
  );
}
