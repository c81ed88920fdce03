/** What the status bar says about the edits, as a pure function of what is known. */

export type Link = "loading" | "live" | "gone";
export type SaveState = "loading" | "saved" | "saving" | "queued" | "offline";

/** Milliseconds without an answer after which the kernel is said to be busy. */
export const BUSY_AFTER_MS = 1000;

export function saveState(link: Link, waitingGestures: number, busy: boolean): SaveState {
  if (link === "gone") return "offline";
  if (link === "loading") return "loading";
  if (waitingGestures === 0) return "saved";
  return busy ? "queued" : "saving";
}
