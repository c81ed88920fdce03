/** The rows below the map: the table or the gallery, of a height that can be changed. */

import { useEffect, useRef } from "preact/hooks";
import type { ViewCommands } from "../panels/panel.ts";
import { DOCKED } from "../panels/registry.ts";
import { ColumnsChoice } from "../panels/table/columns_choice.tsx";
import { listed } from "../state/listing.ts";
import { Button } from "../ui/button.tsx";
import { focusIn } from "../ui/focus.ts";
import { plural } from "../ui/format.ts";
import { Tabs } from "../ui/tabs.tsx";
import { ResizeHandle } from "./resize_handle.tsx";
import type { Session } from "./session.ts";
import type { ViewState } from "./view_state.ts";

interface DockProps {
  readonly session: Session;
  readonly local: ViewState;
  readonly view: ViewCommands;
  readonly root: HTMLElement;
}

export function Dock({ session, local, view, root }: DockProps) {
  const { state } = session;
  const box = useRef<HTMLElement>(null);
  const shown = DOCKED.filter((panel) => panel.shown?.(state) ?? true);
  const open = local.dock.value === null ? undefined : (shown.find(({ id }) => id === local.dock.value) ?? shown[0]);
  useEffect(() => {
    if (open !== undefined && state.columns.value === null) session.rows.loadColumns();
  }, [open]);
  useEffect(() => {
    // the keys are where the eyes are; what was pressed in the dock itself keeps them
    if (open !== undefined && box.current?.contains(focusIn(root)) !== true) {
      box.current?.scrollIntoView?.({ block: "nearest" }); // it may have opened below the window
      box.current?.querySelector<HTMLElement>(".la-dock-body [tabindex='0']")?.focus({ preventScroll: true });
    }
  }, [open?.id]);
  if (open === undefined) return null;
  const { Body } = open;
  const place = `${local.look.id}-rows`;
  const basis = local.look.basis.value;
  const rows = listed(basis, state.filter.value.rows, state.meta.value.n_rows).length;
  const passing = rows === 1 ? "passes" : "pass";
  const words = basis !== null ? "selected" : state.filter.value.rows === null ? "in all" : `${passing} the filter`;
  return (
    <section ref={box} class="la-dock" aria-label="Rows">
      <ResizeHandle root={root} property="--la-dock" name="Height of the rows" upwards least={120} first={240} />
      <div class="la-dock-head">
        <Tabs
          name="Rows as"
          look="la-dock-tabs"
          controls={place}
          open={open.id}
          tabs={shown.map(({ id, title }) => ({ id, title }))}
          onOpen={(id) => {
            local.dock.value = id;
          }}
        />
        <span class="la-quiet la-name" data-fact="listed">
          {plural(rows, "row")} {words}
        </span>
        <span class="la-spring" />
        {basis !== null && (
          <>
            <Button
              name="Select all of them"
              kind="ghost"
              onClick={() => session.select({ rows: basis, how: "table" })}
            >
              Select all
            </Button>
            <Button
              name="List all rows"
              kind="ghost"
              onClick={() => {
                local.look.basis.value = null;
              }}
            >
              List all rows
            </Button>
          </>
        )}
        {open.id === "table" && <ColumnsChoice state={state} look={local.look} />}
        <Button
          name="Close the rows"
          icon="close"
          onClick={() => {
            local.dock.value = null;
            view.ring(new Uint32Array(0));
            view.focusMap();
          }}
        />
      </div>
      <div id={place} class="la-dock-body" role="tabpanel" aria-label={open.title}>
        <Body key={open.id} state={state} actions={session} view={view} look={local.look} />
      </div>
    </section>
  );
}
