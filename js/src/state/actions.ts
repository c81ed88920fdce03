/** What a panel or the map may ask for. The session (app/) does it; nothing else talks to the kernel. */

import type { Explanation, How } from "../protocol.ts";
import type { LabelOperation, Plan, PlannedOperation } from "./operations.ts";
import type { Judgement, Suspect } from "./review.ts";
import type { Selection } from "./selection.ts";

/** One field of a row, for the hover card. Text is shown as text, never as HTML. */
export interface Cell {
  readonly name: string;
  readonly text: string | null;
  /** An object URL of a PNG, or null when the field is no image or is missing. */
  readonly image: string | null;
}

export interface Actions {
  /** Gives rows a label: a code (-1 = unlabelled) or a name as typed. Without rows: the selected ones. */
  assign(label: number | string, rows?: Uint32Array, how?: How): void;
  /** Takes back a gesture; null = the last one. */
  undo(gesture: number | null): void;
  redo(): void;
  /** Does something to whole labels, or settles conflicts: one gesture. Says whether it was done. */
  operate(operation: LabelOperation): Promise<boolean>;
  /** Asks how many rows an operation would touch, without doing it; null when there is no answer to be had. */
  plan(operation: PlannedOperation, signal: AbortSignal): Promise<Plan | null>;
  /** Notes that suggestions are in sight, for gestures say so; call what it gives when they are not any more. */
  showSuggestions(): () => void;
  select(selection: Selection): void;
  /** Looks for suspects and opens their queue, or looks again. */
  openReview(): void;
  /** Judges a row of the queue; left out: the next one. */
  judge(judgement: Judgement, suspect?: Suspect): void;
  /** Brings a row of the queue to its front. */
  reviewNow(suspect: Suspect): void;
  /** Takes the last verdict back. */
  undoVerdict(): void;
  /** Accepts the suggestion of one label wherever its confidence is above a number; `selected`: only in the selection. */
  acceptAll(label: number, above: number, selected: boolean): void;
  /** Hides suggestions behind a random order, or shows them. */
  setBlind(blind: boolean): void;
  /** Gives the reasons for a row of the queue, or null when they are not to be had. */
  explain(row: number): Promise<Explanation | null>;
  stopWork(): void;
  loadHistory(): void;
  loadConflicts(): void;
  /** Gives the rows that a gesture touched, or null when they are not to be had. */
  rowsOf(gesture: number): Promise<Uint32Array | null>;
  /** Gives the fields of a row, or null when they are not to be had. */
  describe(row: number, signal: AbortSignal): Promise<readonly Cell[] | null>;
  /** Asks for the map again, when it was refused. */
  retry(): void;
  dismiss(banner: number): void;
  /** Takes the notice of another author's gesture away. */
  dismissNotice(gesture: number): void;
}
