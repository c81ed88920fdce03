import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Session } from "../../src/app/session.ts";
import type { FakeKernel } from "../harness/fake_kernel.ts";
import { settle, smallKernel } from "../harness/set_up.ts";

const rowsOf = (...rows: number[]) => Uint32Array.from(rows);

let kernel: FakeKernel;
let session: Session;
let codes: () => number[];

beforeEach(async () => {
  kernel = smallKernel();
  session = new Session(kernel.model, 1);
  codes = () => Array.from(session.state.rows.codes);
  await settle();
});
afterEach(() => {
  session.close();
  vi.useRealTimers();
});

const truth = () => Array.from(kernel.codes);

describe("Session", () => {
  it("is live with all columns once hello is answered", () => {
    expect(session.state.saving.value).toBe("saved");
    expect(session.state.rows.n).toBe(40);
    expect(codes()).toEqual(truth());
  });

  it("asks nothing while the map is made, shows the frames that come, and is live once it is made", async () => {
    const young = smallKernel();
    young.model.set("forming", { stage: "map 25%, 3 s left (3 of 4)", part: 0.55 });
    const early = new Session(young.model, 1);
    const { state } = early;
    await settle();
    expect(young.model.sent).toEqual([]);
    expect(state.making.value).toEqual({ stage: "map 25%, 3 s left (3 of 4)", part: 0.55 });
    young.model.say({ kind: "frame", width: "u16" }, [Float32Array.of(0, 1, 2, 3), Uint16Array.of(1, 0xffff)]);
    expect([...state.rows.xy]).toEqual([0, 1, 2, 3]);
    expect([...state.rows.codes]).toEqual([1, -1]);
    expect([state.rows.count(1), state.rows.originalCount(1)]).toEqual([1, 1]);
    expect(state.readOnly.value).toBe(true);
    young.model.set("forming", {});
    await settle();
    expect(state.making.value).toBeNull();
    expect(state.saving.value).toBe("saved");
    expect(state.rows.n).toBe(40);
    young.model.say({ kind: "frame", width: "u16" }, [Float32Array.of(0, 1), Uint16Array.of(1)]);
    expect(state.rows.n).toBe(40); // one that was late
    early.close();
  });

  it("shows an edit of row 0 before the kernel answers, and calls it saved only after", async () => {
    kernel.awake = false;
    session.assign(2, rowsOf(0, 5));
    expect([codes()[0], codes()[5]]).toEqual([2, 2]);
    expect(session.state.saving.value).toBe("saving");
    kernel.wake();
    await settle();
    expect(session.state.saving.value).toBe("saved");
    expect(codes()).toEqual(truth());
    expect(truth()[0]).toBe(2);
  });

  it("says that edits are queued after a second without an answer, and never times them out", async () => {
    vi.useFakeTimers();
    kernel.awake = false;
    session.assign(1, rowsOf(0));
    vi.advanceTimersByTime(999);
    expect(session.state.saving.value).toBe("saving");
    vi.advanceTimersByTime(2);
    expect(session.state.saving.value).toBe("queued");
    vi.advanceTimersByTime(24 * 3600 * 1000);
    expect(session.state.saving.value).toBe("queued");
    kernel.wake();
    await settle();
    expect(session.state.saving.value).toBe("saved");
  });

  it("lets many edits wait and ends at the kernel's labels", async () => {
    kernel.awake = false;
    for (let i = 0; i < 30; i++) session.assign(i % 3, rowsOf(i % 7, 8 + (i % 5)));
    const shown = codes();
    kernel.wake();
    await settle();
    expect(codes()).toEqual(truth());
    expect(codes()).toEqual(shown);
    expect(session.state.waiting.value).toEqual([]);
  });

  it("waits for the patch of a new name, and gives it a digit or the place of one", async () => {
    kernel.awake = false;
    const before = codes();
    session.assign(" d ", rowsOf(3));
    expect(codes()).toEqual(before);
    kernel.wake();
    await settle();
    expect(session.state.meta.value.labels[3]).toBe("d");
    expect(codes()[3]).toBe(3);
    expect(session.state.slots.value.codes).toContain(3);
  });

  it("sends the code of a name that a label has already", () => {
    session.assign("b", rowsOf(3));
    expect(kernel.model.sent.at(-1)?.message).toMatchObject({ kind: "edit", label: 1 });
  });

  it("puts the true labels back when an edit is refused, and says why", async () => {
    kernel.refuse = new Set(["x"]);
    const before = codes();
    session.assign("x", rowsOf(0, 1));
    await settle();
    expect(codes()).toEqual(before);
    expect(session.state.banners.value).toMatchObject([
      { tone: "error", text: "expected a whole number. Got 'x' instead.", hint: "Type a number such as 10." },
    ]);
    session.dismiss(session.state.banners.value[0]?.id ?? -1);
    expect(session.state.banners.value).toEqual([]);
  });

  it("puts back what was shown early when the kernel refuses a known label", async () => {
    kernel.awake = false;
    const before = codes();
    session.assign(2, rowsOf(0, 1));
    kernel.model.say({ kind: "failure", id: 2, error: "disk full", hint: "Make room.", revision: 0, width: "u16" }, [
      rowsOf(0, 1),
      Uint16Array.of(before[0] as number, before[1] as number),
      Uint8Array.of(0, 0),
    ]);
    await settle();
    expect(codes()).toEqual(before);
    expect(session.state.banners.value[0]?.text).toBe("disk full");
  });

  it("leaves a newer label alone when an older failure arrives late", async () => {
    kernel.awake = false;
    session.assign(1, rowsOf(0, 1));
    const sent = kernel.model.sent.at(-1)?.message;
    const before = codes()[1];
    kernel.model.say({ kind: "patch", revision: 1, width: "u16" }, [rowsOf(0), Uint16Array.of(2), Uint8Array.of(8)]);
    const id = sent?.kind === "edit" ? sent.id : -1;
    kernel.model.say({ kind: "failure", id, error: "disk full", hint: "", revision: 0, width: "u16" }, [
      rowsOf(0, 1),
      Uint16Array.of(0, 0),
      Uint8Array.of(0, 0),
    ]);
    await settle();
    expect([codes()[0], codes()[1]]).toEqual([2, truth()[1]]);
    expect(codes()[1]).not.toBe(before);
  });

  it("keeps how its rows were selected when the kernel sends the same ones again", () => {
    session.select({ rows: rowsOf(1, 2), how: "lasso" });
    kernel.model.say({ kind: "select", rows: "u32", how: "api", origin: "kernel" }, [rowsOf(1, 2)]);
    expect(session.state.selection.value.how).toBe("lasso");
    kernel.model.say({ kind: "select", rows: "u32", how: "api", origin: "kernel" }, [rowsOf(1)]);
    expect(session.state.selection.value.how).toBe("api");
  });

  it("says queued again when the kernel was heard but did not answer what waits", () => {
    vi.useFakeTimers();
    kernel.awake = false;
    session.assign(1, rowsOf(0));
    vi.advanceTimersByTime(500);
    kernel.model.say({ kind: "progress", id: 77, stage: "s", done: 0, total: 1 });
    vi.advanceTimersByTime(900);
    expect(session.state.saving.value).toBe("saving");
    vi.advanceTimersByTime(200);
    expect(session.state.saving.value).toBe("queued");
    kernel.model.set("status", { ...kernel.model.get("status") });
    expect(session.state.saving.value).toBe("saving");
    vi.advanceTimersByTime(1001);
    expect(session.state.saving.value).toBe("queued");
  });

  it("says that the map was not loaded when the first hello is refused, and asks again when told or when the status changes", async () => {
    for (const again of [
      (one: Session) => one.retry(),
      (_: Session, other: FakeKernel) => other.model.set("status", { ...other.model.get("status") }),
    ]) {
      const other = smallKernel();
      other.awake = false;
      const opened = new Session(other.model, 1);
      other.model.say({ kind: "failure", id: 1, error: "no columns", hint: "Wait.", revision: 0 });
      await settle();
      expect(opened.state.saving.value).toBe("refused");
      expect(opened.state.readOnly.value).toBe(true);
      expect(opened.state.banners.value).toMatchObject([{ tone: "error", text: "no columns", hint: "Wait." }]);
      other.wake();
      again(opened, other);
      await settle();
      expect(opened.state.saving.value).toBe("saved");
      expect(opened.state.banners.value).toEqual([]);
      opened.close();
    }
  });

  it("asks for the columns when the status tells of a revision that no patch brought", async () => {
    kernel.codes[0] = 2;
    kernel.model.set("status", { ...kernel.model.get("status"), revision: 5 });
    await settle();
    expect(codes()[0]).toBe(2);
    const hellos = kernel.model.sent.filter(({ message }) => message.kind === "hello").length;
    session.assign(1, rowsOf(0));
    await settle();
    expect(kernel.model.sent.filter(({ message }) => message.kind === "hello").length).toBe(hellos);
  });

  it("forgets what was lost once the kernel is back, with a word about it", async () => {
    kernel.awake = false;
    session.assign(1, rowsOf(0, 1));
    kernel.model.trigger("comm:close");
    await settle();
    expect(session.state.lost.value.length).toBe(1);
    kernel.wake();
    await settle();
    expect(session.state.saving.value).toBe("saved");
    expect(session.state.lost.value).toEqual([]);
    expect(session.state.banners.value).toMatchObject([{ tone: "note" }]);
    expect(codes()).toEqual(truth());
  });

  it("undoes and redoes", async () => {
    const before = codes();
    session.assign(2, rowsOf(0, 1, 2));
    await settle();
    session.undo(null);
    await settle();
    expect(codes()).toEqual(before);
    session.redo();
    await settle();
    expect(codes().slice(0, 3)).toEqual([2, 2, 2]);
  });

  it("asks for the columns again when a patch was missed, and only then", async () => {
    const hellos = () => kernel.model.sent.filter(({ message }) => message.kind === "hello").length;
    const patch = (revision: number) =>
      kernel.model.say({ kind: "patch", revision, width: "u16" }, [rowsOf(1), Uint16Array.of(2), Uint8Array.of(0)]);
    patch(0);
    patch(1);
    patch(1);
    await settle();
    expect(hellos()).toBe(1);
    expect(codes()[1]).toBe(2);
    patch(4);
    await settle();
    expect(hellos()).toBe(2);
    expect(kernel.model.sent.at(-1)?.message).toMatchObject({ kind: "hello", revision: 1 });
  });

  it("holds patches that come while the columns are on their way", async () => {
    const other = smallKernel();
    other.awake = false;
    const late = new Session(other.model, 1);
    other.model.say({ kind: "patch", revision: 1, width: "u16" }, [rowsOf(0), Uint16Array.of(2), Uint8Array.of(8)]);
    expect(late.state.rows.n).toBe(0);
    other.wake();
    await settle();
    expect(late.state.rows.codes[0]).toBe(2);
    expect(late.state.rows.revision).toBe(1);
    late.close();
  });

  it("shares the selection with the kernel and ignores its own echo", () => {
    session.select({ rows: rowsOf(0, 3), how: "lasso" });
    const sent = kernel.model.sent.at(-1)?.message;
    expect(sent).toMatchObject({ kind: "select", how: "lasso", rows: "bitmap" });
    const origin = sent?.kind === "select" ? sent.origin : "";
    kernel.model.say({ kind: "select", rows: "u32", how: "lasso", origin }, [rowsOf(9)]);
    expect(Array.from(session.state.selection.value.rows)).toEqual([0, 3]);
    kernel.model.say({ kind: "select", rows: "u32", how: "api", origin: "kernel" }, [rowsOf(0)]);
    expect(Array.from(session.state.selection.value.rows)).toEqual([0]);
  });

  it("turns read-only when the comm closes and lists what was not confirmed", async () => {
    kernel.awake = false;
    const before = codes();
    session.assign(2, rowsOf(0, 1));
    kernel.model.trigger("comm:close");
    await settle();
    expect(session.state.saving.value).toBe("offline");
    expect(session.state.lost.value).toMatchObject([{ what: "edit", rows: 2 }]);
    expect(codes()).toEqual(before);
    session.assign(1, rowsOf(4));
    expect(codes()).toEqual(before);
    expect(session.state.banners.value).toEqual([]);
  });

  it("turns read-only when an edit cannot be sent, and says that it was not saved", async () => {
    kernel.model.onSent = () => {
      throw new Error("Cannot send");
    };
    const before = codes();
    session.assign(1, rowsOf(0, 1));
    await settle();
    expect(session.state.saving.value).toBe("offline");
    expect(session.state.lost.value.map(({ rows }) => rows)).toEqual([2]);
    expect(session.state.banners.value).toEqual([]);
    expect(codes()).toEqual(before);
  });

  it("comes back to life when the kernel is heard again and answers hello", async () => {
    kernel.model.trigger("comm:close");
    kernel.model.set("status", { ...kernel.model.get("status") });
    await settle();
    expect(session.state.saving.value).toBe("saved");
  });

  it("shows the kernel's notice on opening, once, as a note", async () => {
    const other = smallKernel();
    other.model.set("meta", { ...other.model.get("meta"), notice: "12 edits came back from the journal." });
    const opened = new Session(other.model, 1);
    await settle();
    expect(opened.state.banners.value).toMatchObject([{ tone: "note", text: "12 edits came back from the journal." }]);
    opened.close();
  });

  it("takes the notice on opening away by itself after a while", async () => {
    vi.useFakeTimers();
    const opened = smallKernel();
    opened.model.set("meta", { ...opened.model.get("meta"), notice: "3 edited rows came back from the journal." });
    const another = new Session(opened.model, 1);
    await settle();
    expect(another.state.banners.value.length).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(another.state.banners.value).toEqual([]);
    another.close();
  });

  it("finds suspects once, however often it is asked meanwhile", async () => {
    session.review.open();
    session.review.open();
    expect(session.state.working.value).toMatchObject([{ stage: "training the probe", done: 2, total: 5 }]);
    await settle();
    const found = session.state.review.value;
    expect(found?.suspects.map(({ row }) => row)).toEqual([0, 13, 26, 39]);
    expect(found?.suspects[0]?.given).toBe(codes()[0]);
    expect(session.state.working.value).toEqual([]);
    expect(kernel.model.sent.filter(({ message }) => message.kind === "ask").length).toBe(1);
  });

  it("stops long work on request, without a complaint", async () => {
    kernel.awake = false;
    session.review.open();
    session.stopWork(session.state.working.value[0]?.id ?? -1);
    await settle();
    expect(session.state.working.value).toEqual([]);
    expect(session.state.banners.value).toEqual([]);
    expect(kernel.model.sent.at(-1)?.message.kind).toBe("cancel");
  });

  it("loads the history, newest first", async () => {
    session.assign(2, rowsOf(0, 1, 2, 3, 4, 5));
    session.undo(null);
    session.loadHistory();
    await settle();
    expect(session.state.history.value?.gestures.map(({ action }) => action)).toEqual(["undo", "relabel"]);
  });

  it("describes row 0 once and remembers it", async () => {
    const stop = new AbortController();
    const row = rowsOf(0);
    await session.rows.describe(row, null, stop.signal);
    const [first] = session.rows.peek(0, null) ?? [];
    await session.rows.describe(row, null, stop.signal);
    expect(first).toMatchObject({ name: "text", url: null });
    expect(first?.text).toContain("<b>not bold</b>");
    expect(kernel.model.sent.filter(({ message }) => message.kind === "describe").length).toBe(1);
  });

  it("leaves no listener on the model when it is closed", () => {
    session.close();
    expect(kernel.model.listenerCount).toBe(0);
  });
});
