// @vitest-environment happy-dom
/** The list of labels as a person uses it. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeData } from "../../harness/data.ts";
import { type Driver, nameOf, openView, until } from "../../harness/driver.ts";
import { FakeKernel } from "../../harness/fake_kernel.ts";

let kernel: FakeKernel;
let page: Driver;

const open = async (names: readonly string[], n = 60) => {
  kernel = new FakeKernel(makeData(n, names));
  page = await openView(kernel);
  await until(() => expect(lines().length).toBeGreaterThan(0));
};
const lines = () => Array.from(page.el.querySelectorAll<HTMLElement>("[data-label]"));
const shown = () => lines().map((line) => line.querySelector(".la-name")?.textContent);
const line = (code: number) => page.el.querySelector<HTMLElement>(`[data-label="${code}"]`) as HTMLElement;
const select = (...rows: number[]) =>
  kernel.model.say({ kind: "select", rows: "u32", how: "api", origin: "kernel" }, [Uint32Array.from(rows)]);

beforeEach(() => open(["b10", "B2", "a"]));
afterEach(() => page.close());

describe("the order of the list", () => {
  it("is by name, by rows or by edits, as chosen", async () => {
    await page.choose("Order of the labels", "name");
    await until(() => expect(shown()).toEqual(["a", "B2", "b10"]));
    select(...kernel.codes.keys());
    page.key(page.root, "3");
    await page.choose("Order of the labels", "count");
    const most = shown()[0];
    await until(() => expect(kernel.codes.every((code) => code === kernel.codes[0])).toBe(true));
    expect(kernel.model.get("meta").labels[kernel.codes[0] as number]).toBe(most);
    await page.choose("Order of the labels", "edited");
    await until(() => expect(page.el.querySelector(".la-tally")?.textContent).toMatch(/^\d+ edited$/));
  });

  it("says how many suspects each label has once they were looked for", async () => {
    await page.choose("Order of the labels", "suspects");
    expect(page.el.querySelector(".la-tally")).toBeNull();
    await page.press(/^Review/);
    await page.press("Find suspects");
    await page.press(/^Labels/);
    await until(() => expect(page.el.querySelector(".la-tally")?.textContent).toMatch(/suspects$/));
  });
});

it("says the rows before and now of a label that was edited", async () => {
  const before = kernel.codes.filter((code) => code === 0).length;
  const row = kernel.codes.findIndex((code) => code !== 0);
  select(row);
  line(0).click();
  await until(() =>
    expect(line(0).querySelector(".la-count")?.getAttribute("title")).toBe(
      `${before} rows at first, ${before + 1} now`,
    ),
  );
});

describe("hiding and showing alone", () => {
  it("hides by the button of the line, says so, and shows all again", async () => {
    await page.press("Hide B2 on the map");
    await until(() => expect(page.el.textContent).toContain("1 label hidden"));
    expect(line(1).closest<HTMLElement>(".la-line")?.dataset.hidden).toBe("true");
    await page.press("Show all");
    await until(() => expect(page.el.textContent).not.toContain("hidden"));
  });

  it("shows a label alone by its menu, which is no edit", async () => {
    await page.press("More for a");
    await page.press("Show alone");
    await until(() => expect(page.el.textContent).toContain("only 1 label in colour"));
    expect(kernel.model.sent.some(({ message }) => message.kind === "edit")).toBe(false);
  });
});

describe("merging by drag", () => {
  const drag = (from: Element, to: Element) => {
    const data = new Map<string, string>();
    const dataTransfer = {
      effectAllowed: "",
      get types() {
        return [...data.keys()];
      },
      setData: (type: string, value: string) => data.set(type, value),
      getData: (type: string) => data.get(type) ?? "",
    };
    const fire = (target: Element, type: string) => {
      const event = new Event(type, { bubbles: true, cancelable: true });
      Object.assign(event, { dataTransfer });
      target.dispatchEvent(event);
      return event;
    };
    fire(from, "dragstart");
    expect(fire(to, "dragover").defaultPrevented).toBe(true);
    fire(to, "drop");
  };

  it("says the number of rows first, and merges only when that is confirmed", async () => {
    const before = kernel.codes.filter((code) => code === 0).length;
    drag(line(0).closest(".la-line") as Element, line(2).closest(".la-line") as Element);
    await until(() => expect(page.el.textContent).toContain(`Merge ${before} rows of “b10” into “a”?`));
    expect(kernel.codes.filter((code) => code === 0).length).toBe(before);
    await page.press("Merge");
    await until(() => expect(kernel.codes.includes(0)).toBe(false));
  });

  it("does nothing for something else that is dropped, or for a label on itself", async () => {
    const target = line(0).closest(".la-line") as Element;
    const event = new Event("drop", { bubbles: true, cancelable: true });
    Object.assign(event, { dataTransfer: { types: ["text/plain"], getData: () => "1" } });
    target.dispatchEvent(event);
    drag(target, target);
    await Promise.resolve();
    expect(page.el.querySelector(".la-sheet")).toBeNull();
  });
});

describe("2,000 labels", () => {
  beforeEach(async () => {
    page.close();
    await open(
      Array.from({ length: 2000 }, (_, i) => `label ${i}`),
      4000,
    );
  });

  it("are never all in the page, and the arrow keys reach the last one", async () => {
    expect(lines().length).toBeLessThan(60);
    line(0).focus();
    page.key(line(0), "End");
    await until(() => expect(nameOf(document.activeElement as Element)).toMatch(/^label 1999, /));
    page.key(document.activeElement as Element, "Home");
    await until(() => expect(nameOf(document.activeElement as Element)).toMatch(/^label 0, /));
    page.key(document.activeElement as Element, "ArrowDown");
    await until(() => expect(nameOf(document.activeElement as Element)).toMatch(/^label 1, /));
  });

  it("are found by typing, and given by Enter", async () => {
    select(0, 1, 2);
    await page.type("Label for 3 selected rows", "1742");
    await until(() => expect(shown()).toEqual(["label 1742"]));
    page.key(page.find("Label for 3 selected rows") as Element, "Enter");
    await until(() => expect([0, 1, 2].map((row) => kernel.codes[row])).toEqual([1742, 1742, 1742]));
  });

  it("takes the name of a label as text, whatever is in it", async () => {
    page.close();
    const evil = '<img src=x onerror="window.hacked=1">';
    await open([evil, '"><script>window.hacked=1</script>', "plain"]);
    expect(shown()).toContain(evil);
    await page.press(`More for ${evil}`);
    await page.press("Delete");
    await until(() => expect(page.el.textContent).toContain("Delete “<img"));
    expect(page.el.querySelectorAll("img, script").length).toBe(0);
  });
});
