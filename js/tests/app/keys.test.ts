import { describe, expect, it } from "vitest";
import { commandOf, isForHost } from "../../src/app/keys.ts";

const keys = { altKey: false, shiftKey: false, ctrlKey: false, metaKey: false };
const press = (key: string, held: Partial<typeof keys> = {}) => commandOf({ key, ...keys, ...held });

describe("commandOf", () => {
  it("undoes and redoes with Ctrl or Cmd, in the ways of both systems", () => {
    for (const held of [{ ctrlKey: true }, { metaKey: true }]) {
      expect(press("z", held)).toEqual({ kind: "undo" });
      expect(press("Z", { ...held, shiftKey: true })).toEqual({ kind: "redo" });
      expect(press("y", held)).toEqual({ kind: "redo" });
    }
  });

  it("assigns by 1 to 9, and fits the map by 0 and the selection by F", () => {
    expect(press("1")).toEqual({ kind: "digit", digit: 1 });
    expect(press("9")).toEqual({ kind: "digit", digit: 9 });
    expect(press("0")).toEqual({ kind: "fit" });
    expect(press("F", { shiftKey: true })).toEqual({ kind: "fit-selection" });
  });

  it("leaves the browser's and the reader's keys alone", () => {
    for (const key of ["c", "r", "1", "+"]) expect(press(key, { ctrlKey: true })).toBeNull();
    expect(press("1", { altKey: true })).toBeNull();
    for (const key of ["Tab", "Enter", " ", "d"]) expect(press(key)).toBeNull();
  });
});

describe("isForHost", () => {
  it("gives saving and the list of commands back, and nothing else", () => {
    const ask = (key: string, held: Partial<typeof keys> = {}) => isForHost({ key, ...keys, ...held });
    expect([
      ask("s", { ctrlKey: true }),
      ask("s", { metaKey: true }),
      ask("C", { ctrlKey: true, shiftKey: true }),
    ]).toEqual([true, true, true]);
    expect([ask("s"), ask("d"), ask("c", { ctrlKey: true }), ask("S", { ctrlKey: true, shiftKey: true })]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect([ask("Enter", { ctrlKey: true }), ask("z", { ctrlKey: true })]).toEqual([false, false]);
  });
});
