import { describe, expect, it } from "vitest";
import type { Clause } from "../../src/protocol.ts";
import { clauseOn, isIdle, withClause, wordsOf } from "../../src/state/clauses.ts";

const ticks = (column: string, values: string[], missing = false): Clause => ({
  type: "ticks",
  column,
  values,
  missing,
});
const range = (low: number | null, high: number | null, missing = false): Clause => ({
  type: "range",
  column: "price",
  low,
  high,
  missing,
});
const text = (query: string, regex = false): Clause => ({ type: "text", query, regex, columns: null });

describe("a filter", () => {
  it("has one clause a column, in the place where it stood, and any number of texts", () => {
    let clauses: Clause[] = [];
    for (const clause of [
      ticks("kind", ["a"]),
      range(1, null),
      text("x"),
      text("y"),
      ticks("kind", ["b"]),
      text("x"),
    ]) {
      clauses = withClause(clauses, clause);
    }
    expect(clauses).toEqual([ticks("kind", ["b"]), range(1, null), text("x"), text("y")]);
    expect(clauseOn(clauses, "price")).toEqual(range(1, null));
    expect(clauseOn(clauses, "x")).toBeNull();
  });

  it("drops a clause that asks for nothing any more", () => {
    expect(withClause([ticks("kind", ["a"])], ticks("kind", []))).toEqual([]);
    expect([ticks("a", [], true), range(0, null), range(null, null, true)].some(isIdle)).toBe(false);
    expect([ticks("a", []), range(null, null), text("")].every(isIdle)).toBe(true);
  });

  it("is said in words, the number 0, an empty value and a missing one among them", () => {
    expect(
      [
        ticks("kind", ["", "<b>", "c", "d"], true),
        range(0, null),
        range(null, 0.1 + 0.2),
        range(-1, 2, true),
        range(null, null, true),
        range(Date.UTC(2026, 2, 1), null),
        text("card"),
        text("^a", true),
      ].map(wordsOf),
    ).toEqual([
      "kind: empty, <b> +3",
      "price: from 0",
      "price: up to 0.3",
      "price: -1 to 2 or missing",
      "price: missing",
      "price: from 2026-03-01",
      "“card”",
      "/^a/",
    ]);
  });
});
