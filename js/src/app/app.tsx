/** What one view is made of, from its upper edge to its lower one. */

import { useRef } from "preact/hooks";
import type { MapView } from "../map/map.ts";
import { conflictsPanel } from "../panels/conflicts/conflicts.tsx";
import { FilterBar } from "../panels/filter/bar.tsx";
import { filterPanel } from "../panels/filter/filter.tsx";
import { HelpSheet } from "../panels/help/help.tsx";
import type { ViewCommands } from "../panels/panel.ts";
import { StatusBar } from "../panels/status/status.tsx";
import { Dock } from "./dock.tsx";
import { MapPane } from "./map_pane.tsx";
import { OfflineStrip, SyncStrip } from "./notices.tsx";
import { ResizeHandle } from "./resize_handle.tsx";
import type { Session } from "./session.ts";
import { Side } from "./side.tsx";
import type { ViewState } from "./view_state.ts";

interface AppProps {
  readonly session: Session;
  readonly local: ViewState;
  readonly root: HTMLElement;
  readonly view: ViewCommands;
  readonly take: (map: MapView | null) => void;
  /** Another number draws at once what the signals would draw a little later. */
  readonly turn: number;
}

export function App({ session, local, root, view, take }: AppProps) {
  const current = useRef<MapView | null>(null);
  const onMap = (map: MapView | null) => {
    current.current = map;
    take(map);
  };
  return (
    <>
      <OfflineStrip state={session.state} />
      <SyncStrip state={session.state} />
      <FilterBar
        state={session.state}
        actions={session}
        onOpen={() => {
          local.panel.value = filterPanel.id;
        }}
      />
      <div class="la-main">
        <MapPane
          session={session}
          local={local}
          root={root}
          onMap={onMap}
          onFit={() => current.current?.motion.fit()}
          onShow={view.flyTo}
        />
        <Side session={session} local={local} view={view} />
      </div>
      <Dock session={session} local={local} view={view} root={root} />
      {local.help.value && (
        <HelpSheet
          onClose={() => {
            local.help.value = false;
            view.focusMap();
          }}
        />
      )}
      <StatusBar
        root={root}
        help={local.help}
        dock={local.dock}
        state={session.state}
        actions={session}
        onConflicts={() => {
          local.panel.value = conflictsPanel.id;
        }}
      />
      <ResizeHandle root={root} property="--la-height" name="Height of the map" least={280} first={560} />
      <div class="la-sr" role="status" aria-live="polite">
        {local.said.value}
      </div>
    </>
  );
}
