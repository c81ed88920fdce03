/** What must not be missed: errors with their cure, and the sentence for when the kernel is gone. */

import type { Actions } from "../state/actions.ts";
import type { State } from "../state/state.ts";
import { Button } from "../ui/button.tsx";
import { plural } from "../ui/format.ts";

export function Banners({ state, actions }: { state: State; actions: Actions }) {
  return (
    <div class="la-banners">
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
