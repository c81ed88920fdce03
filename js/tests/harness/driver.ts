/** One view over a fake kernel, driven as a person drives it: by the names of its controls. Needs a DOM. */

import { expect, vi } from "vitest";
import widget from "../../src/index.ts";
import type { FakeKernel } from "./fake_kernel.ts";

export interface Driver {
  readonly el: HTMLElement;
  readonly root: HTMLElement;
  /** The control with a name; null = there is none now. */
  find(name: string | RegExp): HTMLElement | null;
  /** Waits for a control and presses it. */
  press(name: string | RegExp): Promise<void>;
  /** Waits for a field and types into it. */
  type(name: string | RegExp, text: string): Promise<void>;
  /** Waits for a choice and takes one of its options. */
  choose(name: string, value: string): Promise<void>;
  /** Presses a key on an element; says whether the page kept it from the browser. */
  key(target: Element, name: string, held?: KeyboardEventInit): boolean;
  close(): void;
}

const CONTROLS = "button, input, select, [role=tab], [role=grid], [role=option]";

/** Waits for a state of the page; the machine that tests run on may be busy. */
export function until<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, { timeout: 10_000, interval: 15 });
}

/** The name that a screen reader says. */
export function nameOf(control: Element): string {
  return (control.getAttribute("aria-label") ?? control.textContent ?? "").trim();
}

export async function openView(kernel: FakeKernel): Promise<Driver> {
  const made = widget();
  const stop = made.initialize({ model: kernel.model });
  const el = document.createElement("div");
  document.body.append(el);
  const dispose = made.render({ model: kernel.model, el });
  const root = () => el.querySelector<HTMLElement>(".la-root") as HTMLElement;
  await until(() => expect(root().dataset.status).toBe("saved"));
  const find = (name: string | RegExp) =>
    Array.from(el.querySelectorAll<HTMLElement>(CONTROLS)).find((control) =>
      typeof name === "string" ? nameOf(control) === name : name.test(nameOf(control)),
    ) ?? null;
  const wait = async (name: string | RegExp) => {
    await until(() => expect(find(name), String(name)).not.toBeNull());
    return find(name) as HTMLElement;
  };
  return {
    el,
    get root() {
      return root();
    },
    find,
    press: async (name) => (await wait(name)).click(),
    type: async (name, text) => {
      const field = (await wait(name)) as HTMLInputElement;
      field.focus();
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    choose: async (name, value) => {
      const field = (await wait(name)) as HTMLSelectElement;
      field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    },
    key: (target, name, held = {}) =>
      !target.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...held })),
    close: () => {
      dispose();
      stop();
      el.remove();
    },
  };
}
