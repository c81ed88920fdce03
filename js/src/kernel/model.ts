/**
 * The part of anywidget's model that this page uses. Named here, so that tests can hand in their own and no host is assumed:
 * the same contract holds in JupyterLab, VS Code, Colab and marimo.
 */

import type { Forming, Meta, SelectionSummary, Shown, Status } from "../protocol.ts";

export interface Traits {
  meta: Meta;
  status: Status;
  selection_summary: SelectionSummary;
  /** Absent in a kernel that never asks for a look. */
  shown?: Shown;
  /** Absent in a kernel that shows no map before it is made. */
  forming?: Forming;
}

export type Listener = (...args: unknown[]) => void;

export interface Model {
  get<K extends keyof Traits>(name: K): Traits[K];
  on(event: string, listener: Listener): void;
  off(event: string, listener: Listener): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  readonly widget_manager?: unknown;
}

/** Adds a listener and gives the function that takes it away again. */
export function listen(model: Model, event: string, listener: Listener): () => void {
  model.on(event, listener);
  return () => model.off(event, listener);
}
