/** How one view looks at the rows: which labels it hides or shows alone, and how its lists stand. Pure but for the signals. */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { LabelOrder } from "./label_order.ts";
import { type Sort, UNSORTED } from "./listing.ts";

type Codes = ReadonlySet<number>;

export interface Look {
  /** Tells the elements of this view from those of others in one page. */
  readonly id: string;
  /** The codes whose rows are not drawn and cannot be hit; -1 = unlabelled. */
  readonly hidden: Signal<Codes>;
  /** The codes that keep their colour while all others are grey; none = all keep theirs. */
  readonly isolated: Signal<Codes>;
  /** Whether any label is drawn otherwise than it would be. */
  readonly masked: ReadonlySignal<boolean>;
  readonly labelOrder: Signal<LabelOrder>;
  /** The rows that table and gallery list, sorted; null = all. */
  readonly basis: Signal<Uint32Array | null>;
  readonly sort: Signal<Sort>;
  /** The columns of the table; null = those of the hover card. */
  readonly columns: Signal<readonly string[] | null>;
}

const NONE: Codes = new Set();

export function createLook(): Look {
  const hidden = signal(NONE);
  const isolated = signal(NONE);
  return {
    id: `la-${Math.random().toString(36).slice(2)}`,
    hidden,
    isolated,
    masked: computed(() => hidden.value.size > 0 || isolated.value.size > 0),
    labelOrder: signal<LabelOrder>("given"),
    basis: signal<Uint32Array | null>(null),
    sort: signal(UNSORTED),
    columns: signal<readonly string[] | null>(null),
  };
}

/** Hides labels, or shows them again when all of them are hidden. */
export function toggleHidden(look: Look, codes: readonly number[]): void {
  look.hidden.value = toggled(look.hidden.value, codes);
  look.isolated.value = without(look.isolated.value, look.hidden.value);
}

/** Shows labels alone; those that stand alone already are let go. What stands alone is not hidden. */
export function toggleIsolated(look: Look, codes: readonly number[]): void {
  look.isolated.value = toggled(look.isolated.value, codes);
  look.hidden.value = without(look.hidden.value, look.isolated.value);
}

export function showAll(look: Look): void {
  look.hidden.value = NONE;
  look.isolated.value = NONE;
}

function toggled(before: Codes, codes: readonly number[]): Codes {
  const after = new Set(before);
  const out = codes.every((code) => before.has(code));
  for (const code of codes) {
    if (out) after.delete(code);
    else after.add(code);
  }
  return after;
}

function without(codes: Codes, gone: Codes): Codes {
  return new Set([...codes].filter((code) => !gone.has(code)));
}
