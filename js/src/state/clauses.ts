/** The clauses of a filter: put together, taken apart, and said in words. Pure. */

import type { Clause, RangeClause, TickClause } from "../protocol.ts";

type ColumnClause = TickClause | RangeClause;

const MOST_VALUES = 2;

export function clauseOn(clauses: readonly Clause[], column: string): ColumnClause | null {
  for (const clause of clauses) if (clause.type !== "text" && clause.column === column) return clause;
  return null;
}

/** Whether a clause lets everything through that it was asked about: then it is none. */
export function isIdle(clause: Clause): boolean {
  switch (clause.type) {
    case "ticks":
      return clause.values.length === 0 && !clause.missing;
    case "range":
      return clause.low === null && clause.high === null && !clause.missing;
    case "text":
      return clause.query === "";
  }
}

/** Puts a clause in the place of the one on the same column, or at the end; an idle one is left out. */
export function withClause(clauses: readonly Clause[], clause: Clause): Clause[] {
  const same = (other: Clause) =>
    other.type !== "text" && clause.type !== "text"
      ? other.column === clause.column
      : other.type === clause.type && JSON.stringify(other) === JSON.stringify(clause);
  const at = clauses.findIndex(same);
  const next = at < 0 ? [...clauses, clause] : clauses.with(at, clause);
  return next.filter((other) => !isIdle(other));
}

/** A number or a time as a person writes it. */
export function endText(value: number, unit: "number" | "time"): string {
  return unit === "time" ? new Date(value).toISOString().slice(0, 10) : String(Number(value.toPrecision(6)));
}

/** Times are told from numbers by their size: a filter does not say what its column holds. */
const looksLikeTime = (value: number) => Math.abs(value) > 1e11 && Number.isInteger(value);

/** Says a clause in a few words. */
export function wordsOf(clause: Clause): string {
  if (clause.type === "text") return clause.regex ? `/${clause.query}/` : `“${clause.query}”`;
  const missing = clause.missing ? ["missing"] : [];
  if (clause.type === "ticks") {
    const all = [...clause.values.map((value) => (value === "" ? "empty" : value)), ...missing];
    const rest = all.length - MOST_VALUES;
    return `${clause.column}: ${all.slice(0, MOST_VALUES).join(", ")}${rest > 0 ? ` +${rest}` : ""}`;
  }
  const { low, high } = clause;
  const text = (value: number) => endText(value, looksLikeTime(value) ? "time" : "number");
  const ends =
    low !== null && high !== null
      ? [`${text(low)} to ${text(high)}`]
      : low !== null
        ? [`from ${text(low)}`]
        : high !== null
          ? [`up to ${text(high)}`]
          : [];
  return `${clause.column}: ${[...ends, ...missing].join(" or ")}`;
}
