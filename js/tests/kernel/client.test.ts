import { describe, expect, it, vi } from "vitest";
import { Cancelled, Client, ConnectionLost, KernelFailure, type Told } from "../../src/kernel/client.ts";
import { settle, smallKernel } from "../harness/set_up.ts";

function makeClient() {
  const { model } = smallKernel();
  model.onSent = () => undefined;
  const told = {
    patch: vi.fn(),
    select: vi.fn(),
    view: vi.fn(),
    queue: vi.fn(),
    filtered: vi.fn(),
    content: vi.fn(),
    frame: vi.fn(),
    heard: vi.fn(),
    waiting: vi.fn(),
    gone: vi.fn(),
  } satisfies Told;
  return { model, told, client: new Client(model, told, 7) };
}

const ASK = { kind: "ask", topic: "history", limit: 5 } as const;

describe("Client", () => {
  it("numbers its requests and gives each one its own answer, in whatever order they come", async () => {
    const { model, client } = makeClient();
    const [first, second] = [client.ask(ASK), client.ask(ASK)];
    expect(model.sent.map(({ message }) => "id" in message && message.id)).toEqual([7, 8]);
    model.say({ kind: "reply", id: 8, result: { revision: 2, n_rows: 0 } });
    model.say({ kind: "reply", id: 7, result: { revision: 1, n_rows: 0 } }, [Uint8Array.of(5)]);
    expect((await second).result).toEqual({ revision: 2, n_rows: 0 });
    expect((await first).buffers[0]?.getUint8(0)).toBe(5);
  });

  it("begins at a random id, so that two pages on one kernel do not take each other's answers", () => {
    const ids = [0, 1].map(() => {
      const { model } = smallKernel();
      model.onSent = () => undefined;
      void new Client(model, makeClient().told).ask(ASK).catch(() => undefined);
      const message = model.sent[0]?.message;
      return message !== undefined && "id" in message ? message.id : 0;
    });
    expect(ids[0]).not.toBe(ids[1]);
    expect(ids.every(Number.isSafeInteger)).toBe(true);
  });

  it("ignores answers to requests that it did not make, a second answer, and what is no message", async () => {
    const { model, client } = makeClient();
    const asked = client.ask(ASK);
    model.say({ kind: "reply", id: 99, result: { revision: 1, n_rows: 0 } });
    model.trigger("msg:custom", { kind: "weather" }, []);
    model.trigger("msg:custom", null);
    model.trigger("msg:custom", "reply");
    model.say({ kind: "reply", id: 7, result: { revision: 1, n_rows: 1 } });
    model.say({ kind: "failure", id: 7, error: "late", hint: "", revision: 1 });
    expect((await asked).result).toEqual({ revision: 1, n_rows: 1 });
  });

  it("ends a refused request in the kernel's words, hint and buffers", async () => {
    const { model, client } = makeClient();
    const asked = client.ask(ASK);
    model.say({ kind: "failure", id: 7, error: "no", hint: "yes", revision: 3, width: "u16" }, [Uint8Array.of(1)]);
    const error = await asked.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(KernelFailure);
    expect(error).toMatchObject({ message: "no", hint: "yes", revision: 3, width: "u16" });
  });

  it("cancels by telling the kernel once, and drops the answer", async () => {
    const { model, client } = makeClient();
    const stop = new AbortController();
    const asked = client.ask(ASK, { signal: stop.signal });
    stop.abort();
    stop.abort();
    model.say({ kind: "reply", id: 7, result: { revision: 1, n_rows: 0 } });
    await expect(asked).rejects.toBeInstanceOf(Cancelled);
    expect(model.sent.at(-1)?.message).toEqual({ kind: "cancel", target: 7 });
    expect(model.sent.length).toBe(2);
  });

  it("tells the kernel nothing when a request is cancelled after its answer", async () => {
    const { model, client } = makeClient();
    const stop = new AbortController();
    const asked = client.ask(ASK, { signal: stop.signal });
    model.say({ kind: "reply", id: 7, result: { revision: 1, n_rows: 0 } });
    await asked;
    stop.abort();
    expect(model.sent.length).toBe(1);
  });

  it("hands columns and progress only to the request that they belong to", async () => {
    const { model, client } = makeClient();
    const [onColumn, onProgress] = [vi.fn(), vi.fn()];
    void client.ask({ kind: "hello", revision: -1 }, { onColumn, onProgress });
    const column = { kind: "column", name: "flags", dtype: "u8", length: 1, offset: 0 } as const;
    model.say({ ...column, id: 8 }, [Uint8Array.of(1)]);
    model.say({ ...column, id: 7 }, [Uint8Array.of(2)]);
    model.say({ kind: "progress", id: 7, stage: "s", done: 1, total: 2 });
    expect(onColumn).toHaveBeenCalledOnce();
    expect(onProgress).toHaveBeenCalledOnce();
  });

  it("says how many requests wait", async () => {
    const { model, client, told } = makeClient();
    void client.ask(ASK);
    void client.ask(ASK);
    model.say({ kind: "reply", id: 7, result: { revision: 1, n_rows: 0 } });
    expect(told.waiting.mock.calls).toEqual([[1], [2], [1]]);
  });

  it("ends every open request when the kernel is gone, and refuses new ones until it is back", async () => {
    const { client } = makeClient();
    const asked = client.ask(ASK);
    client.lose();
    await expect(asked).rejects.toBeInstanceOf(ConnectionLost);
    await expect(client.ask(ASK)).rejects.toBeInstanceOf(ConnectionLost);
    client.resume();
    const again = client.ask(ASK);
    client.close();
    await expect(again).rejects.toBeInstanceOf(ConnectionLost);
  });

  it("ends in a lost connection, and says so, when the host cannot send", async () => {
    const { model, client, told } = makeClient();
    model.onSent = () => {
      throw new Error("Cannot send");
    };
    await expect(client.ask(ASK)).rejects.toBeInstanceOf(ConnectionLost);
    expect(told.waiting.mock.lastCall).toEqual([0]);
    expect(told.gone).toHaveBeenCalledOnce();
    client.tell({ kind: "select", rows: "u32", how: "lasso", origin: "page" }, []);
    expect(told.gone).toHaveBeenCalledTimes(2);
  });

  it("leaves no listener behind when it is closed", async () => {
    const { model, client } = makeClient();
    expect(model.listenerCount).toBe(1);
    client.close();
    await settle();
    expect(model.listenerCount).toBe(0);
  });
});
