// @vitest-environment happy-dom
/** The table of the rows as a person uses it. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeData } from "../../harness/data.ts";
import { type Driver, openView, until } from "../../harness/driver.ts";
import { FakeKernel } from "../../harness/fake_kernel.ts";

const N = 400;
let kernel: FakeKernel;
let page: Driver;

const grid = () => page.find("Rows") as HTMLElement;
const lines = () => Array.from(page.el.querySelectorAll<HTMLElement>(".la-table-body [role=row]"));
const rows = () => lines().map((line) => Number(line.dataset.row));
const line = (row: number) => page.el.querySelector<HTMLElement>(`.la-table-body [data-row="${row}"]`) as HTMLElement;
const cells = (row: number) => Array.from(line(row).querySelectorAll("[role=gridcell]"), (cell) => cell.textContent);
const count = () => kernel.model.get("selection_summary").count;
const fact = () => page.el.querySelector("[data-fact=listed]")?.textContent;
const select = (...wanted: number[]) =>
  kernel.model.say({ kind: "select", rows: "u32", how: "lasso", origin: "kernel" }, [Uint32Array.from(wanted)]);

beforeEach(async () => {
  kernel = new FakeKernel(makeData(N, ["a", "b", "c"]));
  page = await openView(kernel);
  page.key(page.root, "t");
  await until(() => expect(lines().length).toBeGreaterThan(0));
  await until(() => expect(cells(0)[2]).toContain("row 0"));
});
afterEach(() => page.close());

describe("the table", () => {
  it("lists all rows, of which few are in the page, and has the keys when it opens", () => {
    expect(fact()).toBe(`${N} rows in all`);
    expect(grid().getAttribute("aria-rowcount")).toBe(String(N + 1));
    expect(lines().length).toBeLessThan(60);
    expect(document.activeElement).toBe(grid());
  });

  it("shows text as text, whatever is in it, and HTML only cleaned", async () => {
    kernel.content.value = (_, row) => `<img src=x onerror="window.hacked=1"> ${row}`;
    kernel.content.columns = [...kernel.content.columns, { name: "<b>x</b>", type: "text", label: false }];
    kernel.content.shown = ["text", "note", "<b>x</b>"];
    kernel.model.say({ kind: "content" });
    await until(() => expect(cells(0)[2]).toBe('<img src=x onerror="window.hacked=1"> 0'));
    expect(page.find("<b>x</b>")?.textContent).toBe("<b>x</b>");
    expect(line(0).querySelectorAll("[onerror], script").length).toBe(0);
    expect(line(0).querySelector("img")?.getAttribute("src") ?? null).toBeNull();
    expect(page.el.querySelectorAll(".la-table b").length).toBe(0);
  });

  it("lists what is selected elsewhere, and does not shrink under a press of its own", async () => {
    select(0, 7, 9);
    await until(() => expect(rows()).toEqual([0, 7, 9]));
    expect(fact()).toBe("3 rows selected");
    line(7).click();
    await until(() => expect(line(7).getAttribute("aria-selected")).toBe("true"));
    expect(rows()).toEqual([0, 7, 9]);
    expect(count()).toBe(1);
    line(9).dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: true }));
    expect(count()).toBe(2);
    line(0).dispatchEvent(new MouseEvent("click", { bubbles: true, ctrlKey: true }));
    expect(count()).toBe(3);
    await page.press("List all rows");
    await until(() => expect(fact()).toBe(`${N} rows in all`));
  });

  it("walks by the arrow keys, selects as it goes, and takes ranges by Shift", async () => {
    page.key(grid(), "ArrowDown");
    page.key(grid(), "ArrowDown");
    await until(() => expect(line(2).dataset.current).toBe("true"));
    expect(count()).toBe(1);
    page.key(grid(), "ArrowDown", { shiftKey: true });
    await until(() => expect(count()).toBe(2));
    page.key(grid(), "End");
    await until(() => expect(line(N - 1)?.dataset.current).toBe("true"));
    page.key(grid(), "a", { ctrlKey: true });
    await until(() => expect(count()).toBe(N));
  });

  it("sorts in the kernel by a press on a column's head: up, down, and back", async () => {
    page.el.querySelector<HTMLElement>("[title='Sort by price']")?.click();
    expect(page.el.querySelector("[title='Sort by price']")).toBeNull(); // not among the columns yet
    await page.press("Columns");
    const tick = (name: string) =>
      Array.from(page.el.querySelectorAll<HTMLElement>(".la-tick")).find((at) => at.textContent?.startsWith(name));
    await until(() => expect(tick("price")).toBeDefined());
    tick("price")?.querySelector("input")?.click();
    await until(() => expect(page.el.querySelector("[title='Sort by price']")).not.toBeNull());
    const head = () => page.el.querySelector<HTMLElement>("[title='Sort by price']") as HTMLElement;
    head().click();
    await until(() => expect(head().parentElement?.getAttribute("aria-sort")).toBe("ascending"));
    await until(() => expect(cells(rows()[0] as number)[3]).toBe("0"));
    head().click();
    await until(() => expect(cells(rows()[0] as number)[3]).toBe("100"));
    head().click();
    await until(() => expect(rows()[0]).toBe(0));
  });

  it("gives a label in place, to that row alone, and undoes it by the keys", async () => {
    select(0, 1, 2);
    await until(() => expect(rows()).toEqual([0, 1, 2]));
    const before = kernel.codes[1] as number;
    const wanted = (before + 1) % 3;
    grid().focus();
    page.key(grid(), "ArrowDown");
    page.key(grid(), "Enter");
    await page.type("Label of row 1", ["a", "b", "c"][wanted] as string);
    page.key(page.find("Label of row 1") as Element, "Enter");
    await until(() => expect(kernel.codes[1]).toBe(wanted));
    expect(kernel.model.sent.findLast(({ message }) => message.kind === "edit")?.message).toMatchObject({
      how: "table",
    });
    await until(() => expect(document.activeElement).toBe(grid()));
    await until(() => expect(cells(1)[1]).toBe(["a", "b", "c"][wanted]));
    page.key(grid(), "z", { ctrlKey: true });
    await until(() => expect(kernel.codes[1]).toBe(before));
  });

  it("offers a new name, and leaves the label alone by Escape", async () => {
    line(0).dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
    await page.type("Label of row 0", "brand new");
    await until(() => expect(page.el.querySelector(".la-offers")?.textContent).toContain("New label brand new"));
    page.key(page.find("Label of row 0") as Element, "Escape");
    await until(() => expect(page.find("Label of row 0")).toBeNull());
    expect(kernel.model.get("meta").labels).toEqual(["a", "b", "c"]);
  });

  it("leaves the keys of the map to the map: a digit labels what is selected, t closes it", async () => {
    page.key(grid(), "ArrowDown");
    await until(() => expect(count()).toBe(1));
    page.key(grid(), "2");
    await until(() => expect(kernel.model.sent.some(({ message }) => message.kind === "edit")).toBe(true));
    page.key(grid(), "t");
    await until(() => expect(page.find("Rows")?.getAttribute("role") ?? null).not.toBe("grid"));
    expect(document.activeElement).toBe(page.root);
  });

  it("asks for the cells in sight before those near by, and never twice", async () => {
    const described = () =>
      kernel.model.sent
        .filter(({ message }) => message.kind === "describe")
        .map(({ buffers }) => [...new Uint32Array(buffers[0] as ArrayBuffer)]);
    const [first = [], next = []] = described();
    expect(first).toEqual(rows());
    if (next.length > 0) expect(Math.min(...next)).toBe(rows().length);
    page.key(grid(), "End");
    await until(() => expect(cells(N - 1)[2]).toContain(`row ${N - 1}`));
    const all = described().flat();
    expect(new Set(all).size).toBe(all.length);
    expect(described().length).toBeLessThanOrEqual(4);
    expect(all.length).toBeLessThan(2 * (60 + 96));
  });

  it("keeps the lines that stay in sight, and finds the cells of the next ones at hand", async () => {
    await until(() => expect(kernel.model.sent.filter(({ message }) => message.kind === "describe").length).toBe(2));
    await until(() => expect(cells(1)[2]).toContain("row 1"));
    const before = line(5);
    expect(before).not.toBeNull();
    const asked = kernel.model.sent.length;
    grid().scrollTop = 8 * 28;
    grid().dispatchEvent(new Event("scroll"));
    await until(() => expect(rows()[0]).toBe(2)); // 6 lines above those in sight are kept
    expect(line(5)).toBe(before);
    expect(rows().every((row) => cells(row)[2]?.includes(`row ${row}`))).toBe(true);
    expect(kernel.model.sent.length).toBe(asked);
  });

  it("follows a label that changes elsewhere", async () => {
    const was = cells(0)[1];
    const wanted = ["a", "b", "c"].findIndex((name) => name !== was);
    kernel.model.say({ kind: "patch", revision: kernel.model.get("status").revision + 1, width: "u16" }, [
      Uint32Array.of(0),
      Uint16Array.of(wanted),
      Uint8Array.of(0),
    ]);
    await until(() => expect(cells(0)[1]).toBe(["a", "b", "c"][wanted]));
    expect(line(0).querySelector<HTMLElement>(".la-tag")?.dataset.edited).toBe("true");
  });

  it("rings the row under the pointer on the map, and no row once the pointer is gone", () => {
    const rings = () => page.el.querySelectorAll(".la-ring").length;
    line(3)
      .querySelector("[role=gridcell]")
      ?.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    expect(rings()).toBe(1);
    grid().dispatchEvent(new PointerEvent("pointerleave"));
    expect(rings()).toBe(0);
  });
});
