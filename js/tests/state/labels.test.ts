import { describe, expect, it } from "vitest";
import { codeOf, colourOf, isNew, labelRows, lookalike, matching, mixOf, nameOf } from "../../src/state/labels.ts";

const counted = {
  count: (code: number) => [4, 3, 0, 7][code + 1] ?? 0,
  originalCount: (code: number) => [4, 5, 0, 2][code + 1] ?? 0,
};
const labels = ["refund", "card", "lost card"];

describe("labels", () => {
  it("stand with their count and change, unlabelled last", () => {
    expect(labelRows({ labels }, counted)).toEqual([
      { code: 0, name: "refund", count: 3, change: -2 },
      { code: 1, name: "card", count: 0, change: 0 },
      { code: 2, name: "lost card", count: 7, change: 5 },
      { code: -1, name: "unlabelled", count: 4, change: 0 },
    ]);
  });

  it("match a typed text: the same name first, then its beginning, then anywhere, whatever the case", () => {
    const rows = labelRows({ labels: ["Card lost", "my card", "card", "CARD"] }, counted);
    expect(matching(rows, " card ").map((row) => row.name)).toEqual(["card", "CARD", "Card lost", "my card"]);
    expect(matching(rows, "")).toEqual(rows);
    expect(matching(rows, "xyz")).toEqual([]);
  });

  it("match whatever stands between the words, and the same name so first", () => {
    const rows = labelRows({ labels: ["card_arrival_late", "card_arrival", "my card-arrival", "1"] }, counted);
    const found = (typed: string) => matching(rows, typed).map((row) => row.name);
    expect(found("Card Arrival")).toEqual(["card_arrival", "card_arrival_late", "my card-arrival"]);
    expect(found("card-")).toEqual(["card_arrival_late", "card_arrival", "my card-arrival"]);
    expect(found("CARD_arrival")).toEqual(["card_arrival", "card_arrival_late", "my card-arrival"]);
    expect([found("-1"), found("-"), found("_")]).toEqual([
      [],
      ["my card-arrival"],
      ["card_arrival_late", "card_arrival"],
    ]);
  });

  it("warn of a name that is much like a label's", () => {
    const rows = labelRows({ labels: ["card_arrival", "1-2", "1"] }, counted);
    const like = (typed: string) => lookalike(rows, typed)?.name ?? null;
    expect([like("Card Arrival"), like("cardarrival"), like("card-arrival ")]).toEqual(
      new Array(3).fill("card_arrival"),
    );
    expect([like("card_arrival"), like("12"), like("-1"), like("card"), like("")]).toEqual(new Array(5).fill(null));
  });

  it("offer unlabelled where such rows are, and else only when it is typed", () => {
    const none = labelRows({ labels }, { count: () => 0, originalCount: () => 0 });
    expect(matching(none, "").map((row) => row.code)).toEqual([0, 1, 2]);
    expect(matching(none, "unl").map((row) => row.code)).toEqual([-1]);
    expect(matching(labelRows({ labels }, counted), "").at(-1)?.code).toBe(-1);
  });

  it("are new only when no label has the very name", () => {
    expect(isNew({ labels }, "Refund")).toBe(true);
    expect(isNew({ labels }, " refund ")).toBe(false);
    expect(isNew({ labels }, "  ")).toBe(false);
  });

  it("have a name and a colour even when the page was not told of them", () => {
    expect(nameOf(labels, 0)).toBe("refund");
    expect(nameOf(labels, 9)).toBe("label 9");
    expect(colourOf({ palette: ["#111111", "#222222"] }, 3)).toBe("#222222");
    expect(colourOf({ palette: [] }, 3)).toContain("unlabelled");
    expect(colourOf({ palette: ["#111111"] }, -1)).toContain("unlabelled");
  });

  it("leave the list when they are retired, and leave their name free", () => {
    const meta = { labels: ["a", "b", "a"], retired: [0, 1] };
    expect(labelRows(meta, counted).map(({ code }) => code)).toEqual([2, -1]);
    expect([codeOf(meta, "a"), codeOf(meta, "b"), codeOf({ labels }, "refund")]).toEqual([2, -1, 0]);
    expect([isNew(meta, "a"), isNew(meta, "b")]).toEqual([false, true]);
  });

  it("are drawn in a colour of their own where they have one", () => {
    const meta = { palette: ["#111111", "#222222"], colours: ["", "#abcdef"] };
    expect([0, 1, 2, 3].map((code) => colourOf(meta, code))).toEqual(["#111111", "#abcdef", "#111111", "#222222"]);
  });

  it("are counted over some rows, the most frequent first", () => {
    const codes = Int32Array.of(1, -1, 1, 0, 0, 1);
    expect(mixOf(Uint32Array.of(0, 1, 2, 3), codes)).toEqual([
      { code: 1, count: 2 },
      { code: -1, count: 1 },
      { code: 0, count: 1 },
    ]);
    expect(mixOf(new Uint32Array(0), codes)).toEqual([]);
  });
});
