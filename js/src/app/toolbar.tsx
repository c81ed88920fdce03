/** The small bar over the map: what a drag does, and the few acts that need no label. */

import type { ComponentChildren } from "preact";
import type { Mode } from "../map/gestures.ts";
import type { Actions } from "../state/actions.ts";
import type { Operation } from "../state/selection.ts";
import type { State } from "../state/state.ts";
import { Button } from "../ui/button.tsx";
import { SelectMenu } from "./select_menu.tsx";
import type { ViewState } from "./view_state.ts";

const MODES: readonly (readonly [Mode, string, string])[] = [
  ["lasso", "Lasso", "L"],
  ["polygon", "Polygon: a click for each corner, Enter closes it", "P"],
  ["box", "Box", "B"],
  ["brush", "Brush: [ and ] change its size, so does Shift with the wheel", "R"],
  ["pan", "Pan", "H"],
];

const OPERATIONS: readonly (readonly [Operation, string, string])[] = [
  ["replace", "Replace the selection", ""],
  ["add", "Add to the selection", "Shift"],
  ["subtract", "Take from the selection", "Alt"],
  ["intersect", "Keep what is in both", "Shift Alt"],
];

interface ToolbarProps {
  readonly state: State;
  readonly actions: Actions;
  readonly local: ViewState;
  readonly onFit: () => void;
  readonly children?: ComponentChildren;
}

export function Toolbar({ state, actions, local, onFit, children }: ToolbarProps) {
  const { can_undo, can_redo } = state.status.value;
  const waiting = state.waiting.value.length > 0;
  const readOnly = state.readOnly.value;
  return (
    <div class="la-toolbar" role="toolbar" aria-label="Map tools">
      <div class="la-group">
        {MODES.map(([mode, name, keys]) => (
          <Button
            key={mode}
            name={name}
            icon={mode}
            keys={keys}
            pressed={local.mode.value === mode}
            onClick={() => {
              local.mode.value = mode;
            }}
          />
        ))}
      </div>
      <div class="la-group" data-quiet={local.mode.value === "pan"}>
        {OPERATIONS.map(([operation, name, keys]) => (
          <Button
            key={operation}
            name={name}
            icon={operation}
            {...(keys === "" ? {} : { keys })}
            pressed={local.operation.value === operation}
            onClick={() => {
              local.chosen.value = operation;
            }}
          />
        ))}
      </div>
      <div class="la-group">
        <SelectMenu state={state} actions={actions} look={local.look} />
        <Button name="Show the whole map" icon="fit" keys="0" onClick={onFit} />
        <Button
          name="Names on the map"
          icon="names"
          keys="N"
          pressed={local.names.value}
          onClick={() => {
            local.names.value = !local.names.value;
          }}
        />
        <Button
          name="Lines of equal density"
          icon="contours"
          keys="C"
          pressed={local.contours.value}
          onClick={() => {
            local.contours.value = !local.contours.value;
          }}
        />
      </div>
      <div class="la-group">
        <Button
          name="Undo"
          icon="undo"
          keys="Ctrl Z"
          disabled={readOnly || !(can_undo || waiting)}
          onClick={() => actions.undo(null)}
        />
        <Button
          name="Redo"
          icon="redo"
          keys="Ctrl Shift Z"
          disabled={readOnly || !can_redo}
          onClick={() => actions.redo()}
        />
      </div>
      {children}
    </div>
  );
}
