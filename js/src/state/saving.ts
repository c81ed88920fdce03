/** What the status bar says about the edits, as a pure function of what is known. */

/** "refused": the kernel lives and has said why it cannot give the columns. */
export type Link = "loading" | "refused" | "live" | "gone";
export type SaveState = "loading" | "refused" | "saved" | "saving" | "queued" | "offline";

/** Milliseconds without an answer after which the kernel is said to be busy. */
export const BUSY_AFTER_MS = 1000;

export function saveState(link: Link, waitingGestures: number, busy: boolean): SaveState {
  if (link === "gone") return "offline";
  if (link === "loading" || link === "refused") return link;
  if (waitingGestures === 0) return "saved";
  return busy ? "queued" : "saving";
}
