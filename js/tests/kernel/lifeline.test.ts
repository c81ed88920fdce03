import { describe, expect, it, vi } from "vitest";
import { DISCONNECTED_CLASS, watchLife } from "../../src/kernel/lifeline.ts";
import { smallKernel } from "../harness/set_up.ts";

const view = (...classes: string[]) =>
  ({ classList: { contains: (name: string) => classes.includes(name) } }) as Element;

describe("watchLife", () => {
  it("hears that the comm was closed", () => {
    const { model } = smallKernel();
    const gone = vi.fn();
    watchLife(model, () => [], gone);
    model.trigger("comm:close");
    expect(gone).toHaveBeenCalledOnce();
  });

  it("reads a change of the comm from the class of a view, and fears the worst without a view", () => {
    const { model } = smallKernel();
    const gone = vi.fn();
    let views: Element[] = [view("other")];
    watchLife(model, () => views, gone);
    model.trigger("comm_live_update");
    expect(gone).not.toHaveBeenCalled();
    views = [view("other"), view(DISCONNECTED_CLASS)];
    model.trigger("comm_live_update");
    views = [];
    model.trigger("comm_live_update");
    expect(gone).toHaveBeenCalledTimes(2);
  });

  it("hears of a kernel that the server restarts by itself, where the host shows its status", () => {
    const slots = new Set<(sender: unknown, status: unknown) => void>();
    const statusChanged = {
      connect: (slot: (sender: unknown, status: unknown) => void) => slots.add(slot),
      disconnect: (slot: (sender: unknown, status: unknown) => void) => slots.delete(slot),
    };
    const { model } = smallKernel();
    const gone = vi.fn();
    const stop = watchLife(Object.assign(model, { widget_manager: { kernel: { statusChanged } } }), () => [], gone);
    for (const slot of slots) slot(null, "busy");
    expect(gone).not.toHaveBeenCalled();
    for (const slot of slots) slot(null, "autorestarting");
    expect(gone).toHaveBeenCalledOnce();
    stop();
    expect([slots.size, model.listenerCount]).toEqual([0, 0]);
  });
});
