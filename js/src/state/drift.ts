/** How the share of each class moved over the domains, as the page holds it. Pure. */

import type { Basis, DriftResult, TurningRow } from "../protocol.ts";

/** The shares of one class, one number a period; NaN where no row has a label. */
export interface Line {
  readonly share: Float32Array;
  readonly low: Float32Array;
  readonly high: Float32Array;
}

export interface DriftClass {
  readonly label: number;
  readonly lines: ReadonlyMap<Basis, Line>;
  /** Where its share became another, the surest first. */
  readonly turning: readonly TurningRow[];
}

export interface Drift {
  readonly revision: number;
  readonly periods: readonly string[];
  /** Those that changed most first. */
  readonly classes: readonly DriftClass[];
}

/** Reads what the kernel answered: numbers by basis, then share, low and high, then period, then class. */
export function driftOf(result: DriftResult, numbers: Float32Array): Drift {
  const { periods, bases, classes } = result;
  const block = periods.length * classes.length;
  const column = (basis: number, part: number, k: number) =>
    Float32Array.from(periods, (_, t) => numbers[(basis * 3 + part) * block + t * classes.length + k] ?? Number.NaN);
  const read = classes.map((label, k) => ({
    label,
    lines: new Map(
      bases.map((name, b) => [name, { share: column(b, 0, k), low: column(b, 1, k), high: column(b, 2, k) }]),
    ),
    turning: result.turning.filter((point) => point.label === label),
  }));
  const moved = ({ lines, turning }: DriftClass) => {
    const share = lines.get("predictions")?.share ?? [];
    return (turning.length > 0 ? 1 : 0) + Math.max(...share) - Math.min(...share);
  };
  return { revision: result.revision, periods, classes: read.sort((a, b) => moved(b) - moved(a) || a.label - b.label) };
}

/**
 * The share at the top of every chart, so that all are drawn to one scale: half as much again as the largest. A bound of a class
 * of which little is known may lie above it; drawn to that, the others would be flat.
 */
export function highest({ classes }: Drift): number {
  let most = 0.01;
  for (const { lines } of classes) {
    for (const { share } of lines.values()) for (const value of share) if (value > most) most = value;
  }
  return Math.min(1, 1.5 * most);
}

/** "From 2026-03 on 12% → 30%." about the surest turning point; "" = there is none. */
export function turningWords({ turning: [point] }: DriftClass, periods: readonly string[]): string {
  if (point === undefined) return "";
  const percent = (share: number) => `${Math.round(share * 100)}%`;
  return `from ${periods[point.period]} on ${percent(point.before)} → ${percent(point.after)}`;
}

/** An SVG path through the points that are there, a gap where one is missing. */
export function pathOf(values: Float32Array, x: (t: number) => number, y: (value: number) => number): string {
  let path = "";
  let pen = "M";
  values.forEach((value, t) => {
    if (Number.isNaN(value)) pen = "M";
    else {
      path += `${pen}${x(t).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = "L";
    }
  });
  return path;
}
