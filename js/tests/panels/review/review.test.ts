// @vitest-environment happy-dom
/** The review as a person does it: by keys, over the fake kernel. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Driver, openView } from "../../harness/driver.ts";
import type { FakeKernel } from "../../harness/fake_kernel.ts";
import { settle, smallKernel } from "../../harness/set_up.ts";

let kernel: FakeKernel;
let page: Driver;

beforeEach(async () => {
  kernel = smallKernel(100); // suspects 0, 13, 26, ... 91
  page = await openView(kernel);
  await page.press(/^Review/);
});
afterEach(() => page.close());

const card = () => page.el.querySelector<HTMLElement>(".la-suspect-card");
const current = () => Number(card()?.dataset.row ?? -1);
const open = async () => {
  await page.press("Find suspects");
  await vi.waitFor(() => expect(current()).toBe(0));
};
const press = (key: string) => page.key(page.root, key);
const at = async (row: number) => vi.waitFor(() => expect(current()).toBe(row));
const verdicts = () =>
  kernel.model.sent.flatMap(({ message }) => (message.kind === "verdict" ? [[message.act, message.row]] : []));
const given = (row: number) => kernel.codes[row] as number;

describe("the review by keys", () => {
  it("accepts, keeps, drops and skips, and is at the next row each time", async () => {
    await open();
    const before = [0, 13].map(given);
    press("a");
    await at(13);
    press("k");
    await at(26);
    press("D"); // with caps lock
    await at(39);
    press("s");
    await at(52);
    expect(verdicts()).toEqual([
      ["accept", 0],
      ["keep", 13],
      ["drop", 26],
      ["skip", 39],
    ]);
    expect([0, 13].map(given)).toEqual([((before[0] as number) + 1) % 3, before[1]]);
    expect(given(26)).toBe(0xffff);
    expect(kernel.review?.queue.at(-1)).toBe(39);
    await vi.waitFor(() => expect(page.el.textContent).toContain("3 judged"));
  });

  it("does not wait for the kernel", async () => {
    await open();
    kernel.awake = false;
    for (const row of [13, 26, 39]) {
      press("k");
      await at(row);
    }
    kernel.wake();
    await at(39);
    expect(kernel.review?.queue[0]).toBe(39);
  });

  it("shows content and reasons of the next rows at once, also while the kernel is at work", async () => {
    await open();
    await settle();
    kernel.awake = false;
    for (const row of [13, 26, 39, 52, 65]) {
      press("k");
      await at(row);
      expect(card()?.dataset.ready).toBe("true");
      expect(card()?.textContent).toContain(`row ${row}:`);
      expect(card()?.querySelector(".la-reasons")?.textContent).toContain(`nearest to ${row} `);
    }
    kernel.wake();
  });

  it("takes verdicts back, the last one first, by U and by Ctrl-Z", async () => {
    await open();
    const before = given(0);
    press("a");
    await at(13);
    press("k");
    await at(26);
    press("u");
    await at(13);
    page.key(page.root, "z", { ctrlKey: true });
    await at(0);
    await vi.waitFor(() => expect(given(0)).toBe(before));
    expect(kernel.review?.queue.slice(0, 3)).toEqual([0, 13, 26]);
  });

  it("gives another label by typing, and the keys are letters while one types", async () => {
    await open();
    press("o");
    await vi.waitFor(() => expect(page.find("Another label for the row")).not.toBeNull());
    const field = page.find("Another label for the row") as HTMLInputElement;
    page.key(field, "k");
    expect(verdicts()).toEqual([]);
    await page.type("Another label for the row", "brand new");
    page.key(field, "Enter");
    await at(13);
    await vi.waitFor(() => expect(kernel.model.get("meta").labels[given(0)]).toBe("brand new"));
  });

  it("puts a refused verdict back to the front, with the true label", async () => {
    kernel.refuse = new Set(["x"]);
    await open();
    const before = given(0);
    press("o");
    await page.type("Another label for the row", "x");
    page.key(page.find("Another label for the row") as Element, "Enter");
    await vi.waitFor(() => expect(page.el.textContent).toContain("expected a whole number"));
    await at(0);
    expect(given(0)).toBe(before);
  });

  it("leaves other keys to the map", async () => {
    await open();
    press("f");
    press("A");
    page.key(page.root, "b", { altKey: true });
    await settle();
    expect(verdicts()).toEqual([["accept", 0]]);
  });
});

describe("the row that is looked at", () => {
  it("stays while the kernel ranks anew, and a line of the list brings its row forward", async () => {
    await open();
    kernel.review?.queue.reverse();
    kernel.tellQueue();
    await settle();
    expect(current()).toBe(0);
    await page.press(/^Row 26:.*Review it now/);
    await at(26);
  });

  it("shows its content, its labels and the reasons", async () => {
    await open();
    await vi.waitFor(() => expect(card()?.textContent).toContain("The text of row 0: <b>not bold</b>"));
    await vi.waitFor(() => expect(card()?.textContent).toContain("0 of the 15 rows nearest to 0 are like it."));
    const asked = () => kernel.model.sent.filter(({ message }) => message.kind === "describe").length;
    await vi.waitFor(() => expect(asked()).toBe(2)); // the row, and the next three
    press("k");
    await vi.waitFor(() => expect(card()?.textContent).toContain("The text of row 13"));
  });

  it("is shown in every view when the kernel opens a review", async () => {
    await page.press(/^Labels/);
    await page.press(/^Review/);
    await open();
    await page.press(/^Labels/);
    await vi.waitFor(() => expect(card()).toBeNull());
    kernel.tellQueue(true);
    await at(0);
  });
});

describe("blind mode", () => {
  it("does not tell which label is given, chooses by place, and says so to the journal", async () => {
    await open();
    await page.press("Blind: hide which label is given");
    await vi.waitFor(() => expect(page.el.querySelector("[data-verdict=first]")).not.toBeNull());
    expect(page.find(/^Accept/)).toBeNull();
    expect(page.el.querySelector(".la-reasons")).toBeNull();
    expect(page.el.querySelector("[data-suspect]")).toBeNull();
    const before = given(0); // row 0 is even: its given label stands first
    press("b");
    await at(13);
    press("a"); // row 13 is odd: the suggestion stands first
    await at(26);
    expect(verdicts()).toEqual([
      ["accept", 0],
      ["accept", 13],
    ]);
    expect(given(0)).toBe((before + 1) % 3);
    const arms = kernel.model.sent.flatMap(({ message }) => (message.kind === "verdict" ? [message.arm] : []));
    expect(arms).toEqual(["hidden", "hidden"]);
  });
});

describe("many at once", () => {
  it("are one message, and their rows are gone from the queue", async () => {
    await open();
    const suggested = (given(0) + 1) % 3;
    const expected = (kernel.review?.queue ?? []).filter((row) => kernel.review?.suggested(row) === suggested);
    await page.choose("Least confidence", "0.5");
    await page.press(/^Accept \d+$/);
    await vi.waitFor(() => expect(expected.map(given)).toEqual(expected.map(() => suggested)));
    expect(kernel.model.sent.filter(({ message }) => message.kind === "bulk").length).toBe(1);
    await vi.waitFor(() => expect(expected).not.toContain(current()));
  });
});

it("ends with a word, and looks again when asked to", async () => {
  await open();
  while (current() >= 0) {
    const row = current();
    press("k");
    await vi.waitFor(() => expect(current()).not.toBe(row));
  }
  expect(page.el.textContent).toContain("Every suspect has been judged.");
});
