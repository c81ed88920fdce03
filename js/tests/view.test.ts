// @vitest-environment happy-dom
/** The widget as a host sees it: the default export, one model, any number of views. There is no WebGL here, and it says so. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GONE, PRESENT } from "../src/app/presence.ts";
import widget from "../src/index.ts";
import type { FakeKernel } from "./harness/fake_kernel.ts";
import { smallKernel } from "./harness/set_up.ts";

let kernel: FakeKernel;
let open: ReturnType<typeof widget>;
let close: () => void;

beforeEach(() => {
  kernel = smallKernel();
  open = widget();
  close = open.initialize({ model: kernel.model });
});
afterEach(() => {
  close();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

function mount() {
  const el = document.createElement("div");
  document.body.append(el);
  return { el, dispose: open.render({ model: kernel.model, el }) };
}

const rootOf = (el: Element) => el.querySelector<HTMLElement>(".la-root") as HTMLElement;
const live = (el: Element) => vi.waitFor(() => expect(rootOf(el).dataset.status).toBe("saved"));

function press(el: Element, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  rootOf(el).dispatchEvent(event);
  return event;
}

describe("a view", () => {
  it("says its state and revision on its root, for whoever looks from outside", async () => {
    const { el } = mount();
    await live(el);
    expect(rootOf(el).dataset.revision).toBe("0");
    expect(rootOf(el).dataset.lmSuppressShortcuts).toBe("true");
    expect(rootOf(el).tabIndex).toBe(0);
  });

  it("says why there is no map where there is no WebGL2, as soon as it is looked at", async () => {
    const seen = { isIntersecting: true };
    class SeenAtOnce {
      constructor(tell: (entries: (typeof seen)[]) => void) {
        queueMicrotask(() => tell([seen]));
      }
      observe(): void {}
      disconnect(): void {}
    }
    vi.stubGlobal("IntersectionObserver", SeenAtOnce);
    const { el } = mount();
    await vi.waitFor(() => expect(el.textContent).toContain("WebGL2"));
  });

  it("keeps its keys from the notebook around it", async () => {
    const { el } = mount();
    await live(el);
    const heard = vi.fn();
    document.addEventListener("keydown", heard);
    for (const key of ["d", "d", "Escape", "1", "ArrowDown"]) press(el, key);
    document.removeEventListener("keydown", heard);
    expect(heard).not.toHaveBeenCalled();
  });

  it("lets the host hear the key that saves, and only while it is on its way", async () => {
    const { el } = mount();
    await live(el);
    const heard = vi.fn(() => rootOf(el).hasAttribute("data-lm-suppress-shortcuts"));
    document.addEventListener("keydown", heard);
    press(el, "s", { ctrlKey: true });
    document.removeEventListener("keydown", heard);
    expect(heard.mock.results.map(({ value }) => value)).toEqual([false]);
    await vi.waitFor(() => expect(rootOf(el).dataset.lmSuppressShortcuts).toBe("true"));
  });

  it("tells the page around it that it is there, how it does, and that it goes", async () => {
    const told: string[] = [];
    const hear = (event: Event) => told.push((event.target as HTMLElement).dataset.status ?? "");
    document.addEventListener(PRESENT, hear);
    const { el, dispose } = mount();
    await live(el);
    document.removeEventListener(PRESENT, hear);
    expect(told.at(-1)).toBe("saved");
    expect(rootOf(el).dataset.summary).toBe("40 rows");
    const gone = vi.fn();
    rootOf(el).addEventListener(GONE, gone);
    dispose();
    expect(gone).toHaveBeenCalledOnce();
  });

  it("says how large a page will be before it is saved, and hands what was chosen to the browser", async () => {
    const { el } = mount();
    await live(el);
    const [saved, click] = [vi.spyOn(URL, "createObjectURL"), vi.spyOn(HTMLAnchorElement.prototype, "click")];
    click.mockImplementation(() => undefined);
    const button = el.querySelector<HTMLButtonElement>("[aria-label^='Save a picture']");
    button?.click();
    await vi.waitFor(() => expect(el.textContent).toContain("Page to share (HTML), all rows, 1.2 MB"));
    const items = Array.from(el.querySelectorAll<HTMLButtonElement>("[role=menuitem]"));
    items.find(({ textContent }) => textContent.includes("HTML"))?.click();
    await vi.waitFor(() => expect(click).toHaveBeenCalledOnce());
    const [blob] = saved.mock.calls[0] as [Blob];
    expect([await blob.text(), blob.type]).toEqual(["a file", "text/html"]);
    vi.restoreAllMocks();
  });

  it("assigns by a digit, undoes by Ctrl-Z and clears by Escape", async () => {
    const { el } = mount();
    await live(el);
    kernel.model.say({ kind: "select", rows: "u32", how: "api", origin: "kernel" }, [Uint32Array.of(0)]);
    const before = kernel.codes[0];
    const digits = ["1", "2", "3"];
    for (const digit of digits) press(el, digit);
    await vi.waitFor(() => expect(kernel.model.get("status").revision).toBeGreaterThan(0));
    press(el, "z", { ctrlKey: true });
    press(el, "z", { ctrlKey: true });
    press(el, "z", { ctrlKey: true });
    await vi.waitFor(() => expect(kernel.codes[0]).toBe(before));
    press(el, "Escape");
    expect(kernel.model.get("selection_summary").count).toBe(0);
  });

  it("assigns a typed name by Enter, and shows the refusal with its cure", async () => {
    kernel.refuse = new Set(["x"]);
    const { el } = mount();
    await live(el);
    kernel.model.say({ kind: "select", rows: "u32", how: "api", origin: "kernel" }, [Uint32Array.of(0)]);
    const type = (text: string) => {
      const input = el.querySelector<HTMLInputElement>("[data-la-search]") as HTMLInputElement;
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    };
    type("new name");
    await vi.waitFor(() => expect(kernel.model.get("meta").labels).toContain("new name"));
    type("x");
    await vi.waitFor(() =>
      expect(el.querySelector("[role=alert]")?.textContent).toContain("Type a number such as 10."),
    );
  });

  it("has the focus in the search box before the next key, whichever panel was open", async () => {
    const { el } = mount();
    await live(el);
    el.querySelector<HTMLElement>("[data-panel=history]")?.click();
    await vi.waitFor(() => expect(el.querySelector("[data-la-search]")).toBeNull());
    press(el, "/");
    const box = el.querySelector<HTMLInputElement>("[data-la-search]");
    expect(box).not.toBeNull();
    expect(document.activeElement).toBe(box);
    await new Promise((done) => requestAnimationFrame(done));
    expect(document.activeElement).toBe(box);
  });

  it("takes the focus back from the search box by Escape: the first clears a text, the next leaves", async () => {
    const { el } = mount();
    await live(el);
    press(el, "/");
    const box = el.querySelector("[data-la-search]") as HTMLInputElement;
    const key = (name: string) => {
      const event = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true });
      box.dispatchEvent(event);
      return event;
    };
    expect(key("/").defaultPrevented).toBe(true);
    box.value = "ba";
    box.dispatchEvent(new Event("input", { bubbles: true }));
    expect(key("/").defaultPrevented).toBe(false);
    key("Escape");
    await vi.waitFor(() => expect(box.value).toBe(""));
    expect(document.activeElement).toBe(box);
    key("Escape");
    expect(document.activeElement).toBe(rootOf(el));
    press(el, "/");
    key("Escape");
    expect(document.activeElement).toBe(rootOf(el));
  });

  it("gives every control a name", async () => {
    const { el } = mount();
    await live(el);
    const nameless = Array.from(el.querySelectorAll("button, input")).filter(
      (control) => (control.getAttribute("aria-label") ?? control.textContent ?? "").trim() === "",
    );
    expect(nameless).toEqual([]);
  });

  it("turns read-only with a sentence when the kernel is gone", async () => {
    const { el } = mount();
    await live(el);
    kernel.model.trigger("comm:close");
    await vi.waitFor(() => expect(rootOf(el).dataset.status).toBe("offline"));
    await vi.waitFor(() => expect(el.textContent).toContain("Run its cell again"));
    await vi.waitFor(() => expect(el.querySelector<HTMLButtonElement>(".la-row")?.disabled).toBe(true));
  });

  it.each(["stopped", "detached"] as const)(
    "says in full that edits do not reach the frame when it is %s, and does not call that saved",
    async (sync) => {
      const { el } = mount();
      await live(el);
      const strip = () => el.querySelector(".la-unsynced");
      expect(strip()).toBeNull();
      const sync_note = "Edits are saved in the journal, but no longer written to the frame: it has other rows now.";
      kernel.model.set("status", { ...kernel.model.get("status"), sync, sync_note });
      await vi.waitFor(() => expect(strip()?.textContent).toContain(sync_note));
      expect(strip()?.textContent).toContain("m.to_frame()");
      expect(el.querySelector(".la-saving")?.textContent).toBe("Saved in the journal only");
      expect(rootOf(el).dataset.status).toBe("saved"); // the journal has them
      kernel.model.set("status", { ...kernel.model.get("status"), sync: "live", sync_note: "" });
      await vi.waitFor(() => expect(strip()).toBeNull());
      expect(el.querySelector(".la-saving")?.textContent).toBe("Saved");
    },
  );

  it("follows a theme that is asked for by name", async () => {
    const { el } = mount();
    await live(el);
    kernel.model.set("meta", { ...kernel.model.get("meta"), theme: "dark" });
    expect(rootOf(el).dataset).toMatchObject({ theme: "dark", source: "own" });
    kernel.model.set("meta", { ...kernel.model.get("meta"), theme: "auto" });
    expect(rootOf(el).dataset.source).toBe("host");
  });
});

describe("two views", () => {
  it("share one client: one hello, one answer, one selection", async () => {
    const [first, second] = [mount(), mount()];
    await live(first.el);
    await live(second.el);
    expect(kernel.model.sent.filter(({ message }) => message.kind === "hello").length).toBe(1);
    kernel.model.say({ kind: "select", rows: "u32", how: "api", origin: "kernel" }, [Uint32Array.of(0, 1)]);
    for (const { el } of [first, second]) await vi.waitFor(() => expect(el.textContent).toContain("2 selected"));
  });

  it("outlive each other", async () => {
    const [first, second] = [mount(), mount()];
    await live(first.el);
    first.dispose();
    kernel.model.say({ kind: "select", rows: "u32", how: "api", origin: "kernel" }, [Uint32Array.of(0)]);
    await vi.waitFor(() => expect(second.el.textContent).toContain("1 selected"));
    press(second.el, "1");
    press(second.el, "2");
    await vi.waitFor(() => expect(rootOf(second.el).dataset.revision).not.toBe("0"));
  });

  it("leave no node and no listener behind", async () => {
    const before = kernel.model.listenerCount;
    const [first, second] = [mount(), mount()];
    await live(first.el);
    expect(kernel.model.listenerCount).toBe(before);
    first.dispose();
    second.dispose();
    expect([first.el.childNodes.length, second.el.childNodes.length]).toEqual([0, 0]);
    expect(document.head.querySelectorAll("style").length).toBe(0);
    close();
    expect(kernel.model.listenerCount).toBe(0);
  });

  it("can be mounted again after all were closed", async () => {
    const first = mount();
    await live(first.el);
    first.dispose();
    const second = mount();
    await live(second.el);
    expect(kernel.model.sent.filter(({ message }) => message.kind === "hello").length).toBe(1);
  });
});

describe("initialize", () => {
  it("returns at once, with the columns still on their way", () => {
    const slow = smallKernel();
    slow.awake = false;
    const stop = widget().initialize({ model: slow.model });
    expect(slow.model.sent.map(({ message }) => message.kind)).toEqual(["hello"]);
    stop();
    expect(slow.model.listenerCount).toBe(0);
  });
});
