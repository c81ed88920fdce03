/** A button that opens a small box of controls: Escape, or leaving it, closes it again. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icons.tsx";

interface PopoverProps {
  readonly name: string;
  readonly icon: IconName;
  readonly children: ComponentChildren;
}

export function Popover({ name, icon, children }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (open) box.current?.querySelector<HTMLElement>("input, button, select")?.focus();
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches where the focus goes
    <div
      class="la-popover"
      onFocusOut={(event) => {
        const next = event.relatedTarget;
        if (next instanceof Node && !event.currentTarget.contains(next)) setOpen(false);
      }}
      onKeyDown={(event) => {
        if (!open || event.key !== "Escape") return;
        setOpen(false);
        button.current?.focus();
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <button
        ref={button}
        type="button"
        class="la-button la-ghost"
        aria-expanded={open}
        aria-haspopup="dialog"
        onClick={() => setOpen(!open)}
      >
        <Icon name={icon} />
        {name}
      </button>
      {open && (
        <div ref={box} class="la-popover-box" role="dialog" tabIndex={-1} aria-label={name}>
          {children}
        </div>
      )}
    </div>
  );
}
