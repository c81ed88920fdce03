// The whole widget, panels and all, over a kernel in the page; the map in it is as large as the peers'.

import { Grid } from "../../../js/src/geometry/grid.ts";
import widget from "../../../js/src/index.ts";
import { FakeKernel } from "../../../js/tests/harness/fake_kernel.ts";
import { finish, frame, label, lassoLine, n, nLabels, palette, someRows, way, x, y } from "./data.js";

const xy = new Float32Array(2 * n);
for (let row = 0; row < n; row++) {
  xy[2 * row] = x[row];
  xy[2 * row + 1] = y[row];
}
const labels = Array.from({ length: nLabels }, (_, at) => `label ${at}`);
const kernel = new FakeKernel({ xy, label, labels, palette }, { height: 727 });
const el = document.createElement("div");
el.style.width = "1342px";
document.body.append(el);
let revision = 0;
const few = someRows(10_000, 3);
const bright = someRows(50_000, 4);
const all = Uint32Array.from({ length: n }, (_, row) => row);
const line = lassoLine();
const grid = { held: null as Grid | null };

const canvas = () => el.querySelector("canvas[data-view]") as HTMLCanvasElement;
const done = async () => {
  await frame();
  finish(canvas().getContext("webgl2"));
};

function select(rows: Uint32Array): void {
  kernel.model.say({ kind: "select", rows: "u32", how: "api", origin: "bench" }, [rows]);
}

function pointer(type: string, [px, py]: readonly [number, number]): void {
  const box = canvas().getBoundingClientRect();
  const at = { clientX: box.left + px, clientY: box.top + py, pointerId: 1, button: 0, bubbles: true };
  canvas().dispatchEvent(new PointerEvent(type, at));
}

const onScreen = ([wx, wy]: number[]): [number, number] => {
  const [sx, sy, tx, ty] = (canvas().dataset.view ?? "").split(",").map(Number) as [number, number, number, number];
  return [(wx as number) * sx + tx, (wy as number) * sy + ty];
};

let shade = 0;
const patches = { few: [0, 1].map(() => new Uint16Array(few.length)), all: [0, 1].map(() => new Uint16Array(n)) };
for (const [turn, codes] of patches.few.entries()) codes.fill(3 + turn);
for (const [turn, codes] of patches.all.entries())
  codes.forEach((_, row) => (codes[row] = (label[row] + 1 + turn) % nLabels));
const [noFew, noAll] = [new Uint8Array(few.length), new Uint8Array(n)];
const sayPatch = (rows: Uint32Array, codes: Uint16Array, flags: Uint8Array) =>
  kernel.model.say({ kind: "patch", revision: ++revision, width: "u16" }, [rows, codes, flags]);

const tasks = {
  first: async () => {
    const made = widget();
    made.initialize({ model: kernel.model });
    made.render({ model: kernel.model, el });
    while (el.querySelector("[data-status=saved] canvas[data-view]") === null) await frame();
    await done();
    if (Number(el.querySelector("canvas")?.clientWidth) !== 1000)
      throw new Error(`the map is ${el.querySelector("canvas")?.clientWidth} wide`);
  },
  index: () => {
    grid.held = new Grid(xy);
    pointer("pointermove", [500, 350]); // the map makes its own when it is first pointed at
  },
  recolour10k: async () => {
    sayPatch(few, patches.few[shade++ % 2] as Uint16Array, noFew);
    await done();
  },
  recolourAll: async () => {
    sayPatch(all, patches.all[shade++ % 2] as Uint16Array, noAll);
    await done();
  },
  lasso: async () => {
    const corners = line.map(onScreen);
    pointer("pointerdown", corners[0] as [number, number]);
    for (const corner of corners.slice(1)) pointer("pointermove", corner);
    pointer("pointerup", corners.at(-1) as [number, number]);
    await done();
  },
  undim: async () => {
    select(new Uint32Array(0));
    await done();
  },
  dim: async () => {
    select(bright);
    await done();
  },
  pan: async () => {
    const key = way() > 0 ? "ArrowLeft" : "ArrowRight";
    el.querySelector(".la-root")?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    await done();
  },
  hover: () => {
    for (let i = 0; i < 1000; i++) grid.held?.nearest(Math.sin(i), Math.cos(i * 3), 0.01);
  },
};
const hits = () => Number((el.querySelector(".la-chip b")?.textContent ?? "0").replaceAll(",", ""));
Object.assign(window, { tasks, hits, ready: true });
