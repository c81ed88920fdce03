import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { linkColours } from "../../src/app/colour_link.ts";
import { Session } from "../../src/app/session.ts";
import { createViewState, type ViewState } from "../../src/app/view_state.ts";
import type { FakeKernel } from "../harness/fake_kernel.ts";
import { settle, smallKernel } from "../harness/set_up.ts";

let kernel: FakeKernel;
let session: Session;
let local: ViewState;
let unlink: () => void;

beforeEach(async () => {
  kernel = smallKernel();
  session = new Session(kernel.model, 1);
  local = createViewState("labels");
  unlink = linkColours(session, local);
  await settle();
  vi.useFakeTimers();
});
afterEach(() => {
  unlink();
  session.close();
  vi.useRealTimers();
});

const edit = async () => {
  session.assign(1, Uint32Array.of(0, 3));
  await settle();
};
const later = async (ms: number) => {
  vi.advanceTimersByTime(ms);
  await settle();
};

describe("the colours", () => {
  it.each(["author", "agreement", "cluster", "suspicion"] as const)(
    "by %s are asked for again once edits rest",
    async (by) => {
      local.colours.wanted.value = { by, column: null };
      await settle();
      const before = local.colours.colouring.value;
      expect(before?.by).toBe(by);
      await edit();
      await edit();
      expect(local.colours.colouring.value).toBe(before); // what stood goes on standing until the new ones are here
      await later(2500);
      expect(local.colours.colouring.value?.by).toBe(by);
      expect(local.colours.colouring.value).not.toBe(before);
    },
  );

  it("are not searched for again while a search runs, but after it, and later the longer it took", async () => {
    local.colours.wanted.value = { by: "suspicion", column: null };
    await settle();
    const asked = () => kernel.model.sent.filter(({ message }) => message.kind === "ask").length;
    const cancelled = () => kernel.model.sent.filter(({ message }) => message.kind === "cancel").length;
    await edit();
    kernel.awake = false;
    await later(2000);
    expect(asked()).toBe(2);
    session.assign(2, Uint32Array.of(5));
    kernel.model.set("status", { ...kernel.model.get("status"), revision: 2 });
    await later(3000); // the search takes 3 s, and labels change meanwhile
    expect([asked(), cancelled()]).toEqual([2, 0]);
    kernel.wake();
    await settle();
    await later(11_900);
    expect(asked()).toBe(2);
    await later(200);
    expect(asked()).toBe(3);
  });

  it("by suspicion are searched for no more once nothing shows it", async () => {
    local.colours.wanted.value = { by: "suspicion", column: null };
    await settle();
    local.colours.wanted.value = { by: "label", column: null };
    await edit();
    await later(60_000);
    expect(kernel.model.sent.filter(({ message }) => message.kind === "ask").length).toBe(1);
  });

  it("by a column stay as they are, for edits do not change it", async () => {
    local.colours.wanted.value = { by: "column", column: "month" };
    await settle();
    const before = local.colours.colouring.value;
    await edit();
    await later(5000);
    expect(local.colours.colouring.value).toBe(before);
  });

  it("are asked for no more when the view is gone", async () => {
    local.colours.wanted.value = { by: "author", column: null };
    await settle();
    const before = local.colours.colouring.value;
    await edit();
    unlink();
    await later(5000);
    expect(local.colours.colouring.value).toBe(before);
  });
});

describe("the scores", () => {
  const scores = () => Array.from(session.state.rows.words, (word) => word >>> 24);

  it("follow what a person asks for, and nothing again", async () => {
    session.state.scoring.value = { wanted: { by: "suspicion", column: null }, size: true, weight: false };
    await settle();
    expect(session.state.scored.value).toMatchObject({ title: "suspicion", size: true, weight: false });
    expect(scores()[39]).toBeGreaterThan(scores()[0] as number);
    session.state.scoring.value = { ...session.state.scoring.value, weight: true };
    expect(session.state.scored.value).toMatchObject({ title: "suspicion", size: true, weight: true });
    session.state.scoring.value = { ...session.state.scoring.value, wanted: null };
    expect(session.state.scored.value.title).toBe(null);
  });

  it("follow what Python asks for", async () => {
    const asked = { turn: 1, by: "label" as const, column: null, hidden: [], isolated: [], linked: false };
    kernel.model.set("shown", { ...asked, score: "suspicion", score_column: null, size: false, weight: true });
    await settle();
    expect(session.state.scored.value).toMatchObject({ title: "suspicion", size: false, weight: true });
    expect(session.state.scoring.value.wanted?.by).toBe("suspicion");
  });
});
