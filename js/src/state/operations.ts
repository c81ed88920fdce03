/** What can be done to whole labels, and the sentences that say so before it is done. */

import type { Create, Delete, Merge, Recolour, Rename, Resolve } from "../protocol.ts";
import { codeOf, type LabelNames, nameOf } from "./labels.ts";

type Bare<M> = M extends unknown ? Omit<M, "id" | "plan"> : never;

/** A gesture that is not about selected rows: its message, less what the client adds. */
export type LabelOperation = Bare<Rename | Merge | Delete | Create | Recolour | Resolve>;
/** One that touches rows, so that the kernel can say how many before. */
export type PlannedOperation = Bare<Rename | Merge | Delete | Resolve>;

/** What an operation would touch, or why it cannot be done. */
export type Plan =
  | { readonly possible: true; readonly rows: number }
  | { readonly possible: false; readonly error: string; readonly hint: string };

export interface Sentence {
  /** Asks: with the number of rows, before anything is done. */
  readonly question: string;
  /** The word on the button that does it. */
  readonly verb: string;
}

const quoted = (name: string): string => `“${name}”`;

function rowsWord(rows: number): string {
  return `${rows.toLocaleString("en-US")} ${rows === 1 ? "row" : "rows"}`;
}

/** Gives the words for an operation that would touch `rows` rows. */
export function sentenceOf(operation: PlannedOperation, names: LabelNames, rows: number): Sentence {
  const name = (label: number | string) => quoted(typeof label === "number" ? nameOf(names.labels, label) : label);
  const many = rowsWord(rows);
  switch (operation.kind) {
    case "rename":
      return { question: `Rename ${name(operation.label)} to ${name(operation.name)} on ${many}?`, verb: "Rename" };
    case "merge": {
      const from = operation.labels.filter((label) => label !== operation.into);
      const which = from.length === 1 ? name(from[0] as number) : `${from.length} labels`;
      const fresh = typeof operation.into === "string" ? "a new label " : "";
      return { question: `Merge ${many} of ${which} into ${fresh}${name(operation.into)}?`, verb: "Merge" };
    }
    case "delete":
      return {
        question:
          rows === 0
            ? `Delete ${name(operation.label)}? No row has it.`
            : `Delete ${name(operation.label)}? Its ${many} ${rows === 1 ? "becomes" : "become"} unlabelled.`,
        verb: "Delete",
      };
    case "resolve":
      return operation.keep === "journal"
        ? { question: `Give ${many} the journal's label?`, verb: "Keep the journal" }
        : { question: `Keep the frame's label on ${many}, and let the journal's go?`, verb: "Keep the frame" };
  }
}

/**
 * Gives what a typed name means for a label: another name, a merge when a label of that name stands already, or null when
 * there is nothing to do.
 */
export function renaming(names: LabelNames, label: number, typed: string): PlannedOperation | null {
  const name = typed.trim();
  if (name === "" || name === names.labels[label]) return null;
  const taken = codeOf(names, name);
  return taken >= 0 ? { kind: "merge", labels: [label], into: taken } : { kind: "rename", label, name };
}
