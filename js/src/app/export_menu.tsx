/** The button that takes the map out: a picture of what is in sight, or a page of it all, whose size is said first. */

import { useEffect, useState } from "preact/hooks";
import type { ExportFormat } from "../protocol.ts";
import { Button } from "../ui/button.tsx";
import { bytes } from "../ui/format.ts";
import { Menu } from "../ui/menu.tsx";
import type { Exports, Painted } from "./exports.ts";

const MENU_TOP = 30; // CSS pixels below the toolbar's edge

interface ExportMenuProps {
  readonly exports: Exports;
  readonly disabled: boolean;
  readonly painted: () => Painted;
  readonly onSave: (format: ExportFormat) => void;
}

export function ExportMenu({ exports, disabled, painted, onSave }: ExportMenuProps) {
  const [open, setOpen] = useState(false);
  const [size, setSize] = useState<number | null>(null);
  useEffect(() => {
    if (!open) return;
    const stop = new AbortController();
    setSize(null);
    void exports.sizeOfPage(painted(), stop.signal).then(setSize);
    return () => stop.abort();
  }, [open]);
  const page = size === null ? "Page to share (HTML), with all rows" : `Page to share (HTML), all rows, ${bytes(size)}`;
  return (
    <div class="la-group la-drop" data-end="true">
      <Button
        name="Save a picture or a page"
        icon="save"
        expanded={open}
        disabled={disabled}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <Menu
          name="Save a picture or a page"
          top={MENU_TOP}
          onClose={() => setOpen(false)}
          items={[
            { name: "Picture (PNG)", icon: "save", onChoose: () => onSave("png") },
            { name: "Picture (SVG)", icon: "save", onChoose: () => onSave("svg") },
            { name: page, icon: "save", onChoose: () => onSave("html") },
          ]}
        />
      )}
    </div>
  );
}
