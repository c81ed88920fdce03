/** The acts on one label, as its menu offers them, and what the order of the list says of it. */

import { type Look, toggleHidden, toggleIsolated } from "../../state/look.ts";
import type { State } from "../../state/state.ts";
import { count } from "../../ui/format.ts";
import type { MenuItem } from "../../ui/menu.tsx";
import type { PanelProps } from "../panel.ts";
import type { Act } from "./sheet.tsx";

/** What the order of the list counts of a label. */
export function tallyOf(state: State, { labelOrder }: Look): (code: number) => number {
  switch (labelOrder.value) {
    case "edited": {
      const edited = state.edited.value;
      return (code) => edited[code + 1] ?? 0;
    }
    case "suspects": {
      const suspected = state.suspected.value;
      return (code) => suspected.get(code) ?? 0;
    }
    default:
      return () => 0;
  }
}

export function tallyWords({ labelOrder }: Look, n: number): string {
  const counted = labelOrder.value === "edited" || labelOrder.value === "suspects";
  return counted && n > 0 ? `${count(n)} ${labelOrder.value}` : "";
}

export function menuOf(
  code: number,
  { state, look, view }: PanelProps,
  open: (act: Act, codes: readonly number[]) => void,
  select: (codes: readonly number[]) => void,
): MenuItem[] {
  const disabled = state.readOnly.value;
  return [
    { name: "Rename", icon: "rename", disabled, onChoose: () => open("rename", [code]) },
    { name: "Merge into…", icon: "merge", disabled, onChoose: () => open("merge", [code]) },
    { name: "Colour", icon: "colour", disabled, onChoose: () => open("colour", [code]) },
    {
      name: look.hidden.value.has(code) ? "Show on the map" : "Hide on the map",
      icon: look.hidden.value.has(code) ? "eye" : "hidden",
      onChoose: () => toggleHidden(look, [code]),
    },
    {
      name: look.isolated.value.has(code) ? "No longer alone" : "Show alone",
      icon: "alone",
      onChoose: () => toggleIsolated(look, [code]),
    },
    { name: "Select its rows", icon: "target", disabled: state.rows.count(code) === 0, onChoose: () => select([code]) },
    {
      name: "Fly to its rows",
      icon: "fit",
      disabled: state.rows.count(code) === 0,
      onChoose: () => view.flyTo(state.rows.withCode(code)),
    },
    { name: "Delete", icon: "delete", disabled, danger: true, onChoose: () => open("delete", [code]) },
  ];
}
