import { describe, expect, it } from "vitest";
import { ago, count, plural, signed } from "../../src/ui/format.ts";

describe("words", () => {
  it("count", () => {
    expect([count(0), count(1797), plural(1, "row"), plural(0, "row")]).toEqual(["0", "1,797", "1 row", "0 rows"]);
    for (const n of [0, 7, 10, 999, 1000, 12_345, 999_999, 1_000_000, 4_294_967_295, -1, -999, -1000, -123_456]) {
      expect(count(n)).toBe(n.toLocaleString("en-US"));
    }
    expect([signed(3), signed(-1200), signed(0)]).toEqual(["+3", "−1,200", ""]);
  });

  it("tell how long ago, and show a time that cannot be read as it came", () => {
    const now = new Date("2026-03-05T12:00:00Z");
    expect(ago("2026-03-05T11:59:50Z", now)).toBe("just now");
    expect(ago("2026-03-05T11:50:00Z", now)).toBe("10 min ago");
    expect(ago("2026-02-05T11:50:00Z", now)).toMatch(/^5 Feb, \d\d:\d\d$/);
    expect(ago("soon", now)).toBe("soon");
  });
});
