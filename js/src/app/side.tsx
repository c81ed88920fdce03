/** The panels beside the map, one open at a time. */

import type { ViewCommands } from "../panels/panel.ts";
import { PANELS } from "../panels/registry.ts";
import type { Session } from "./session.ts";
import type { ViewState } from "./view_state.ts";

export function Side({ session, local, view }: { session: Session; local: ViewState; view: ViewCommands }) {
  const shown = PANELS.filter((panel) => panel.shown?.(session.state) ?? true);
  const open = shown.find(({ id }) => id === local.panel.value) ?? shown[0];
  if (open === undefined) return null;
  const { Body } = open;
  return (
    <aside class="la-side" aria-label="Panels">
      <div class="la-tabs" role="tablist" aria-label="Panels">
        {shown.map((panel) => {
          const badge = panel.badge(session.state);
          return (
            <button
              key={panel.id}
              type="button"
              role="tab"
              class="la-tab"
              data-panel={panel.id}
              aria-selected={panel === open}
              onClick={() => {
                local.panel.value = panel.id;
                view.emphasise(null);
                view.ring(new Uint32Array(0));
              }}
            >
              {panel.title}
              {badge !== null && <span class="la-badge">{badge}</span>}
            </button>
          );
        })}
      </div>
      <div class="la-tabpanel" role="tabpanel" aria-label={open.title}>
        <Body key={open.id} state={session.state} actions={session} view={view} look={local.look} />
      </div>
    </aside>
  );
}
