import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Motion } from "../../src/map/motion.ts";

const XY = Float32Array.of(0, 0, 10, 10, 4, 2);
const FAR = Uint32Array.of(1);

let motion: Motion;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  vi.stubGlobal("window", { matchMedia: () => ({ matches: false }) });
  motion = new Motion(() => undefined);
  motion.place(XY);
  motion.measure({ width: 400, height: 300 });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Where the middle of the canvas lies in the world. */
const middle = () => {
  const { scale, tx, ty } = motion.camera;
  return [(200 - tx) / scale, (ty - 150) / scale];
};

describe("a flight", () => {
  it("takes many pictures where they come in time", () => {
    motion.flyTo(FAR);
    let pictures = 0;
    for (let now = 16; motion.step(now); now += 16) pictures++;
    expect(pictures).toBeGreaterThan(10);
    expect(middle()[0]).toBeCloseTo(10);
    expect(motion.isFlying).toBe(false);
  });

  it("ends at once where they come too far apart to be one", () => {
    motion.flyTo(FAR);
    expect(motion.step(16)).toBe(true);
    expect(motion.step(116)).toBe(false);
    expect(middle()[0]).toBeCloseTo(10);
    expect(middle()[1]).toBeCloseTo(10);
  });

  it("may begin late: what the page did before is not the map's slowness", () => {
    motion.flyTo(FAR);
    expect(motion.step(150)).toBe(true);
  });

  it("can be ended where it is", () => {
    motion.flyTo(FAR);
    motion.step(100);
    const there = motion.camera;
    motion.halt();
    expect(motion.isFlying).toBe(false);
    expect(motion.step(200)).toBe(false);
    expect(motion.camera).toEqual(there);
  });
});
