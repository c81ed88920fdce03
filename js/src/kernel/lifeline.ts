/**
 * Watches whether the kernel behind a model still lives.
 *
 * anywidget hands out a proxy that hides `comm_live`, so three signs are read together: the widget manager's `comm:close` (the
 * comm was closed), its `comm_live_update` (sent on a restart; whether it means "gone" shows in the class that the manager puts
 * on each view), and, where the host is JupyterLab, the status of the kernel itself and whether it was let go of, because a kernel
 * that was killed is restarted by the server, and one that was shut down goes, without either event.
 */

import { listen, type Model } from "./model.ts";

/** The kernel ended: what comes after it knows nothing of this map. */
const ENDED = new Set(["dead", "restarting", "autorestarting", "terminating"]);
/** JupyterLab's word for a line that is cut, for a while or because the kernel was shut down. */
const CUT = "unknown";
const ALIVE = new Set(["idle", "busy"]);
/** The class that the widget manager puts on the element of a view whose comm is gone. */
export const DISCONNECTED_CLASS = "jupyter-widgets-disconnected";

interface StatusSignal {
  connect(slot: (sender: unknown, status: unknown) => void): unknown;
  disconnect(slot: (sender: unknown, status: unknown) => void): unknown;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isSignal(value: unknown): value is StatusSignal {
  return isRecord(value) && typeof value.connect === "function" && typeof value.disconnect === "function";
}

/** Finds a signal of the kernel where the host shows one. */
function signalOf(manager: unknown, name: "statusChanged" | "disposed"): StatusSignal | null {
  const kernel = isRecord(manager) ? manager.kernel : null;
  const signal = isRecord(kernel) ? kernel[name] : null;
  return isSignal(signal) ? signal : null;
}

/** Interrupts what the kernel runs, where the host lets the page do so; else says that it cannot. */
export function interrupt(model: Model): boolean {
  const kernel = isRecord(model.widget_manager) ? model.widget_manager.kernel : null;
  if (!isRecord(kernel) || typeof kernel.interrupt !== "function") return false;
  void kernel.interrupt();
  return true;
}

/**
 * Calls `gone` when the kernel is gone or out of reach, and `back` when one that was out of reach is there again. `views` gives
 * the elements of the mounted views. Gives the function that stops it.
 */
export function watchLife(
  model: Model,
  views: () => Iterable<Element>,
  gone: () => void,
  back: () => void,
): () => void {
  const stops = [
    listen(model, "comm:close", gone),
    listen(model, "comm_live_update", () => {
      const elements = [...views()];
      const dead = elements.some((element) => element.classList.contains(DISCONNECTED_CLASS));
      if (dead || elements.length === 0) gone();
    }),
  ];
  const follow = (name: "statusChanged" | "disposed", slot: (sender: unknown, told: unknown) => void) => {
    const signal = signalOf(model.widget_manager, name);
    signal?.connect(slot);
    if (signal !== null) stops.push(() => signal.disconnect(slot));
  };
  let cut = false;
  let ended = false;
  follow("statusChanged", (_sender, status) => {
    if (typeof status !== "string") return;
    if (ENDED.has(status)) ended = true;
    if (ENDED.has(status) || status === CUT) {
      cut = true;
      gone();
    } else if (cut && !ended && ALIVE.has(status)) {
      cut = false;
      back();
    }
  });
  follow("disposed", () => {
    ended = true;
    gone();
  });
  return () => {
    for (const stop of stops) stop();
  };
}
