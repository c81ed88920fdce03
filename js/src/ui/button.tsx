/** A button with a name, and beside it what it looks like. */

import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icons.tsx";

export interface ButtonProps {
  /** The accessible name; shown as the tooltip too when the button shows only an icon. */
  readonly name: string;
  readonly icon?: IconName;
  /** The keys that do the same, for the tooltip. */
  readonly keys?: string;
  /** A toggle's state; leave it out for a plain button. */
  readonly pressed?: boolean;
  /** Whether the menu that it opens stands open; leave it out where there is none. */
  readonly expanded?: boolean;
  readonly disabled?: boolean;
  readonly kind?: "plain" | "primary" | "ghost";
  readonly onClick: () => void;
  readonly children?: ComponentChildren;
}

export function Button({
  name,
  icon,
  keys,
  pressed,
  expanded,
  disabled = false,
  kind = "ghost",
  onClick,
  children,
}: ButtonProps) {
  const bare = children === undefined;
  const tip = keys === undefined ? name : `${name}  ${keys}`;
  return (
    <button
      type="button"
      class={`la-button la-${kind}${bare ? " la-bare" : ""}`}
      aria-label={bare ? name : undefined}
      aria-pressed={pressed}
      aria-expanded={expanded}
      aria-haspopup={expanded === undefined ? undefined : "menu"}
      data-tip={bare || keys !== undefined ? tip : undefined}
      disabled={disabled}
      onClick={onClick}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}
