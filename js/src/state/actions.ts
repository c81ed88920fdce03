/** What a panel or the map may ask for. The session (app/) does it; nothing else talks to the kernel. */

import type { CohesionResult, ConfusionResult, How, SelectionAct } from "../protocol.ts";
import type { Colouring, Wanted } from "./colouring.ts";
import type { LabelOperation, Plan, PlannedOperation } from "./operations.ts";
import type { ReviewActions } from "./review.ts";
import type { RowActions } from "./row_actions.ts";
import type { Selection } from "./selection.ts";
import type { ShiftActions } from "./shift.ts";

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
  /** Has the kernel change the selection, or keep it under a name; says whether it was done. */
  reselect(act: SelectionAct, name?: string): Promise<boolean>;
  /** Asks how well the selection holds together, or gives null when there is no answer to be had. */
  measureCohesion(signal: AbortSignal): Promise<CohesionResult | null>;
  /** Asks what the rows are coloured by, or gives null when there is no answer to be had. */
  loadColours(wanted: Wanted, signal: AbortSignal): Promise<Colouring | null>;
  /** Tells linked maps which row is pointed at. */
  point(row: number | null): void;
  /** Stops the making of the map. */
  stopMaking(): void;
  /** Stops a piece of work of the kernel, by its number in `working`. */
  stopWork(id: number): void;
  loadHistory(): void;
  loadConflicts(): void;
  loadPeople(): void;
  /** Gives the rows on which authors differ, or null when they are not to be had. */
  rowsOfDifferences(): Promise<Uint32Array | null>;
  /** Gives who said what where two authors both labelled a row, or null when it is not to be had. */
  confusion(a: string, b: string, signal: AbortSignal): Promise<ConfusionResult | null>;
  /** Gives the rows that a gesture touched, or null when they are not to be had. */
  rowsOf(gesture: number): Promise<Uint32Array | null>;
  /** What may be asked of rows. */
  readonly rows: RowActions;
  readonly review: ReviewActions;
  readonly shift: ShiftActions;
  /** Asks for the map again, when it was refused. */
  retry(): void;
  dismiss(banner: number): void;
  /** Takes the notice of another author's gesture away. */
  dismissNotice(gesture: number): void;
}
