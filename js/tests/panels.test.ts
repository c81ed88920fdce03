// @vitest-environment happy-dom
/** The panels as a person uses them: by the names of their controls, over the fake kernel. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import widget from "../src/index.ts";
import type { FakeKernel } from "./harness/fake_kernel.ts";
import { smallKernel } from "./harness/set_up.ts";

let kernel: FakeKernel;
let el: HTMLElement;
let close: () => void;

beforeEach(async () => {
  kernel = smallKernel();
  const made = widget();
  const stop = made.initialize({ model: kernel.model });
  el = document.createElement("div");
  document.body.append(el);
  const dispose = made.render({ model: kernel.model, el });
  close = () => {
    dispose();
    stop();
  };
  await vi.waitFor(() => expect(el.querySelector<HTMLElement>(".la-root")?.dataset.status).toBe("saved"));
  await vi.waitFor(() => expect(line(0)).not.toBeNull());
});
afterEach(() => {
  close();
  document.body.replaceChildren();
});

const nameOf = (control: Element) => (control.getAttribute("aria-label") ?? control.textContent ?? "").trim();
const find = (name: string | RegExp) =>
  Array.from(el.querySelectorAll<HTMLElement>("button, input, [role=tab]")).find((control) =>
    typeof name === "string" ? nameOf(control) === name : name.test(nameOf(control)),
  ) ?? null;
const line = (code: number) => el.querySelector<HTMLElement>(`[data-label="${code}"]`);
const sheet = () => el.querySelector<HTMLElement>(".la-sheet");
const last = () => kernel.model.sent.at(-1)?.message;
const countOf = (code: number) => kernel.codes.reduce((sum, at) => sum + (at === code ? 1 : 0), 0);

async function press(name: string | RegExp) {
  await vi.waitFor(() => expect(find(name)).not.toBeNull());
  find(name)?.click();
}

async function type(name: string, text: string) {
  await vi.waitFor(() => expect(find(name)).not.toBeNull());
  const input = find(name) as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

const key = (target: Element, name: string) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));

describe("the menu of a label", () => {
  it("opens by its button and by the context menu, is walked by arrows, and closes by Escape to where it came from", async () => {
    await press("More for a");
    const items = () => Array.from(el.querySelectorAll<HTMLElement>("[role=menuitem]"));
    await vi.waitFor(() => expect(items().length).toBe(8));
    await vi.waitFor(() => expect(document.activeElement).toBe(items()[0]));
    key(items()[0] as Element, "ArrowUp");
    expect(document.activeElement?.textContent).toBe("Delete");
    key(document.activeElement as Element, "Escape");
    await vi.waitFor(() => expect(items()).toEqual([]));
    expect(nameOf(document.activeElement as Element)).toBe("More for a");
    line(1)?.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true }));
    await vi.waitFor(() => expect(el.querySelector("[role=menu]")?.getAttribute("aria-label")).toBe("Acts on b"));
  });

  it("merges only after it has said how many rows, which the kernel counted", async () => {
    const before = countOf(0);
    await press("More for a");
    await press("Merge into…");
    await type("Label to merge into", "b");
    key(find("Label to merge into") as Element, "Enter");
    await vi.waitFor(() => expect(sheet()?.textContent).toContain(`Merge ${before} rows of “a” into “b”?`));
    await vi.waitFor(() => expect(last()).toMatchObject({ kind: "merge", labels: [0], into: 1, plan: true }));
    expect(countOf(0)).toBe(before);
    await press("Merge");
    await vi.waitFor(() => expect(countOf(0)).toBe(0));
    await vi.waitFor(() => expect(line(0)).toBeNull());
    expect(sheet()).toBeNull();
    expect(document.activeElement).toBe(el.querySelector(".la-root"));
  });

  it("offers a merge when the new name is another label's", async () => {
    await press("More for a");
    await press("Rename");
    await vi.waitFor(() => expect(find("New name")).not.toBeNull());
    expect((find("Rename") as HTMLButtonElement).disabled).toBe(true);
    await type("New name", "c");
    await vi.waitFor(() => expect(sheet()?.textContent).toContain("into “c”?"));
    await type("New name", "fresh");
    await press("Rename");
    await vi.waitFor(() => expect(kernel.model.get("meta")).toMatchObject({ labels: ["a", "b", "c", "fresh"] }));
    await vi.waitFor(() => expect(line(0)).toBeNull());
    expect(line(3)).not.toBeNull();
  });

  it("says a refusal in its place, before anything is confirmed", async () => {
    kernel.model.onSent = ({ message }) => {
      if (message.kind !== "delete") return;
      const refusal = { error: "The column must hold a label.", hint: "Make it nullable." };
      kernel.model.say({ kind: "failure", id: message.id, ...refusal, revision: 0 });
    };
    await press("More for a");
    await press("Delete");
    await vi.waitFor(() => expect(sheet()?.textContent).toContain("Make it nullable."));
    const confirm = sheet()?.querySelector<HTMLButtonElement>("[type=submit]");
    expect(confirm?.disabled).toBe(true);
  });
});

describe("the list of labels", () => {
  it("marks several by Ctrl-click, which labels nothing, and merges them", async () => {
    kernel.model.say({ kind: "select", rows: "u32", how: "api", origin: "kernel" }, [Uint32Array.of(0)]);
    const sent = kernel.model.sent.length;
    for (const code of [0, 1]) line(code)?.dispatchEvent(new MouseEvent("click", { bubbles: true, ctrlKey: true }));
    await vi.waitFor(() => expect(el.textContent).toContain("2 labels marked"));
    expect(kernel.model.sent.length).toBe(sent);
    const both = countOf(0) + countOf(1);
    await press("Merge…");
    await type("Label to merge into", "both");
    await press("New label both");
    await vi.waitFor(() => expect(sheet()?.textContent).toContain(`Merge ${both} rows of 2 labels into a new label`));
    await press("Merge");
    await vi.waitFor(() => expect(countOf(3)).toBe(both));
  });

  it("creates a label without rows when a new name is entered and nothing is selected", async () => {
    await type("Find a label", "later");
    key(find("Find a label") as Element, "Enter");
    await vi.waitFor(() => expect(kernel.model.get("meta").labels).toContain("later"));
    expect(kernel.model.sent.some(({ message }) => message.kind === "edit")).toBe(false);
  });
});

describe("a typed name that is a label's but for its case", () => {
  it("is that label for Enter, and the offer of a new one says so", async () => {
    kernel.model.say({ kind: "select", rows: "u32", how: "api", origin: "kernel" }, [Uint32Array.of(0, 1, 2)]);
    await vi.waitFor(() => expect(find("Label for 3 selected rows")).not.toBeNull());
    await type("Label for 3 selected rows", "B");
    await vi.waitFor(() => expect(el.querySelector(".la-create")?.textContent).toContain("much like “b”"));
    key(find("Label for 3 selected rows") as Element, "Enter");
    await vi.waitFor(() => expect([0, 1, 2].map((row) => kernel.codes[row])).toEqual([1, 1, 1]));
    expect(kernel.model.get("meta").labels).toEqual(["a", "b", "c"]);
  });
});

describe("the ways to select", () => {
  const ways = () => Array.from(el.querySelectorAll<HTMLButtonElement>("[role=menuitem]"));

  it("say how many rows each takes, and offer none that would take no row", async () => {
    await press("Ways to select");
    await vi.waitFor(() => expect(ways().length).toBeGreaterThan(0));
    const named = (name: string) => ways().find(({ textContent }) => textContent?.startsWith(name));
    expect(named("All rows")?.textContent).toBe(`All rows (${kernel.codes.length})`);
    expect(named("Edited rows")?.disabled).toBe(true);
    expect(named("Suspects")?.textContent).toBe("Suspects: Review finds them");
    expect(named("Suspects")?.disabled).toBe(true);
    expect(named("All with the same label")?.disabled).toBe(true);
  });
});

describe("the legend", () => {
  it("says nothing of the colours that were before while those that are asked for are on their way", async () => {
    const colourBy = (by: string) => {
      const choice = el.querySelector<HTMLSelectElement>(".la-legend select") as HTMLSelectElement;
      choice.value = by;
      choice.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const names = () => el.querySelector(".la-legend-names");
    colourBy("cluster");
    await vi.waitFor(() => expect(names()).not.toBeNull());
    kernel.awake = false;
    colourBy("author");
    await vi.waitFor(() => expect(el.querySelector(".la-legend")?.textContent).toContain("asking the kernel"));
    expect(names()).toBeNull();
    kernel.awake = true;
  });
});

describe("a mixed selection", () => {
  it("shows its labels, and narrows to the one that is pressed", async () => {
    const all = Uint32Array.from(kernel.codes.keys());
    kernel.model.say({ kind: "select", rows: "u32", how: "api", origin: "kernel" }, [all]);
    await press(/^a \d+ rows: select only these$/);
    expect(kernel.model.get("selection_summary").count).toBe(countOf(0));
    await vi.waitFor(() => expect(el.querySelectorAll("button[data-share]").length).toBe(0));
    expect(el.querySelector(".la-chip [data-share]")?.textContent).toBe("a"); // said all the same
    expect(last()).toMatchObject({ kind: "select", how: "mixed" });
  });
});

describe("the conflicts panel", () => {
  it("has a tab only while there is something to settle, and settles a row", async () => {
    expect(find(/^Conflicts/)).toBeNull();
    const code = kernel.codes[0] as number;
    const other = ["a", "b", "c"][(code + 1) % 3] as string;
    kernel.conflicts = [
      { key: "k0", row: 0, frame: ["a", "b", "c"][code] as string, journal: other, reason: "label" },
      { key: "k1", row: -1, frame: "", journal: "a", reason: "missing" },
    ];
    kernel.tellStatus();
    await press("1 conflict");
    await vi.waitFor(() => expect(el.textContent).toContain("not in this frame any more"));
    expect(find("Keep the journal: a")).toMatchObject({ disabled: true });
    await press(/^k0: relabelled/);
    expect(kernel.model.get("selection_summary").count).toBe(1);
    await press(`Keep the journal: ${other}`);
    await vi.waitFor(() => expect(kernel.codes[0]).toBe((code + 1) % 3));
    await press("Frame: let it go");
    await vi.waitFor(() => expect(find(/^Conflicts/)).toBeNull());
  });

  it("settles all only after it has said how many", async () => {
    kernel.conflicts = [
      { key: "k0", row: 0, frame: "a", journal: "b", reason: "label" },
      { key: "k1", row: -1, frame: "", journal: "a", reason: "missing" },
    ];
    kernel.tellStatus();
    await press(/^Conflicts/);
    await press("Journal for all");
    await vi.waitFor(() => expect(el.textContent).toContain("Give 1 row the journal's label?"));
    await press("Keep the journal");
    await vi.waitFor(() => expect(kernel.conflicts.length).toBe(1));
    await vi.waitFor(() => expect(el.textContent).toContain("1 edit is still open."));
  });
});

describe("the people panel", () => {
  it("has a tab only where several edit, selects where they differ, and tells what two of them said", async () => {
    expect(find("People")).toBeNull();
    kernel.people = { authors: ["ada", "bob", "cy"], differ: Uint32Array.of(0, 7, 39) };
    kernel.tellStatus();
    await press("People");
    await vi.waitFor(() => expect(el.querySelector("[data-author=bob]")?.textContent).toBe("bob9800"));
    await press("Select the 3 rows where authors differ");
    await vi.waitFor(() => expect(last()).toMatchObject({ kind: "select", how: "people" }));
    expect(kernel.model.get("selection_summary").count).toBe(3);
    expect(find("ada · cy: what they said")).toMatchObject({ disabled: true });
    await press("ada · bob: what they said");
    await vi.waitFor(() => expect(el.querySelector(".la-confusion")?.textContent).toContain("bunlabelled1"));
    expect(find("ada · bob: what they said")?.getAttribute("aria-expanded")).toBe("true");
    expect(el.querySelectorAll("[data-differ=true]").length).toBe(2);
    await press("ada · bob: what they said");
    await vi.waitFor(() => expect(el.querySelector(".la-confusion")).toBeNull());
  });

  it("says so when nobody differs", async () => {
    kernel.people = { authors: ["ada", "bob"], differ: new Uint32Array(0) };
    kernel.tellStatus();
    await press("People");
    await vi.waitFor(() => expect(el.textContent).toContain("No open difference"));
    expect(find(/^Select the/)).toBeNull();
  });
});

describe("a notice", () => {
  it("shows the rows that another author changed, and goes", async () => {
    kernel.notices = [{ gesture: 7, at: "", author: "bob", action: "relabel", rows: 3, labels: ["b"] }];
    kernel.tellStatus();
    await vi.waitFor(() => expect(el.textContent).toContain("bob changed 3 rows that you had labelled: now b."));
    await press("Show");
    await vi.waitFor(() => expect(kernel.model.get("selection_summary").count).toBe(3));
    await vi.waitFor(() => expect(el.textContent).not.toContain("bob changed"));
  });
});
