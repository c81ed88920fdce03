// @vitest-environment happy-dom
/** The shares over three months, over a fake kernel. */

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { UNLABELLED_U16 } from "../../../src/protocol.ts";
import { type Driver, openView } from "../../harness/driver.ts";
import type { FakeKernel } from "../../harness/fake_kernel.ts";
import { smallKernel } from "../../harness/set_up.ts";

/** A row of the third month. */
const UNLABELLED = 5;
let kernel: FakeKernel;
let page: Driver;

beforeEach(async () => {
  kernel = smallKernel(60);
  kernel.codes[UNLABELLED] = UNLABELLED_U16;
  kernel.months = ["2026-01", "2026-02", "2026-03"];
  kernel.model.set("meta", { ...kernel.model.get("meta"), domain: "month" });
  page = await openView(kernel);
  await page.press("Shift");
  await page.press("Over time");
  await vi.waitFor(() => expect(page.el.querySelector(".la-drift-row")).not.toBeNull());
});
afterEach(() => page.close());

const asked = (topic: string) =>
  kernel.model.sent.filter(({ message }) => message.kind === "ask" && message.topic === topic).length;

it("draws each class with its interval, and says where the share became another", () => {
  const first = page.el.querySelector(".la-drift-row");
  expect(first?.textContent).toContain("from 2026-03 on 10% → 40%");
  expect(first?.querySelector(".la-drift-line")?.getAttribute("d")).toMatch(/^M[\d.]+ [\d.]+L[\d.]+ [\d.]+$/);
  expect(first?.querySelectorAll("button").length).toBe(2);
});

it("selects the rows of a class in a month at a press, and the unlabelled ones that probably are of it", async () => {
  await page.press("a in 2026-03: 40.0%. Select its rows there");
  const wanted = Array.from(kernel.codes.keys()).filter(
    (row) => row % 3 === 2 && (kernel.codes[row] === 0 || row === UNLABELLED),
  );
  await vi.waitFor(() => expect(kernel.model.get("selection_summary").count).toBe(wanted.length));
});

it("goes back to the two domains without asking again, and follows what is relabelled", async () => {
  const before = asked("shift");
  await page.press("Two domains");
  await vi.waitFor(() => expect(page.el.querySelector(".la-shift-row")).not.toBeNull());
  expect(asked("shift")).toBe(before);
  await page.press("Over time");
  const drifts = asked("drift");
  kernel.model.say({ kind: "select", rows: "u32", how: "api", origin: "kernel" }, [Uint32Array.of(0, 1)]);
  for (const digit of ["1", "2"]) page.key(page.root, digit);
  await vi.waitFor(() => expect(asked("drift")).toBeGreaterThan(drifts), { timeout: 5000 });
});
