/**
 * Watches whether the kernel behind a model still lives.
 *
 * anywidget hands out a proxy that hides `comm_live`, so three signs are read together: the widget manager's `comm:close` (the
 * comm was closed), its `comm_live_update` (sent on a restart; whether it means "gone" shows in the class that the manager puts
 * on each view), and, where the host is JupyterLab, the status of the kernel itself, because a kernel that was killed is
 * restarted by the server without either event.
 */

import { listen, type Model } from "./model.ts";

const GONE = new Set(["dead", "restarting", "autorestarting", "terminating"]);
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

/** Finds the status signal of the kernel where the host shows one. */
function statusSignal(manager: unknown): StatusSignal | null {
  const kernel = isRecord(manager) ? manager.kernel : null;
  const signal = isRecord(kernel) ? kernel.statusChanged : null;
  return isSignal(signal) ? signal : null;
}

/**
 * Calls `gone` when the kernel is gone. `views` gives the elements of the mounted views. Gives the function that stops it.
 */
export function watchLife(model: Model, views: () => Iterable<Element>, gone: () => void): () => void {
  const stops = [
    listen(model, "comm:close", gone),
    listen(model, "comm_live_update", () => {
      const elements = [...views()];
      const dead = elements.some((element) => element.classList.contains(DISCONNECTED_CLASS));
      if (dead || elements.length === 0) gone();
    }),
  ];
  const signal = statusSignal(model.widget_manager);
  if (signal !== null) {
    const slot = (_sender: unknown, status: unknown) => {
      if (typeof status === "string" && GONE.has(status)) gone();
    };
    signal.connect(slot);
    stops.push(() => signal.disconnect(slot));
  }
  return () => {
    for (const stop of stops) stop();
  };
}
