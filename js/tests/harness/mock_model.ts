/** A model as anywidget hands it out, in memory: it counts its listeners and lets a test speak as the kernel does. */

import type { Listener, Model, Traits } from "../../src/kernel/model.ts";
import type { KernelMessage, PageMessage } from "../../src/protocol.ts";

export interface Sent {
  readonly message: PageMessage;
  readonly buffers: readonly ArrayBuffer[];
}

export class MockModel implements Model {
  readonly sent: Sent[] = [];
  /** Called with each message of the page. */
  onSent: (sent: Sent) => void = () => undefined;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #traits: Traits;

  constructor(traits: Traits) {
    this.#traits = traits;
  }

  get<K extends keyof Traits>(name: K): Traits[K] {
    return this.#traits[name];
  }

  set<K extends keyof Traits>(name: K, value: Traits[K]): void {
    this.#traits[name] = value;
    this.trigger(`change:${name}`);
  }

  on(event: string, listener: Listener): void {
    const set = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, set.add(listener));
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  send(content: unknown, _callbacks?: unknown, buffers: ArrayBuffer[] = []): void {
    const sent: Sent = { message: content as PageMessage, buffers };
    this.sent.push(sent);
    this.onSent(sent);
  }

  trigger(event: string, ...args: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...args);
  }

  /** Speaks as the kernel. Buffers arrive as a DataView, as in Jupyter. */
  say(message: KernelMessage, buffers: readonly ArrayBufferView[] = []): void {
    const views = buffers.map(({ buffer, byteOffset, byteLength }) => new DataView(buffer, byteOffset, byteLength));
    this.trigger("msg:custom", message, views);
  }

  get listenerCount(): number {
    let total = 0;
    for (const set of this.#listeners.values()) total += set.size;
    return total;
  }
}
