import { describe, expect, it, vi } from "vitest";
import { DISCONNECTED_CLASS, watchLife } from "../../src/kernel/lifeline.ts";
import { smallKernel } from "../harness/set_up.ts";

const view = (...classes: string[]) =>
  ({ classList: { contains: (name: string) => classes.includes(name) } }) as Element;

const nothing = () => undefined;

describe("watchLife", () => {
  it("hears that the comm was closed", () => {
    const { model } = smallKernel();
    const gone = vi.fn();
    watchLife(model, () => [], gone, nothing);
    model.trigger("comm:close");
    expect(gone).toHaveBeenCalledOnce();
  });

  it("reads a change of the comm from the class of a view, and fears the worst without a view", () => {
    const { model } = smallKernel();
    const gone = vi.fn();
    let views: Element[] = [view("other")];
    watchLife(model, () => views, gone, nothing);
    model.trigger("comm_live_update");
    expect(gone).not.toHaveBeenCalled();
    views = [view("other"), view(DISCONNECTED_CLASS)];
    model.trigger("comm_live_update");
    views = [];
    model.trigger("comm_live_update");
    expect(gone).toHaveBeenCalledTimes(2);
  });

  describe("where the host shows the kernel", () => {
    type Slot = (sender: unknown, told: unknown) => void;
    const signalOf = (slots: Set<Slot>) => ({
      connect: (slot: Slot) => slots.add(slot),
      disconnect: (slot: Slot) => slots.delete(slot),
    });
    function watch() {
      const [status, disposed] = [new Set<Slot>(), new Set<Slot>()];
      const kernel = { statusChanged: signalOf(status), disposed: signalOf(disposed) };
      const { model } = smallKernel();
      const [gone, back] = [vi.fn(), vi.fn()];
      const stop = watchLife(Object.assign(model, { widget_manager: { kernel } }), () => [], gone, back);
      const say = (slots: Set<Slot>, told?: unknown) => {
        for (const slot of slots) slot(null, told);
      };
      return { model, gone, back, stop, status, disposed, say };
    }

    it.each(["dead", "restarting", "autorestarting", "terminating", "unknown"])("hears that it is %s", (word) => {
      const { gone, back, stop, status, disposed, say, model } = watch();
      say(status, "busy");
      expect(gone).not.toHaveBeenCalled();
      say(status, word);
      expect(gone).toHaveBeenCalledOnce();
      expect(back).not.toHaveBeenCalled();
      stop();
      expect([status.size, disposed.size, model.listenerCount]).toEqual([0, 0, 0]);
    });

    it("hears that it was shut down and let go of", () => {
      const { gone, disposed, say } = watch();
      say(disposed);
      expect(gone).toHaveBeenCalledOnce();
    });

    it("hears that a line that was cut is back, which a kernel that ended never is", () => {
      const { back, status, say } = watch();
      say(status, "idle");
      say(status, "unknown");
      say(status, "unknown");
      expect(back).not.toHaveBeenCalled();
      say(status, "idle");
      say(status, "busy");
      expect(back).toHaveBeenCalledOnce();
      for (const word of ["unknown", "autorestarting", "unknown", "starting", "idle"]) say(status, word);
      expect(back).toHaveBeenCalledOnce();
    });
  });
});
