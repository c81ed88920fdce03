import { describe, expect, it } from "vitest";
import { wordsOf } from "../../../src/panels/history/history.tsx";

describe("the names of a gesture", () => {
  it("end in an ellipsis where the kernel may have left some out", () => {
    expect(wordsOf([])).toBe("");
    expect(wordsOf([""])).toBe("unlabelled");
    expect(wordsOf(["a", "b"])).toBe("a, b");
    expect(wordsOf(["a", "b", "c"])).toBe("a, b, c, …");
  });
});
