/** The widget of one comm as anywidget's modules read it, so that the ES module runs here as it does in a notebook. */

import type { Kernel, KernelMessage } from "@jupyterlab/services";

export const TARGET = "jupyter.widget";

type Listener = (...args: unknown[]) => void;

interface Update {
  readonly method?: string;
  readonly state?: Record<string, unknown>;
  readonly content?: unknown;
}

/** The state that a comm opens with; null when it is no widget with a module of its own. */
export function stateOf(message: KernelMessage.ICommOpenMsg): Record<string, unknown> | null {
  const { state } = message.content.data as Update;
  return typeof state?._esm === "string" ? state : null;
}

export class CommModel {
  /** Where the page's lifeline looks for the kernel. */
  readonly widget_manager: { readonly kernel: Kernel.IKernelConnection };
  readonly #comm: Kernel.IComm;
  readonly #state: Record<string, unknown>;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(kernel: Kernel.IKernelConnection, comm: Kernel.IComm, state: Record<string, unknown>) {
    this.widget_manager = { kernel };
    this.#comm = comm;
    this.#state = { ...state };
    comm.onMsg = (message) => this.#receive(message);
    comm.onClose = () => this.#trigger("comm:close");
  }

  get(name: string): unknown {
    return this.#state[name];
  }

  on(event: string, listener: Listener): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  send(content: unknown, _callbacks?: unknown, buffers: ArrayBuffer[] = []): void {
    const data = { method: "custom", content } as KernelMessage.ICommMsgMsg["content"]["data"];
    this.#comm.send(data, undefined, buffers);
  }

  #receive(message: KernelMessage.ICommMsgMsg): void {
    const data = message.content.data as Update;
    if (data.method === "custom") this.#trigger("msg:custom", data.content, message.buffers ?? []);
    if (data.method !== "update" || data.state === undefined) return;
    Object.assign(this.#state, data.state);
    for (const name of Object.keys(data.state)) this.#trigger(`change:${name}`);
  }

  #trigger(event: string, ...args: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...args);
  }
}

interface Widget {
  initialize(props: { model: CommModel }): () => void;
  render(props: { model: CommModel; el: HTMLElement }): () => void;
}

/** Shows the widget in an element. Gives the function that takes it away again. */
export async function mount(model: CommModel, element: HTMLElement): Promise<() => void> {
  const address = URL.createObjectURL(new Blob([String(model.get("_esm"))], { type: "text/javascript" }));
  try {
    const module = (await import(/* webpackIgnore: true */ address)) as { default: () => Widget };
    const widget = module.default();
    const close = widget.initialize({ model });
    const unmount = widget.render({ model, el: element });
    return () => {
      unmount();
      close();
    };
  } finally {
    URL.revokeObjectURL(address);
  }
}
