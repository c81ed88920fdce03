/** The golden messages of tests/protocol, which the Python suite reads too. */

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Client, KernelFailure } from "../src/kernel/client.ts";
import { asCodes, asColumn, asRows, packRows } from "../src/kernel/decode.ts";
import type { ColumnDtype, KernelMessage, LabelWidth, PageMessage, RowsEncoding } from "../src/protocol.ts";
import { smallKernel } from "./harness/set_up.ts";

interface GoldenBuffer {
  readonly as: string;
  readonly base64: string;
  readonly means: number[] | null;
}

interface Golden {
  readonly way: "page" | "kernel";
  readonly about: string;
  readonly n_rows: number;
  readonly message: KernelMessage | PageMessage;
  readonly buffers: readonly GoldenBuffer[];
}

const FOLDER = fileURLToPath(new URL("../../tests/protocol", import.meta.url));
const golden = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .map((name) => [name, JSON.parse(readFileSync(join(FOLDER, name), "utf8")) as Golden] as const);

const bytesOf = ({ base64 }: GoldenBuffer) => Uint8Array.from(Buffer.from(base64, "base64"));

/** The bytes at an odd offset, as a host may hand them out. */
function viewOf(buffer: GoldenBuffer): DataView {
  const bytes = bytesOf(buffer);
  const wide = new Uint8Array(bytes.length + 1);
  wide.set(bytes, 1);
  return new DataView(wide.buffer, 1);
}

function read(buffer: GoldenBuffer): number[] | null {
  const [kind, detail] = buffer.as.split(":");
  const view = viewOf(buffer);
  if (kind === "rows") return Array.from(asRows(detail as RowsEncoding, view));
  if (kind === "codes") return Array.from(asCodes(detail as LabelWidth, view));
  return kind === "png" ? null : Array.from(asColumn(kind as ColumnDtype, view));
}

/** How the message itself says that a buffer is to be read, or null where the kind alone fixes it. */
function announced(message: KernelMessage | PageMessage): string | null {
  switch (message.kind) {
    case "edit":
    case "select":
    case "order":
      return `rows:${message.rows}`;
    case "view":
      return typeof message.fly === "string" ? `rows:${message.fly}` : null;
    case "column":
      return ["label", "original", "colour"].includes(message.name) ? `codes:${message.dtype}` : message.dtype;
    default:
      return null;
  }
}

describe("golden messages", () => {
  it.each(golden)("%s decodes to what it means", (_name, { message, buffers }) => {
    for (const buffer of buffers) expect(read(buffer)).toEqual(buffer.means);
    const first = announced(message);
    if (first !== null) expect(buffers[0]?.as).toBe(first);
    if ("width" in message) expect(buffers[1]?.as).toBe(`codes:${message.width}`);
  });

  it.each(golden.filter(([, { way }]) => way === "page"))("%s is written by this page byte for byte", (_name, one) => {
    const { message, n_rows, buffers } = one;
    const [rows] = buffers;
    if (rows?.means == null || ["describe", "explain"].includes(message.kind)) return;
    const packed = packRows(Uint32Array.from(rows.means), n_rows);
    expect(`rows:${packed.encoding}`).toBe(rows.as);
    expect(new Uint8Array(packed.buffer)).toEqual(bytesOf(rows));
  });

  it.each(golden.filter(([, { way }]) => way === "kernel"))("%s reaches whom it is meant for", async (_name, one) => {
    const { model } = smallKernel();
    model.onSent = () => undefined;
    const heard: unknown[] = [];
    const note = (message: unknown) => heard.push(message);
    const ignore = () => undefined;
    const told = {
      patch: note,
      select: note,
      view: note,
      queue: note,
      filtered: note,
      content: () => note({ kind: "content" }),
      frame: note,
      heard: ignore,
      waiting: ignore,
      gone: ignore,
    };
    const message = one.message as KernelMessage;
    const client = new Client(model, told, "id" in message ? message.id : 1);
    const asked = client.ask({ kind: "hello", revision: -1 }, { onColumn: note, onProgress: note });
    model.trigger("msg:custom", message, one.buffers.map(viewOf));
    if (message.kind === "reply") expect((await asked).result).toEqual(message.result);
    else if (message.kind === "failure") await expect(asked).rejects.toBeInstanceOf(KernelFailure);
    else {
      void asked.catch(() => undefined);
      expect(heard).toEqual([message]);
    }
    client.close();
  });

  it("hold every kind of message, both ways", () => {
    const kinds = (way: string) =>
      new Set(golden.filter(([, one]) => one.way === way).map(([, one]) => one.message.kind));
    expect(kinds("page")).toEqual(
      new Set([
        ...["hello", "edit", "select", "undo", "redo", "describe", "ask", "cancel"],
        ...["rename", "merge", "delete", "create", "recolour", "resolve"],
        ...["verdict", "bulk", "explain"],
        ...["selecting", "hover"],
        ...["columns", "facet", "order", "search", "filter", "export"],
      ]),
    );
    expect(kinds("kernel")).toEqual(
      new Set([
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
      ]),
    );
  });
});

describe("protocol.ts", () => {
  it("is what make_protocol.py writes from protocol.py", () => {
    const script = fileURLToPath(new URL("../scripts/make_protocol.py", import.meta.url));
    expect(() => execFileSync("python3", [script, "--check"], { stdio: "pipe" })).not.toThrow();
  });
});
