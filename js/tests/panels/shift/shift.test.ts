// @vitest-environment happy-dom
/** The shift panel over a fake kernel with two months: even rows are of the first, odd ones of the second. */

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Driver, openView } from "../../harness/driver.ts";
import type { FakeKernel } from "../../harness/fake_kernel.ts";
import { smallKernel } from "../../harness/set_up.ts";

let kernel: FakeKernel;
let page: Driver;

beforeEach(async () => {
  kernel = smallKernel(60);
  kernel.model.set("meta", { ...kernel.model.get("meta"), domain: "month" });
  page = await openView(kernel);
  await page.press("Shift");
});
afterEach(() => page.close());

const asked = () =>
  kernel.model.sent.flatMap(({ message }) =>
    message.kind === "ask" && message.topic === "shift" ? [[message.source, message.target]] : [],
  );

it("compares the first month with the last, then whatever is chosen", async () => {
  await vi.waitFor(() => expect(asked()).toEqual([["2026-01", "2026-02"]]));
  await vi.waitFor(() => expect(page.el.textContent).toContain("1 class has surely changed"));
  await page.press("Swap source and target");
  expect(asked().at(-1)).toEqual(["2026-02", "2026-01"]);
});

it("selects the rows of a class in the target when its bar is pressed", async () => {
  await page.press(/^a: .* Select its rows there$/);
  const expected = Array.from(kernel.codes.keys()).filter((row) => row % 2 === 1 && kernel.codes[row] === 0);
  await vi.waitFor(() => expect(kernel.model.get("selection_summary").count).toBe(expected.length));
  await vi.waitFor(() => expect(page.el.querySelectorAll(".la-shift-own").length).toBe(3));
});

it("is estimated again after rows were relabelled", async () => {
  await vi.waitFor(() => expect(page.el.querySelector("[data-class]")).not.toBeNull());
  const before = asked().length;
  kernel.model.say({ kind: "select", rows: "u32", how: "api", origin: "kernel" }, [Uint32Array.of(0, 1, 2)]);
  for (const digit of ["1", "2"]) page.key(page.root, digit);
  await vi.waitFor(() => expect(asked().length).toBeGreaterThan(before), { timeout: 5000 });
});

it("selects the rows that resemble nothing in the source", async () => {
  await page.press("Select these rows");
  await vi.waitFor(() => expect(kernel.model.get("selection_summary").count).toBe(2));
});

it("has nothing to show over time for two domains", () => {
  expect(page.find("Over time")).toBeNull();
});
