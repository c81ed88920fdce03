import { describe, expect, it } from "vitest";
import { scrollTo, sightOf } from "../../src/ui/virtual.ts";

const SIZES = [0, 1, 7, 1000, 100_000, 1_000_000, 5_000_000];

describe("the lines in sight", () => {
  it.each(SIZES)("are few, whole and within the list of %d lines, wherever it is scrolled to", (count) => {
    const lines = { count, lineHeight: 28, view: 300 };
    const { height } = sightOf(0, lines);
    expect(height).toBeLessThanOrEqual(8_000_000);
    for (let part = 0; part <= 50; part++) {
      const scroll = (Math.max(0, height - 300) * part) / 50;
      const { first, last, top } = sightOf(scroll, lines);
      expect(last - first).toBeLessThanOrEqual(300 / 28 + 14);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(last).toBeLessThanOrEqual(count);
      // no gap above or below: the lines that are drawn cover what is in sight
      if (first > 0) expect(top).toBeLessThanOrEqual(scroll);
      if (last < count) expect(top + (last - first) * 28).toBeGreaterThanOrEqual(scroll + 300);
    }
  });

  it.each(SIZES)("are the last ones of %d lines at the end of the scroll area", (count) => {
    const lines = { count, lineHeight: 28, view: 300 };
    const { height } = sightOf(0, lines);
    const { last, first, top } = sightOf(Math.max(0, height - 300), lines);
    expect(last).toBe(count);
    expect(top + (last - first) * 28).toBeCloseTo(height, 3);
  });

  it.each([1000, 5_000_000])(
    "hold a line of %d that was scrolled to, and stay where it is in sight already",
    (count) => {
      const lines = { count, lineHeight: 28, view: 300 };
      let scroll = 0;
      for (const line of [0, 9, 10, Math.floor(count / 3), count - 1, count - 2, 0]) {
        scroll = scrollTo(line, scroll, lines);
        const { first, last } = sightOf(scroll, lines);
        expect(line).toBeGreaterThanOrEqual(first);
        expect(line).toBeLessThan(last);
        expect(scrollTo(line, scroll, lines)).toBeCloseTo(scroll, 6);
      }
    },
  );
});
