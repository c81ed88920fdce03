import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { REST_AFTER_MS, watchSight } from "../../src/map/sight.ts";

let see: (isIntersecting: boolean) => void;
const disconnect = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(callback: (entries: { isIntersecting: boolean }[]) => void) {
        see = (isIntersecting) => callback([{ isIntersecting }]);
      }
      observe = vi.fn();
      disconnect = disconnect;
    },
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("watchSight", () => {
  it("rests after a while out of sight, not while one scrolls past, and wakes at once", () => {
    const [rest, wake] = [vi.fn(), vi.fn()];
    const stop = watchSight({} as Element, { rest, wake });
    see(false);
    vi.advanceTimersByTime(REST_AFTER_MS - 1);
    see(true);
    vi.advanceTimersByTime(REST_AFTER_MS * 2);
    expect([rest.mock.calls.length, wake.mock.calls.length]).toEqual([0, 1]);
    see(false);
    vi.advanceTimersByTime(REST_AFTER_MS);
    expect(rest).toHaveBeenCalledTimes(1);
    see(false);
    stop();
    vi.advanceTimersByTime(REST_AFTER_MS * 2);
    expect(rest).toHaveBeenCalledTimes(1);
    expect(disconnect).toHaveBeenCalled();
  });
});
