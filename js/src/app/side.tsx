/** The panels beside the map, one open at a time. */

import type { ViewCommands } from "../panels/panel.ts";
import { PANELS } from "../panels/registry.ts";
import { NO_ROWS } from "../state/selection.ts";
import { Tabs } from "../ui/tabs.tsx";
import type { Session } from "./session.ts";
import type { ViewState } from "./view_state.ts";

export function Side({ session, local, view }: { session: Session; local: ViewState; view: ViewCommands }) {
  const shown = PANELS.filter((panel) => panel.shown?.(session.state) ?? true);
  const open = shown.find(({ id }) => id === local.panel.value) ?? shown[0];
  if (open === undefined) return null;
  const { Body } = open;
  const place = `${local.look.id}-panel`;
  return (
    <aside class="la-side" aria-label="Panels">
      <Tabs
        name="Panels"
        controls={place}
        open={open.id}
        tabs={shown.map(({ id, title, badge }) => ({ id, title, badge: badge(session.state) }))}
        onOpen={(id) => {
          local.panel.value = id;
          view.emphasise(null);
          view.ring(NO_ROWS);
        }}
      />
      <div id={place} class="la-tabpanel" role="tabpanel" aria-label={open.title}>
        <Body key={open.id} state={session.state} actions={session} view={view} look={local.look} />
      </div>
    </aside>
  );
}
