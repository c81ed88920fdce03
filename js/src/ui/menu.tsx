/** A menu that opens from a button: the arrow keys walk it, Escape and Tab close it, and so does a press elsewhere. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { focusIn } from "./focus.ts";
import { Icon, type IconName } from "./icons.tsx";

export interface MenuItem {
  readonly name: string;
  readonly icon: IconName;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  readonly onChoose: () => void;
}

export interface MenuProps {
  readonly name: string;
  readonly items: readonly MenuItem[];
  /** CSS pixels from the top of the box that the menu stands in. */
  readonly top: number;
  readonly onClose: () => void;
}

export const MENU_ITEM_HEIGHT = 28;

/** Gives the place in a ring of `length` that a key leads to from `at`; null = the key is not the menu's. */
export function placeAfter(key: string, at: number, length: number): number | null {
  if (length === 0) return null;
  switch (key) {
    case "ArrowDown":
      return (at + 1) % length;
    case "ArrowUp":
      return (at - 1 + length) % length;
    case "Home":
      return 0;
    case "End":
      return length - 1;
    default:
      return null;
  }
}

export function Menu({ name, items, top, onClose }: MenuProps) {
  const box = useRef<HTMLDivElement>(null);
  const opener = useRef<Element | null>(null);
  const enabled = () => Array.from(box.current?.querySelectorAll<HTMLElement>("button:not([disabled])") ?? []);
  useLayoutEffect(() => {
    const menu = box.current;
    if (menu === null) return;
    const before = focusIn(menu);
    opener.current = before;
    enabled()[0]?.focus();
    return () => {
      // the keys go back to where they came from, unless a choice has given them to another
      if (before instanceof HTMLElement && menu.contains(focusIn(menu))) before.focus();
    };
  }, []);
  return (
    <div
      ref={box}
      class="la-menu"
      role="menu"
      aria-label={name}
      tabIndex={-1}
      style={{ top: `${top}px` }}
      onKeyDown={(event) => {
        const buttons = enabled();
        const next = placeAfter(event.key, buttons.indexOf(event.target as HTMLElement), buttons.length);
        if (next !== null) buttons[next]?.focus();
        else if (event.key === "Escape" || event.key === "Tab") onClose();
        else if (event.key !== "Enter" && event.key !== " ") return;
        else return event.stopPropagation(); // the press itself is the button's
        event.preventDefault();
        event.stopPropagation();
      }}
      onFocusOut={(event) => {
        const next = event.relatedTarget;
        // a press on what opened it closes it by itself
        if (next instanceof Node && next !== opener.current && !event.currentTarget.contains(next)) onClose();
      }}
    >
      {items.map((item) => (
        <button
          key={item.name}
          type="button"
          role="menuitem"
          class="la-menu-item"
          data-danger={item.danger === true}
          disabled={item.disabled === true}
          style={{ height: `${MENU_ITEM_HEIGHT}px` }}
          onClick={() => {
            onClose();
            item.onChoose();
          }}
        >
          <Icon name={item.icon} />
          {item.name}
        </button>
      ))}
    </div>
  );
}
