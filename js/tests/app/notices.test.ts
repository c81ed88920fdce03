import { describe, expect, it } from "vitest";
import { noticeText } from "../../src/app/notices.tsx";

describe("a notice", () => {
  const notice = { gesture: 1, at: "", author: "bob", action: "relabel" };
  it("says who changed how many rows to what", () => {
    expect(noticeText({ ...notice, rows: 12, labels: ["refund", ""] })).toBe(
      "bob changed 12 rows that you had labelled: now refund, unlabelled.",
    );
    expect(noticeText({ ...notice, rows: 1, labels: [] })).toBe("bob changed 1 row that you had labelled.");
    expect(noticeText({ ...notice, rows: 4, labels: ["a", "b", "c"] })).toContain("a, b, c, …");
  });
});
