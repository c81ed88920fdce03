/**
 * One client per model, made in `initialize` and shared by all views: it numbers the requests, gives each one answer, and
 * hands on what the kernel tells unasked. It knows no state and no page.
 *
 * An edit is never timed out: while a cell runs, the kernel answers late, and late is not lost. What waits is counted, so that
 * the page can say so.
 */

import type {
  Ask,
  AskColumns,
  AskFacet,
  Bulk,
  Cancel,
  Column,
  Create,
  Delete,
  Describe,
  Edit,
  Explain,
  Export,
  Failure,
  Filtered,
  Frame,
  Hello,
  Hover,
  KernelMessage,
  LabelWidth,
  Merge,
  Order,
  PageMessage,
  Patch,
  Progress,
  Queue,
  Recolour,
  Redo,
  Rename,
  Reply,
  Resolve,
  Search,
  Select,
  Selecting,
  SetFilter,
  Undo,
  Verdict,
  View,
} from "../protocol.ts";
import { toView } from "./decode.ts";
import { listen, type Model } from "./model.ts";

export type Request =
  | Hello
  | Edit
  | Undo
  | Redo
  | Rename
  | Merge
  | Delete
  | Create
  | Recolour
  | Resolve
  | Verdict
  | Bulk
  | Describe
  | Explain
  | AskColumns
  | AskFacet
  | Order
  | Search
  | SetFilter
  | Ask
  | Export
  | Selecting;
/** A request without its number, which the client gives. */
export type Unnumbered<R extends Request = Request> = R extends Request ? Omit<R, "id"> : never;

export interface Answer<R> {
  readonly result: R;
  readonly buffers: readonly DataView[];
}

/** The kernel's "no", with its cure. After a failed edit the buffers hold the true labels. */
export class KernelFailure extends Error {
  readonly hint: string;
  readonly revision: number;
  readonly width: LabelWidth | null;
  readonly buffers: readonly DataView[];

  constructor(message: Failure, buffers: readonly DataView[]) {
    super(message.error);
    this.name = "KernelFailure";
    this.hint = message.hint;
    this.revision = message.revision;
    this.width = message.width ?? null;
    this.buffers = buffers;
  }
}

/** The kernel is gone: the request was not answered and never will be. */
export class ConnectionLost extends Error {
  constructor() {
    super("The kernel that held this map is gone.");
    this.name = "ConnectionLost";
  }
}

/** The page itself no longer wants the answer. */
export class Cancelled extends Error {
  constructor() {
    super("The request was cancelled.");
    this.name = "Cancelled";
  }
}

export interface AskOptions {
  readonly buffers?: ArrayBuffer[];
  readonly signal?: AbortSignal;
  readonly onColumn?: (message: Column, view: DataView) => void;
  readonly onProgress?: (message: Progress) => void;
}

export interface Told {
  patch(message: Patch, buffers: readonly DataView[]): void;
  select(message: Select, buffers: readonly DataView[]): void;
  view(message: View, buffers: readonly DataView[]): void;
  queue(message: Queue, buffers: readonly DataView[]): void;
  filtered(message: Filtered, buffers: readonly DataView[]): void;
  /** Other columns are shown of a row. */
  content(): void;
  frame(message: Frame, buffers: readonly DataView[]): void;
  /** Any sign of life, before it is handled. */
  heard(): void;
  /** The number of requests that wait for an answer, after each change. */
  waiting(count: number): void;
  /** The host could not send: there is no kernel to send to. */
  gone(): void;
}

interface Pending {
  readonly resolve: (answer: Answer<never>) => void;
  readonly reject: (error: Error) => void;
  readonly options: AskOptions;
}

const KERNEL_KINDS = new Set([
  "column",
  "patch",
  "select",
  "view",
  "queue",
  "filtered",
  "content",
  "frame",
  "reply",
  "failure",
  "progress",
]);

function isKernelMessage(content: unknown): content is KernelMessage {
  return (
    typeof content === "object" &&
    content !== null &&
    "kind" in content &&
    typeof content.kind === "string" &&
    KERNEL_KINDS.has(content.kind)
  );
}

export class Client {
  readonly #model: Model;
  readonly #told: Told;
  readonly #pending = new Map<number, Pending>();
  #forget: () => void;
  #lastId: number;
  #lost = false;

  /** Ids begin at a random place: two pages may be open on one kernel, and each hears the answers to both. */
  constructor(model: Model, told: Told, firstId = 1 + Math.floor(Math.random() * 2 ** 40)) {
    this.#model = model;
    this.#told = told;
    this.#lastId = firstId - 1;
    this.#forget = listen(model, "msg:custom", (content, buffers) => {
      if (isKernelMessage(content)) this.#receive(content, Array.isArray(buffers) ? buffers.map(toView) : []);
    });
  }

  /** Asks; the promise ends in the answer, in a KernelFailure, in Cancelled or in ConnectionLost. */
  ask<R>(request: Unnumbered, options: AskOptions = {}): Promise<Answer<R>> {
    if (this.#lost) return Promise.reject(new ConnectionLost());
    const id = ++this.#lastId;
    return new Promise<Answer<R>>((resolve, reject) => {
      options.signal?.throwIfAborted();
      this.#pending.set(id, { resolve: resolve as Pending["resolve"], reject, options });
      options.signal?.addEventListener("abort", () => this.#cancel(id), { once: true });
      try {
        this.#post({ ...request, id }, options.buffers);
        this.#told.waiting(this.#pending.size);
      } catch {
        this.#take(id); // it never left, so no answer will come
        reject(new ConnectionLost());
        this.#told.gone();
      }
    });
  }

  /** Tells something that has no answer. */
  tell(message: Select | Hover, buffers: ArrayBuffer[] = []): void {
    if (this.#lost) return;
    try {
      this.#post(message, buffers);
    } catch {
      this.#told.gone();
    }
  }

  /** Ends each open request with ConnectionLost and refuses new ones, until `resume`. */
  lose(): void {
    this.#lost = true;
    const open = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of open) pending.reject(new ConnectionLost());
    this.#told.waiting(0);
  }

  resume(): void {
    this.#lost = false;
  }

  close(): void {
    this.#forget();
    this.#forget = () => undefined;
    this.lose();
  }

  #cancel(id: number): void {
    const pending = this.#take(id);
    if (pending === null) return;
    pending.reject(new Cancelled());
    const message: Cancel = { kind: "cancel", target: id };
    this.#post(message);
  }

  #post(message: PageMessage, buffers: ArrayBuffer[] = []): void {
    this.#model.send(message, undefined, buffers);
  }

  #take(id: number): Pending | null {
    const pending = this.#pending.get(id);
    if (pending === undefined) return null;
    this.#pending.delete(id);
    this.#told.waiting(this.#pending.size);
    return pending;
  }

  #receive(message: KernelMessage, buffers: readonly DataView[]): void {
    this.#told.heard();
    switch (message.kind) {
      case "patch":
        return this.#told.patch(message, buffers);
      case "select":
        return this.#told.select(message, buffers);
      case "view":
        return this.#told.view(message, buffers);
      case "queue":
        return this.#told.queue(message, buffers);
      case "filtered":
        return this.#told.filtered(message, buffers);
      case "content":
        return this.#told.content();
      case "frame":
        return this.#told.frame(message, buffers);
      case "column": {
        const [view] = buffers;
        if (view !== undefined) this.#pending.get(message.id)?.options.onColumn?.(message, view);
        return;
      }
      case "progress":
        return this.#pending.get(message.id)?.options.onProgress?.(message);
      case "reply": {
        const answer: Answer<Reply["result"]> = { result: message.result, buffers };
        return this.#take(message.id)?.resolve(answer as Answer<never>);
      }
      case "failure":
        return this.#take(message.id)?.reject(new KernelFailure(message, buffers));
      default:
        return assertNever(message);
    }
  }
}

function assertNever(value: never): never {
  throw new Error(`unexpected message ${JSON.stringify(value)}`);
}
