import { describe, expect, it } from "vitest";
import { shareOf, sureness, suspicionText } from "../../../src/panels/review/scale.ts";

describe("the bar of a suspicion", () => {
  it("tells suspicions apart that all are near 1", () => {
    const shares = [0.9999, 0.999, 0.99, 0.9].map((suspicion) => shareOf(suspicion, 0.9999));
    expect(shares.map((share) => Number(share.toFixed(2)))).toEqual([1, 0.75, 0.5, 0.25]);
  });

  it("is empty at 0, full at the strongest, and defined where all are surely wrong", () => {
    expect([shareOf(0, 0.5), shareOf(0.5, 0.5), shareOf(1, 1), shareOf(0, 0)]).toEqual([0, 1, 1, 0]);
    expect(shareOf(0.9, 1)).toBeGreaterThan(0.1);
  });

  it("has its number with the digits that tell it from 1", () => {
    expect([0, 0.25, 0.987, 0.99996, 1].map(suspicionText)).toEqual(["0.00", "0.25", "0.987", "0.999960", "1"]);
  });
});

it("writes a confidence without ever being sure", () => {
  expect([0, 0.5, 0.99, 0.995, 1].map(sureness)).toEqual(["0%", "50%", "99%", ">99%", ">99%"]);
});
