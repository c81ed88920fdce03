// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { sightOf } from "../../src/app/exports.ts";
import { openView, until } from "../harness/driver.ts";
import { smallKernel } from "../harness/set_up.ts";

function canvas(view: string | null): HTMLCanvasElement {
  const element = document.createElement("canvas");
  Object.defineProperty(element, "clientWidth", { value: 400 });
  Object.defineProperty(element, "clientHeight", { value: 300 });
  if (view !== null) element.dataset.view = view;
  return element;
}

describe("what is in sight", () => {
  it("is read from how the canvas says that it looks at the world: px = x sx + tx, py = y sy + ty", () => {
    expect(sightOf(canvas("100,-100,200,150"))).toEqual({ box: [-2, -1.5, 2, 1.5], size: [400, 300] });
  });

  it("is everything before anything was drawn", () => {
    expect(sightOf(canvas(null)).box).toBeNull();
  });
});

describe("a file of the map", () => {
  it("is asked for in the colours of the view, without what it hides, and its size is said before", async () => {
    const kernel = smallKernel();
    const view = await openView(kernel);
    const colours = view.el.querySelector<HTMLSelectElement>(".la-legend select") as HTMLSelectElement;
    colours.value = "edited";
    colours.dispatchEvent(new Event("change", { bubbles: true }));
    await view.press("Hide b on the map");
    view.key(view.root, "n");
    await view.press("Save a picture or a page");
    const item = (words: RegExp) =>
      Array.from(view.el.querySelectorAll<HTMLElement>("[role=menuitem]")).find(({ textContent }) =>
        words.test(textContent ?? ""),
      );
    await until(() => expect(item(/^Page to share \(HTML\), all rows, [\d.]+ [kM]B$/)).toBeDefined());
    item(/PNG/)?.click();
    const asked = () => kernel.model.sent.map(({ message }) => message).filter(({ kind }) => kind === "export");
    await until(() => expect(asked().length).toBe(2));
    const painted = { by: "edited", column: null, hidden: [1], isolated: [], names: false };
    expect(asked()).toMatchObject([
      { format: "html", plan: true, ...painted },
      { format: "png", plan: false, ...painted },
    ]);
    view.close();
  });
});
