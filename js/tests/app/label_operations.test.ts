import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Session } from "../../src/app/session.ts";
import type { ConflictRow } from "../../src/protocol.ts";
import type { FakeKernel } from "../harness/fake_kernel.ts";
import { settle, smallKernel } from "../harness/set_up.ts";

let kernel: FakeKernel;
let session: Session;

beforeEach(async () => {
  kernel = smallKernel();
  session = new Session(kernel.model, 1);
  await settle();
});
afterEach(() => session.close());

const rowsOf = (...rows: number[]) => Uint32Array.from(rows);
const shownNames = () => session.state.labels.value.filter(({ code }) => code >= 0).map(({ name }) => name);
const count = (code: number) => session.state.rows.count(code);
const last = () => kernel.model.sent.at(-1)?.message;
const never = new AbortController().signal;

describe("operations on whole labels", () => {
  it("rename: the old name leaves the list, its name is free again, and its digit goes to the new one", async () => {
    const before = count(0);
    const digit = session.state.slots.value.codes.indexOf(0);
    expect(await session.operate({ kind: "rename", label: 0, name: "first" })).toBe(true);
    expect(shownNames()).toEqual(["b", "c", "first"]);
    expect([count(0), count(3)]).toEqual([0, before]);
    expect(session.state.slots.value.codes[digit]).toBe(3);
    expect(session.state.slots.value.codes).not.toContain(0);
    session.assign("a", rowsOf(0));
    expect(last()).toMatchObject({ kind: "edit", label: "a" });
    await settle();
    expect(shownNames()).toEqual(["a", "b", "c", "first"]);
    expect(session.state.rows.codes[0]).toBe(0);
  });

  it("are told with their number of rows and not done when only planned", async () => {
    const plan = await session.plan({ kind: "merge", labels: [0, 1], into: 1 }, never);
    expect(plan).toEqual({ possible: true, rows: count(0) });
    expect(kernel.model.get("status").revision).toBe(0);
    const taken = await session.plan({ kind: "rename", label: 0, name: "b" }, never);
    expect(taken).toEqual({ possible: false, error: "There is a label 'b' already.", hint: "Merge the two." });
    expect(session.state.banners.value).toEqual([]);
    expect(session.state.waiting.value).toEqual([]);
  });

  it("merge many into one, and come back as one by undo", async () => {
    const before = Array.from(session.state.rows.codes);
    await session.operate({ kind: "merge", labels: [0, 1], into: 2 });
    expect([count(0), count(1), count(2)]).toEqual([0, 0, 40]);
    expect(shownNames()).toEqual(["c"]);
    session.undo(null);
    expect(last()).toMatchObject({ kind: "undo", gesture: null, how: "key" });
    await settle();
    expect(Array.from(session.state.rows.codes)).toEqual(before);
    expect(shownNames()).toEqual(["a", "b", "c"]);
    expect(session.state.slots.value.codes.filter((code) => code !== null).sort()).toEqual([0, 1, 2]);
  });

  it("delete to unlabelled, and wait to be answered like any gesture", async () => {
    kernel.awake = false;
    const before = count(1);
    const done = session.operate({ kind: "delete", label: 1 });
    expect(session.state.waiting.value).toMatchObject([{ what: "delete", rows: before }]);
    expect(session.state.saving.value).toBe("saving");
    kernel.wake();
    expect(await done).toBe(true);
    expect(count(-1)).toBe(before);
    expect(shownNames()).toEqual(["a", "c"]);
  });

  it("create a label without rows, and give one a colour of its own", async () => {
    await session.operate({ kind: "create", name: "empty" });
    expect(session.state.labels.value.find(({ name }) => name === "empty")?.count).toBe(0);
    await session.operate({ kind: "recolour", label: 0, colour: "#123456" });
    expect(session.state.meta.value.colours?.[0]).toBe("#123456");
    expect(session.state.saving.value).toBe("saved");
  });

  it("say why when the kernel refuses, and nothing when the kernel is gone", async () => {
    expect(await session.operate({ kind: "rename", label: 0, name: "b" })).toBe(false);
    expect(session.state.banners.value).toMatchObject([{ tone: "error", hint: "Merge the two." }]);
    kernel.model.trigger("comm:close");
    const sent = kernel.model.sent.length;
    expect(await session.operate({ kind: "delete", label: 0 })).toBe(false);
    expect(kernel.model.sent.length).toBe(sent);
  });
});

describe("the arm of a gesture", () => {
  it("is left out before there are suggestions, and says afterwards whether they were in sight", async () => {
    session.assign(1, rowsOf(0));
    expect(last()).not.toHaveProperty("arm");
    await settle();
    session.review.open();
    await settle();
    session.assign(2, rowsOf(0));
    expect(last()).toMatchObject({ arm: "hidden" });
    const [stop, stopOther] = [session.showSuggestions(), session.showSuggestions()];
    stop();
    stop();
    session.assign(1, rowsOf(0));
    expect(last()).toMatchObject({ arm: "shown" });
    stopOther();
    session.assign(2, rowsOf(0));
    expect(last()).toMatchObject({ arm: "hidden" });
    await settle();
  });
});

describe("conflicts", () => {
  const conflicts: ConflictRow[] = [
    { key: "9007199254740993", row: 0, frame: "a", journal: "b", reason: "label" },
    { key: "k2", row: 5, frame: "a", journal: "c", reason: "content" },
    { key: "gone", row: -1, frame: "", journal: "a", reason: "missing" },
  ];

  it("are listed and settled one by one or all, and what is left is said", async () => {
    kernel.conflicts = [...conflicts];
    kernel.tellStatus();
    session.loadConflicts();
    await settle();
    expect(session.state.conflicts.value).toMatchObject({ total: 3 });
    await session.operate({ kind: "resolve", keep: "journal", keys: ["9007199254740993"] });
    expect(session.state.rows.codes[0]).toBe(1);
    await session.operate({ kind: "resolve", keep: "journal", keys: null });
    expect(session.state.rows.codes[5]).toBe(2);
    expect(session.state.banners.value).toMatchObject([{ tone: "note", text: "1 edit is still open." }]);
    await session.operate({ kind: "resolve", keep: "frame", keys: ["gone"] });
    expect(kernel.model.get("status")).toMatchObject({ n_conflicts: 0, n_orphans: 0 });
  });
});

describe("notices of others' gestures", () => {
  it("stay dismissed, also when the status is told again", () => {
    kernel.notices = [
      { gesture: 7, at: "2026-01-01T00:00:00Z", author: "bob", action: "relabel", rows: 3, labels: ["b"] },
      { gesture: 9, at: "2026-01-01T00:00:00Z", author: "bob", action: "relabel", rows: 1, labels: [""] },
    ];
    kernel.tellStatus();
    expect(session.state.notices.value.map(({ gesture }) => gesture)).toEqual([7, 9]);
    session.dismissNotice(7);
    kernel.tellStatus();
    expect(session.state.notices.value.map(({ gesture }) => gesture)).toEqual([9]);
  });

  it("give the rows of the gesture, and a word when they are not to be had", async () => {
    expect(Array.from((await session.rowsOf(7)) ?? [])).toEqual([0, 1, 2]);
    kernel.awake = false;
    const asked = session.rowsOf(8);
    const message = last();
    const id = message?.kind === "ask" ? message.id : -1;
    kernel.model.say({ kind: "failure", id, error: "There is no gesture 8.", hint: "", revision: 0 });
    expect(await asked).toBeNull();
    expect(session.state.banners.value).toMatchObject([{ text: "There is no gesture 8." }]);
  });
});
