/** The menu of ways to select that are no drawing: groups of rows, neighbours, and selections kept under a name. */

import { useSignal } from "@preact/signals";
import type { Actions } from "../state/actions.ts";
import type { Look } from "../state/look.ts";
import { type Group, groupOf, inverted } from "../state/selectors.ts";
import type { State } from "../state/state.ts";
import { Button } from "../ui/button.tsx";
import { count, plural } from "../ui/format.ts";
import type { IconName } from "../ui/icons.tsx";
import { Menu, type MenuItem } from "../ui/menu.tsx";

/** What a group is called, and what is said where it has no rows. */
const GROUPS: readonly (readonly [Group, string, IconName, string])[] = [
  ["labels", "All with the same label", "target", ""],
  ["edited", "Edited rows", "rename", ": none"],
  ["suspects", "Suspects", "warning", ": Review finds them"],
  ["unlabelled", "Unlabelled rows", "alone", ": none"],
  ["all", "All rows", "replace", ""],
];

interface SelectMenuProps {
  readonly state: State;
  readonly actions: Actions;
  readonly look: Look;
}

export function SelectMenu({ state, actions, look }: SelectMenuProps) {
  const open = useSignal(false);
  const naming = useSignal(false);
  const none = state.selection.value.rows.length === 0;
  const gone = state.readOnly.value;
  // made when they are looked at: each group is counted among all rows
  const itemsNow = (): MenuItem[] => [
    { name: "Invert  I", icon: "invert", onChoose: () => actions.select(inverted(state, look)) },
    ...GROUPS.map(([group, title, icon, nobody]) => {
      const found = groupOf(group, state, look);
      const disabled = found.rows.length === 0;
      const name = disabled ? title + nobody : `${title} (${count(found.rows.length)})`;
      return { name, icon, disabled, onChoose: () => actions.select(found) };
    }),
    {
      name: "All of the same cluster",
      icon: "target",
      disabled: none || gone,
      onChoose: () => void actions.reselect("clusters"),
    },
    {
      name: "Grow by neighbours",
      icon: "grow",
      disabled: none || gone,
      onChoose: () => void actions.reselect("grow"),
    },
    {
      name: "Shrink by neighbours",
      icon: "shrink",
      disabled: none || gone,
      onChoose: () => void actions.reselect("shrink"),
    },
    {
      name: "Keep under a name…",
      icon: "keep",
      disabled: none || gone,
      onChoose: () => {
        naming.value = true;
      },
    },
    ...state.saved.value.map(({ name, rows }) => ({
      name: `${name} (${plural(rows, "row")})`,
      icon: "keep" as const,
      disabled: gone,
      onChoose: () => void actions.reselect("load", name),
    })),
  ];
  return (
    <div class="la-drop">
      <Button
        name="Ways to select"
        icon="select"
        expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      />
      {open.value && (
        <Menu
          name="Ways to select"
          items={itemsNow()}
          top={30}
          onClose={() => {
            open.value = false;
          }}
        />
      )}
      {naming.value && (
        <NameField
          onClose={(name) => {
            naming.value = false;
            if (name !== "") void actions.reselect("save", name);
          }}
        />
      )}
    </div>
  );
}

/** Asks for the name of a selection; "" = none was meant. */
function NameField({ onClose }: { readonly onClose: (name: string) => void }) {
  return (
    <form
      class="la-menu la-naming"
      onSubmit={(event) => {
        event.preventDefault();
        onClose(String(new FormData(event.currentTarget).get("name") ?? "").trim());
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose("");
        event.stopPropagation();
      }}
    >
      <input
        name="name"
        type="text"
        aria-label="Name of the selection"
        placeholder="Name of the selection"
        autocomplete="off"
        ref={(field) => field?.focus()}
      />
      <button type="submit" class="la-button la-plain">
        Keep
      </button>
    </form>
  );
}
