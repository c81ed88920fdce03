/** What the keys mean while a view has the focus. Pure: an event's facts in, a command out. */

import type { Mode } from "../map/gestures.ts";

export type Command =
  | { readonly kind: "escape" | "undo" | "redo" | "fit" | "fit-selection" | "search" | "names" | "find-rows" | "help" }
  | { readonly kind: "invert" | "contours" }
  | { readonly kind: "brush"; readonly factor: number }
  | { readonly kind: "dock"; readonly panel: string }
  | { readonly kind: "zoom"; readonly factor: number }
  | { readonly kind: "pan"; readonly dx: number; readonly dy: number }
  | { readonly kind: "digit"; readonly digit: number }
  | { readonly kind: "mode"; readonly mode: Mode };

export type KeyFacts = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

const ZOOM_STEP = 1.5;
const PAN_STEP = 60; // CSS pixels
const BRUSH_STEP = 1.25;

const PLAIN: Record<string, Command> = {
  Escape: { kind: "escape" },
  "/": { kind: "search" },
  "0": { kind: "fit" },
  f: { kind: "fit-selection" },
  i: { kind: "invert" },
  c: { kind: "contours" },
  "[": { kind: "brush", factor: 1 / BRUSH_STEP },
  "]": { kind: "brush", factor: BRUSH_STEP },
  n: { kind: "names" },
  s: { kind: "find-rows" },
  "?": { kind: "help" },
  t: { kind: "dock", panel: "table" },
  g: { kind: "dock", panel: "gallery" },
  "+": { kind: "zoom", factor: ZOOM_STEP },
  "=": { kind: "zoom", factor: ZOOM_STEP },
  "-": { kind: "zoom", factor: 1 / ZOOM_STEP },
  _: { kind: "zoom", factor: 1 / ZOOM_STEP },
  ArrowLeft: { kind: "pan", dx: PAN_STEP, dy: 0 },
  ArrowRight: { kind: "pan", dx: -PAN_STEP, dy: 0 },
  ArrowUp: { kind: "pan", dx: 0, dy: PAN_STEP },
  ArrowDown: { kind: "pan", dx: 0, dy: -PAN_STEP },
  l: { kind: "mode", mode: "lasso" },
  b: { kind: "mode", mode: "box" },
  r: { kind: "mode", mode: "brush" },
  p: { kind: "mode", mode: "polygon" },
  h: { kind: "mode", mode: "pan" },
};

/** Gives the command of a key, or null. */
export function commandOf(event: KeyFacts): Command | null {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) {
    if (key === "z") return { kind: event.shiftKey ? "redo" : "undo" };
    return key === "y" ? { kind: "redo" } : null;
  }
  if (event.altKey) return null;
  if (/^[1-9]$/.test(key)) return { kind: "digit", digit: Number(key) };
  return PLAIN[key] ?? null;
}

/** Whether a key is left to the host: saving, and the list of all commands, are wanted wherever the focus is. */
export function isForHost({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyFacts): boolean {
  if (altKey || !(ctrlKey || metaKey)) return false;
  return key.toLowerCase() === (shiftKey ? "c" : "s");
}
