/** Which labels are marked for an act on several of them, by Ctrl-click and Shift-click, as in any list. Pure. */

export interface Marks {
  /** In the order in which they were marked. */
  readonly codes: readonly number[];
  /** The label from which Shift-click counts; null = none was clicked yet. */
  readonly from: number | null;
}

export const NO_MARKS: Marks = { codes: [], from: null };

/** Marks one label, or takes its mark away. */
export function toggleMark({ codes }: Marks, code: number): Marks {
  return codes.includes(code)
    ? { codes: codes.filter((other) => other !== code), from: code }
    : { codes: [...codes, code], from: code };
}

/** Marks all labels between the one clicked last and this one, in the order of the list. */
export function markUpTo(marks: Marks, code: number, shown: readonly number[]): Marks {
  const [start, end] = [shown.indexOf(marks.from ?? code), shown.indexOf(code)];
  if (start < 0 || end < 0) return toggleMark(marks, code);
  const between = shown.slice(Math.min(start, end), Math.max(start, end) + 1);
  return { codes: [...new Set([...marks.codes, ...between])], from: marks.from ?? code };
}

/** Drops marks of labels that the list no longer has. */
export function keepMarks(marks: Marks, known: readonly number[]): Marks {
  return marks.codes.every((code) => known.includes(code))
    ? marks
    : { ...marks, codes: marks.codes.filter((code) => known.includes(code)) };
}
