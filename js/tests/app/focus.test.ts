// @vitest-environment happy-dom
/** The keys are never nobody's: tabs and menus are walked, and what goes away hands the focus back. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepFocus } from "../../src/ui/focus.ts";
import { type Driver, openView, until } from "../harness/driver.ts";
import type { FakeKernel } from "../harness/fake_kernel.ts";
import { smallKernel } from "../harness/set_up.ts";

let kernel: FakeKernel;
let view: Driver;

beforeEach(async () => {
  kernel = smallKernel();
  view = await openView(kernel);
});
afterEach(() => {
  view.close();
  document.body.replaceChildren();
});

const tab = (id: string) => view.el.querySelector<HTMLElement>(`[data-panel=${id}]`) as HTMLElement;
const openTab = () => view.el.querySelector(".la-side [aria-selected=true]")?.getAttribute("data-panel");

describe("tabs", () => {
  it("are one stop of the Tab key, walked by the arrows and opened on the way", async () => {
    tab("labels").focus();
    expect(view.key(tab("labels"), "ArrowRight")).toBe(true);
    await until(() => expect(openTab()).toBe("filter"));
    expect(document.activeElement).toBe(tab("filter"));
    view.key(tab("filter"), "End");
    await until(() => expect(openTab()).toBe("history"));
    view.key(tab("history"), "ArrowRight");
    await until(() => expect(openTab()).toBe("labels"));
    const stops = Array.from(view.el.querySelectorAll<HTMLElement>(".la-side [role=tab]")).map((one) => one.tabIndex);
    expect(stops).toEqual([0, ...stops.slice(1).map(() => -1)]);
  });

  it("say which element they open", () => {
    const controlled = tab("labels").getAttribute("aria-controls") ?? "";
    expect(document.getElementById(controlled)?.getAttribute("role")).toBe("tabpanel");
  });
});

describe("the menus of the toolbar", () => {
  it.each(["Ways to select", "Save a picture or a page"])(
    "%s says that it opens one, and gets the focus back",
    async (name) => {
      const button = view.find(name) as HTMLElement;
      expect(button.getAttribute("aria-haspopup")).toBe("menu");
      expect(button.getAttribute("aria-expanded")).toBe("false");
      button.focus();
      button.click();
      const menu = () => view.el.querySelector<HTMLElement>("[role=menu]");
      await until(() => expect(menu()?.contains(document.activeElement)).toBe(true));
      expect(button.getAttribute("aria-expanded")).toBe("true");
      view.key(document.activeElement as Element, "Escape");
      await until(() => expect(menu()).toBeNull());
      expect(document.activeElement).toBe(button);
    },
  );
});

describe("the focus", () => {
  it("goes to the map when the banner that had it is dismissed", async () => {
    kernel.notices = [
      { gesture: 3, at: "2026-01-01T00:00:00Z", author: "bob", action: "relabel", rows: 2, labels: ["a"] },
    ];
    kernel.tellStatus();
    await until(() => expect(view.find("Dismiss")).not.toBeNull());
    const dismiss = view.find("Dismiss") as HTMLElement;
    dismiss.focus();
    dismiss.click();
    await until(() => expect(document.activeElement).toBe(view.root));
  });

  it("is not taken from where a person has put it meanwhile", async () => {
    const [root, other] = [document.createElement("div"), document.createElement("input")];
    root.tabIndex = 0;
    const inner = document.createElement("button");
    root.append(inner);
    document.body.append(root, other);
    const stop = keepFocus(root);
    inner.focus();
    other.focus();
    inner.remove();
    await new Promise((done) => setTimeout(done));
    expect(document.activeElement).toBe(other);
    const again = document.createElement("button");
    root.append(again);
    again.focus();
    again.disabled = true;
    await until(() => expect(document.activeElement).toBe(root));
    stop();
  });
});
