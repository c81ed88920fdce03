/** Long questions over the fake kernel: spoken of once they last, stopped by a person, replaced by a newer one. */

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Session } from "../../src/app/session.ts";
import { SPOKEN_AFTER_MS } from "../../src/app/works.ts";
import type { FakeKernel } from "../harness/fake_kernel.ts";
import { settle, smallKernel } from "../harness/set_up.ts";

const clause = (query: string) => ({ type: "text", query, regex: false, columns: null }) as const;

let kernel: FakeKernel;
let session: Session;
const sent = (kind: string) => kernel.model.sent.flatMap(({ message }) => (message.kind === kind ? [message] : []));
const idOf = (kind: string) => (sent(kind).at(-1) as { id: number }).id;

beforeEach(async () => {
  vi.useFakeTimers();
  kernel = smallKernel(40);
  session = new Session(kernel.model);
  await settle();
  kernel.awake = false;
});
afterEach(() => {
  session.close();
  vi.useRealTimers();
});

it("says nothing of what is answered at once, and what is being done, and how far, of what lasts", async () => {
  const { working } = session.state;
  const found = session.rows.search("row", false, new AbortController().signal);
  vi.advanceTimersByTime(SPOKEN_AFTER_MS - 1);
  expect(working.value).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(working.value).toMatchObject([{ what: "Searching", total: 0 }]);
  kernel.model.say({ kind: "progress", id: idOf("search"), stage: "searching the rows", done: 3, total: 40 });
  expect(working.value).toMatchObject([{ what: "Searching", stage: "searching the rows", done: 3, total: 40 }]);
  kernel.wake();
  expect((await found) instanceof Uint32Array).toBe(true);
  expect(working.value).toEqual([]);
});

it("tells the kernel to stop what a person stops, and says that nothing came of it", async () => {
  const found = session.rows.search("row", false, new AbortController().signal);
  vi.advanceTimersByTime(SPOKEN_AFTER_MS);
  session.stopWork(session.state.working.value[0]?.id ?? -1);
  expect(await found).toEqual({ error: "Searching was stopped.", hint: "Everything stands as before." });
  expect(sent("cancel")).toMatchObject([{ target: idOf("search") }]);
  expect(session.state.working.value).toEqual([]);
  expect(session.state.banners.value).toEqual([]);
});

it("gives up an older filter for a newer one, without a word", async () => {
  const older = session.rows.setFilter([clause("a")], "grey");
  const id = idOf("filter");
  const newer = session.rows.setFilter([clause("row 3:")], "grey");
  expect(await older).toBeNull();
  expect(sent("cancel")).toMatchObject([{ target: id }]);
  kernel.wake();
  expect(await newer).toBeNull();
  await settle();
  expect(session.state.filter.value.clauses).toEqual([clause("row 3:")]);
});

it("speaks of suspects where they are looked for to colour the map", async () => {
  const stop = new AbortController();
  const asked = session.loadColours({ by: "suspicion", column: null }, stop.signal);
  vi.advanceTimersByTime(SPOKEN_AFTER_MS);
  expect(session.state.working.value).toMatchObject([{ what: "Looking for suspects" }]);
  session.stopWork(session.state.working.value[0]?.id ?? -1);
  expect(await asked).toBeNull();
});

it("ends without a word with the kernel", async () => {
  const found = session.rows.search("row", false, new AbortController().signal);
  vi.advanceTimersByTime(SPOKEN_AFTER_MS);
  session.close();
  expect(await found).toBeNull();
  expect(session.state.working.value).toEqual([]);
});
