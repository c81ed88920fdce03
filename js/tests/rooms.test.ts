/** The rule of rooms, read from the imports: see the design of the house. */

import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../src", import.meta.url));

/** What each room may import besides itself; "protocol" is the file of that name. */
const ALLOWED: Record<string, readonly string[]> = {
  "": ["app", "kernel"],
  app: ["kernel", "state", "geometry", "map", "panels", "ui", "protocol"],
  kernel: ["protocol"],
  state: ["protocol"],
  geometry: [],
  map: ["geometry", "state"],
  panels: ["state", "ui", "protocol"],
  ui: [],
  share: ["kernel", "state", "geometry", "map", "ui", "protocol"],
};

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => relative(SRC, join(SRC, path)).replaceAll("\\", "/"));

const roomOf = (path: string) => (path.includes("/") ? (path.split("/")[0] ?? "") : path.replace(/\.tsx?$/, ""));

function importsOf(path: string): string[] {
  const text = readFileSync(join(SRC, path), "utf8");
  return Array.from(text.matchAll(/from "(\.[^"]+)"/g), (match) => posix.join(posix.dirname(path), match[1] ?? ""));
}

describe("rooms", () => {
  it.each(files.filter((path) => path !== "protocol.ts" && !path.endsWith(".d.ts")))(
    "%s imports only what its room may",
    (path) => {
      const room = path.includes("/") ? roomOf(path) : "";
      const foreign = importsOf(path)
        .map(roomOf)
        .filter((other) => other !== room && !ALLOWED[room]?.includes(other));
      expect(foreign).toEqual([]);
    },
  );

  it("lets the map know of the state only its types and the words it draws", () => {
    const fromState = files
      .filter((path) => path.startsWith("map/"))
      .flatMap((path) => {
        const text = readFileSync(join(SRC, path), "utf8");
        return Array.from(text.matchAll(/import (?!type)[^;]*from "\.\.\/state[^"]*"/g), (match) => match[0]);
      });
    expect(fromState).toEqual([]);
  });

  it("keeps each file short enough to be read at once, and index.ts to 60 lines", () => {
    const lengths = files
      .filter((path) => path !== "protocol.ts")
      .map((path) => [path, readFileSync(join(SRC, path), "utf8").split("\n").length] as const);
    const most = (path: string) =>
      path === "index.ts" ? 60 : path === "app/session.ts" || path === "map/map.ts" ? 400 : 300;
    expect(lengths.filter(([path, lines]) => lines > most(path))).toEqual([]);
  });
});
