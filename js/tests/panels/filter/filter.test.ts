// @vitest-environment happy-dom
/** Filter, search and the keys that lead there, as a person uses them. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeData } from "../../harness/data.ts";
import { type Driver, openView, until } from "../../harness/driver.ts";
import { FakeKernel } from "../../harness/fake_kernel.ts";

const N = 60;
let kernel: FakeKernel;
let page: Driver;

const price = (row: number) => (row % 10 === 0 ? null : (row * 37) % 101);
const passing = (test: (row: number) => boolean) => Array.from({ length: N }, (_, row) => row).filter(test).length;
const bar = () => page.el.querySelector<HTMLElement>(".la-filter-bar");
const options = () => Array.from(page.el.querySelectorAll("option"), (option) => option.textContent);
const tick = (name: string) =>
  Array.from(page.el.querySelectorAll<HTMLElement>(".la-facet .la-tick")).find(
    (at) => at.querySelector(".la-name")?.textContent === name,
  );
const change = (name: string, text: string) => {
  const field = page.find(name) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event("change", { bubbles: true }));
};

beforeEach(async () => {
  kernel = new FakeKernel(makeData(N, ["a", "b", "c"]));
  page = await openView(kernel);
  await page.press(/^Filter/);
  await until(() => expect(options()).toContain("price"));
});
afterEach(() => page.close());

describe("a filter by columns", () => {
  it("combines ticks and a range, shows them in the bar, and takes them away one by one", async () => {
    await page.choose("Filter by a column", "kind");
    await until(() => expect(tick("plain")).toBeDefined());
    tick("plain")?.querySelector("input")?.click();
    const plain = passing((row) => row % 3 === 0);
    await until(() => expect(bar()?.textContent).toContain(`${plain} of ${N} pass`));
    await page.choose("Filter by a column", "price");
    await until(() => expect(page.find("price from")).not.toBeNull());
    change("price from", "50");
    const both = passing((row) => row % 3 === 0 && (price(row) ?? -1) >= 50);
    await until(() => expect(bar()?.textContent).toContain(`${both} of ${N} pass`));
    expect(bar()?.textContent).toContain("kind: plain");
    await page.press("Take away kind: plain");
    await until(() => expect(bar()?.textContent).toContain(`${passing((row) => (price(row) ?? -1) >= 50)} of`));
    await page.press("Clear");
    await until(() => expect(bar()).toBeNull());
  });

  it("lets missing values through when they are ticked", async () => {
    await page.choose("Filter by a column", "price");
    await until(() => expect(tick("missing")).toBeDefined());
    tick("missing")?.querySelector("input")?.click();
    await until(() => expect(bar()?.textContent).toContain(`${passing((row) => price(row) === null)} of`));
    expect(bar()?.textContent).toContain("price: missing");
  });

  it("hides the others when asked, and selects those that pass", async () => {
    kernel.content.tell([{ type: "text", query: "row 3:", regex: false, columns: null }], "grey");
    await page.press("Hide others");
    await until(() =>
      expect(kernel.model.sent.findLast(({ message }) => message.kind === "filter")?.message).toMatchObject({
        rest: "hide",
        clauses: [{ query: "row 3:" }],
      }),
    );
    await page.press("Select them");
    await until(() => expect(kernel.model.get("selection_summary").count).toBe(1));
  });

  it("shows names of columns and values as text, whatever is in them", async () => {
    const evil = '<img src=x onerror="window.hacked=1">';
    kernel.content.columns = [{ name: evil, type: "text", label: false }];
    kernel.content.value = () => evil;
    kernel.model.say({ kind: "content" });
    await until(() => expect(options()).toContain(evil));
    await page.choose("Filter by a column", evil);
    await until(() => expect(tick(evil)).toBeDefined());
    tick(evil)?.querySelector("input")?.click();
    await until(() => expect(bar()?.textContent).toContain(`${evil}: ${evil}`));
    expect(page.el.querySelectorAll("[onerror]").length).toBe(0);
  });
});

describe("a search", () => {
  it("selects what it finds and says how many, by the keys alone", async () => {
    await page.press(/^Labels/);
    page.key(page.root, "s");
    expect(document.activeElement === page.find("Find rows by their text")).toBe(true);
    await page.type("Find rows by their text", "ROW 1");
    page.el
      .querySelector("form.la-row-search")
      ?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await until(() => expect(page.el.textContent).toContain("11 rows selected."));
    expect(kernel.model.get("selection_summary").count).toBe(11);
    expect(kernel.model.sent.findLast(({ message }) => message.kind === "select")?.message).toMatchObject({
      how: "search",
    });
  });

  it("says once what is wrong with a pattern, and what to do", async () => {
    await page.press("Regular expression");
    await page.type("Find rows by their text", "(");
    await page.press("Find and select");
    await until(() => expect(page.el.querySelectorAll("[role=alert]").length).toBe(1));
    expect(page.el.querySelector("[role=alert]")?.textContent).toContain("Search for it as plain text.");
    await page.press("Filter by it");
    await until(() => expect(page.el.querySelector(".la-filter-body [role=alert]")).not.toBeNull());
    expect(bar()).toBeNull();
  });

  it("says that nothing was found, and leaves the selection alone", async () => {
    kernel.model.say({ kind: "select", rows: "u32", how: "api", origin: "kernel" }, [Uint32Array.of(0)]);
    await page.type("Find rows by their text", "no such text");
    await page.press("Find and select");
    await until(() => expect(page.el.textContent).toContain("No row holds it."));
    expect(page.el.querySelector("[data-fact=selected]")?.textContent).toBe("1 selected");
  });
});

describe("the list of keys", () => {
  it("opens by ?, holds the focus, and gives it back", async () => {
    page.key(page.root, "?", { shiftKey: true });
    await until(() => expect(page.el.querySelector("[role=dialog]")).not.toBeNull());
    const sheet = page.el.querySelector("[role=dialog]") as HTMLElement;
    await until(() => expect(document.activeElement === sheet).toBe(true));
    page.key(sheet, "t"); // no command of the map while it is open
    expect(page.el.querySelector(".la-table")).toBeNull();
    page.key(sheet, "Escape");
    await until(() => expect(page.el.querySelector("[role=dialog]")).toBeNull());
    expect(document.activeElement === page.root).toBe(true);
  });

  it("names every key that the map hears", async () => {
    page.key(page.root, "?");
    await until(() => expect(page.el.querySelector("[role=dialog]")).not.toBeNull());
    const named = Array.from(page.el.querySelectorAll(".la-help kbd"), (key) => key.textContent);
    for (const key of "LPBRHIFNCSTG0".split("")) expect(named).toContain(key);
  });
});

it("keeps every key of the map from the notebook, d among them", () => {
  let leaked = 0;
  const count = () => leaked++;
  document.body.addEventListener("keydown", count);
  for (const key of ["d", "d", "a", "Enter", "ArrowDown", "s", "?"]) page.key(page.root, key);
  document.body.removeEventListener("keydown", count);
  expect(leaked).toBe(0);
});
