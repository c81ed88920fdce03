/** What is asked about rows, over the fake kernel. */

import { afterEach, beforeEach, expect, it } from "vitest";
import { soundType } from "../../src/app/cell_cache.ts";
import { Session } from "../../src/app/session.ts";
import type { FakeKernel } from "../harness/fake_kernel.ts";
import { settle, smallKernel } from "../harness/set_up.ts";

const N = 40;
const { signal } = new AbortController();
const all = Uint32Array.from({ length: N }, (_, row) => row);
const price = (row: number) => (row % 10 === 0 ? null : (row * 37) % 101);

let kernel: FakeKernel;
let session: Session;
const describes = () => kernel.model.sent.filter(({ message }) => message.kind === "describe");

beforeEach(async () => {
  kernel = smallKernel(N);
  session = new Session(kernel.model);
  await settle();
});
afterEach(() => session.close());

it("asks for a page of rows in one request, and only for those that it does not have", async () => {
  await session.rows.describe(Uint32Array.of(3, 0), ["text"], signal);
  await session.rows.describe(Uint32Array.of(0, 3, 5), ["text"], signal);
  expect(describes().map(({ buffers }) => [...new Uint32Array(buffers[0] as ArrayBuffer)])).toEqual([[3, 0], [5]]);
  expect(session.rows.peek(0, ["text"])?.[0]?.text).toContain("row 0:");
  expect(session.rows.peek(3, ["text"])?.[0]?.text).toContain("row 3:");
  expect(session.rows.peek(0, ["text", "price"])).toBeNull();
});

it("does not ask again for rows that are under way, and waits for them", async () => {
  kernel.awake = false;
  const ahead = session.rows.describe(Uint32Array.of(1, 2, 3), null, signal);
  const next = session.rows.describe(Uint32Array.of(2, 4), null, signal);
  kernel.wake();
  expect(await Promise.all([ahead, next])).toEqual([true, true]);
  expect(describes().map(({ buffers }) => [...new Uint32Array(buffers[0] as ArrayBuffer)])).toEqual([[1, 2, 3], [4]]);
  for (const row of [1, 2, 3, 4]) expect(session.rows.peek(row, null)).not.toBeNull();
});

it("asks itself for rows that somebody else has given up", async () => {
  kernel.awake = false;
  const theirs = new AbortController();
  const given = session.rows.describe(Uint32Array.of(1, 2), null, theirs.signal);
  const wanted = session.rows.describe(Uint32Array.of(2), null, signal);
  theirs.abort();
  kernel.wake();
  expect(await Promise.all([given, wanted])).toEqual([false, true]);
  expect(session.rows.peek(2, null)).not.toBeNull();
});

it("forgets the cells when other columns are shown, and asks for the columns anew", async () => {
  session.rows.loadColumns();
  await session.rows.describe(Uint32Array.of(0), null, signal);
  kernel.content.shown = ["price"];
  kernel.model.say({ kind: "content" });
  await settle();
  expect(session.rows.peek(0, null)).toBeNull();
  expect(session.state.columns.value?.shown).toEqual(["price"]);
  await session.rows.describe(Uint32Array.of(0), null, signal);
  expect(session.rows.peek(0, null)).toMatchObject([{ name: "price", text: null, url: null }]);
});

it("sorts in the kernel, the missing last", async () => {
  const rows = await session.rows.order(all, "price", true, signal);
  const prices = Array.from(rows ?? [], price).filter((value) => value !== null);
  expect(prices).toEqual([...prices].sort((a, b) => b - a));
  expect(rows?.length).toBe(N);
});

it("greys what a filter does not let through, or hides it, and shows all again", async () => {
  const { rows } = session.state;
  const clause = { type: "range", column: "price", low: 50, high: null, missing: false } as const;
  const passing = Array.from(all).filter((row) => (price(row) ?? -1) >= 50);
  expect(await session.rows.setFilter([clause], "grey")).toBeNull();
  expect(rows.hasDim).toBe(true);
  expect(Array.from(all).filter((row) => !rows.isHidden(row)).length).toBe(N);
  await session.rows.setFilter([clause], "hide");
  expect(rows.hasDim).toBe(false);
  expect(Array.from(all).filter((row) => !rows.isHidden(row))).toEqual(passing);
  await session.rows.setFilter([], "grey");
  expect(Array.from(all).some((row) => rows.isHidden(row))).toBe(false);
  expect(session.state.filter.value).toEqual({ clauses: [], rest: "grey", rows: null });
});

it("keeps a filter through a relabel and through new columns of the kernel", async () => {
  const { rows } = session.state;
  kernel.content.tell([{ type: "text", query: "row 3:", regex: false, columns: null }], "hide");
  session.assign(1, Uint32Array.of(3));
  await settle();
  rows.load({ label: rows.codes.slice() }, rows.revision, 3);
  expect(Array.from(all).filter((row) => !rows.isHidden(row))).toEqual([3]);
});

it("gives a bad pattern back as a refusal, without a banner, and leaves the filter alone", async () => {
  const refusal = { error: "'(' is no regular expression.", hint: "Search for it as plain text." };
  expect(await session.rows.search("(", true, signal)).toEqual(refusal);
  expect(await session.rows.setFilter([{ type: "text", query: "(", regex: true, columns: null }], "grey")).toEqual(
    refusal,
  );
  expect(session.state.banners.value).toEqual([]);
  expect(session.state.filter.value.rows).toBeNull();
});

it("finds rows by text, row 0 among them", async () => {
  expect(await session.rows.search("ROW 0:", false, signal)).toEqual(Uint32Array.of(0));
});

it("names a sound by its first bytes, and nothing as something that runs", () => {
  const type = (text: string) => soundType(new TextEncoder().encode(text));
  expect(["RIFF....WAVE", "OggS", "fLaC", "....ftypM4A ", "ID3", "<svg onload=1>", ""].map(type)).toEqual([
    "audio/wav",
    "audio/ogg",
    "audio/flac",
    "audio/mp4",
    "audio/mpeg",
    "audio/mpeg",
    "audio/mpeg",
  ]);
});
