import { expect, it } from "vitest";
import type { DriftResult } from "../../src/protocol.ts";
import { driftOf, highest, pathOf, turningWords } from "../../src/state/drift.ts";

const [P, C] = [3, 2];
const result: DriftResult = {
  topic: "drift",
  revision: 4,
  periods: ["2026-02", "2026-03", "2026-04"],
  bases: ["predictions", "labels"],
  classes: [0, 5],
  turning: [{ label: 5, period: 2, before: 0.121, after: 0.3 }],
};
/** The number that stands for a basis, part, period and class, told by its digits. */
const number = (b: number, part: number, t: number, k: number) => (1 + b + 10 * part + 100 * t + 1000 * k) / 4096;
const numbers = Float32Array.from(
  [0, 1].flatMap((b) =>
    [0, 1, 2].flatMap((part) => [0, 1, 2].flatMap((t) => [0, 1].map((k) => number(b, part, t, k)))),
  ),
);

it("reads each number of the buffer into its basis, part, period and class", () => {
  const drift = driftOf(result, numbers);
  expect(numbers.length).toBe(2 * 3 * P * C);
  for (const [k, label] of result.classes.entries()) {
    const found = drift.classes.find((line) => line.label === label);
    for (const [b, basis] of result.bases.entries()) {
      const line = found?.lines.get(basis);
      for (const [part, values] of [line?.share, line?.low, line?.high].entries()) {
        expect(Array.from(values ?? [])).toEqual([0, 1, 2].map((t) => number(b, part, t, k)));
      }
    }
  }
});

it("puts a class with a turning point first, and draws all to half as much again as the largest share", () => {
  const drift = driftOf(result, numbers);
  expect(drift.classes.map(({ label }) => label)).toEqual([5, 0]);
  expect(highest(drift)).toBeCloseTo(1.5 * number(1, 0, 2, 1), 6);
  expect(drift.classes.map((line) => turningWords(line, drift.periods))).toEqual(["from 2026-04 on 12% → 30%", ""]);
});

it("never scales by 0, nor by a share that is missing", () => {
  const none = driftOf({ ...result, bases: ["predictions"], turning: [] }, new Float32Array(3 * P * C));
  expect(highest(none)).toBe(0.015);
  const missing = driftOf({ ...result, bases: ["labels"] }, new Float32Array(3 * P * C).fill(Number.NaN));
  expect(highest(missing)).toBe(0.015);
});

it("leaves a gap in a line where a share is missing", () => {
  const identity = (value: number) => value;
  expect(pathOf(Float32Array.of(1, Number.NaN, 3, 4), identity, identity)).toBe("M0.0 1.0M2.0 3.0L3.0 4.0");
  expect(pathOf(new Float32Array(0), identity, identity)).toBe("");
});
