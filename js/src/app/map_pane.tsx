/** The map and what stands over it. */

import { useLayoutEffect, useRef } from "preact/hooks";
import type { MapView } from "../map/map.ts";
import { HoverCard } from "../panels/hover/hover.tsx";
import { Legend } from "../panels/legend/legend.tsx";
import { Button } from "../ui/button.tsx";
import { ExportMenu } from "./export_menu.tsx";
import { paintedBy, sightOf } from "./exports.ts";
import { linkMap } from "./map_link.ts";
import { Banners, Making } from "./notices.tsx";
import { SelectionChip } from "./selection_chip.tsx";
import type { Session } from "./session.ts";
import { Toolbar } from "./toolbar.tsx";
import type { ViewState } from "./view_state.ts";

interface MapPaneProps {
  readonly session: Session;
  readonly local: ViewState;
  readonly root: HTMLElement;
  readonly onMap: (map: MapView | null) => void;
  readonly onFit: () => void;
  /** Brings rows into sight. */
  readonly onShow: (rows: Uint32Array) => void;
}

export function MapPane(props: MapPaneProps) {
  const { session, local, onMap, onFit, onShow } = props;
  const { state } = session;
  const host = useRef<HTMLDivElement>(null);
  const made = useRef<MapView | null>(null);
  // at once: an effect would wait for a frame, and a page in the background draws none
  useLayoutEffect(() => {
    if (host.current === null) return;
    const { map, unlink } = linkMap(host.current, props);
    onMap(map);
    made.current = map;
    return () => {
      onMap(null);
      unlink();
    };
  }, []);

  const selected = state.selection.value.rows.length;
  const hovered = local.hovered.value;
  const making = state.making.value;
  const empty = making === null && state.rows.n === 0; // what formed in sight stands already
  const loading = state.link.value === "loading" && empty && local.unable.value === null;
  return (
    <div class="la-map" ref={host} data-mode={local.panHeld.value ? "pan" : local.mode.value}>
      <Toolbar state={state} actions={session} local={local} onFit={onFit}>
        <ExportMenu
          exports={session.exports}
          disabled={state.readOnly.value}
          painted={() => paintedBy(local)}
          onSave={(format) => {
            if (made.current === null) return;
            void session.exports.save(format, sightOf(made.current.canvas), local.shade.value, paintedBy(local));
          }}
        />
      </Toolbar>
      {making !== null && <Making {...making} onStop={() => session.stopMaking()} />}
      <Banners state={state} actions={session} onShow={onShow} />
      {local.unable.value !== null && <p class="la-centre">{local.unable.value}</p>}
      {loading && <p class="la-centre">Loading the map…</p>}
      {local.astray.value && (
        <div class="la-centre">
          <Button name="Fit" kind="plain" icon="fit" onClick={onFit}>
            No row is in sight: fit <kbd>F</kbd>
          </Button>
        </div>
      )}
      {state.link.value === "refused" && (
        <div class="la-centre">
          <Button name="Try again" kind="primary" icon="refresh" onClick={() => session.retry()}>
            Load the map again
          </Button>
        </div>
      )}
      {selected > 0 ? (
        <SelectionChip state={state} actions={session} />
      ) : (
        <div class="la-keys" aria-hidden="true">
          <kbd>Drag</kbd> {local.mode.value === "pan" ? "pans" : "selects"} · <kbd>Shift</kbd> adds · <kbd>Alt</kbd>{" "}
          takes away · <kbd>Space</kbd> pans
        </div>
      )}
      {state.link.value !== "loading" && <Legend state={state} colours={local.colours} actions={session} />}
      {hovered !== null && <HoverCard key={hovered.row} state={state} actions={session} at={hovered} />}
    </div>
  );
}
