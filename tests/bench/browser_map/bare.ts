// The map alone, as the peers are: its module and the page's copy of the rows over the page's own arrays, no panels, no kernel.

import { Grid } from "../../../js/src/geometry/grid.ts";
import { MapView } from "../../../js/src/map/map.ts";
import { GROUND, OUTLINE, UNLABELLED } from "../../../js/src/map/shades.ts";
import { FLAG_DIM, FLAG_HIDDEN } from "../../../js/src/protocol.ts";
import { Rows } from "../../../js/src/state/rows.ts";
import { FLAG_SHIFT } from "../../../js/src/state/words.ts";
import { finish, frame, label, lassoLine, n, nLabels, palette, size, someRows, way, x, y } from "./data.js";

const xy = new Float32Array(2 * n);
for (let row = 0; row < n; row++) {
  xy[2 * row] = x[row];
  xy[2 * row + 1] = y[row];
}
const codes = Int32Array.from(label);
const host = document.createElement("div");
Object.assign(host.style, { position: "relative", width: `${size.width}px`, height: `${size.height}px` });
document.body.append(host);
const rows = new Rows();
const source = {
  get xy() {
    return rows.xy;
  },
  get words() {
    return rows.words;
  },
  get codes() {
    return rows.codes;
  },
  hasDim: false,
  asideNow: () => {
    const { words } = rows;
    return (row: number) => ((words[row] as number) & ((FLAG_HIDDEN | FLAG_DIM) << FLAG_SHIFT)) !== 0;
  },
  onDirty: (listener: (changed: Uint32Array | null, labels: boolean, drawn: boolean) => void) => rows.onDirty(listener),
};
let map: MapView | null = null;
let caught = 0;
let revision = 0;
const few = someRows(10_000, 3);
const bright = someRows(50_000, 4);
const all = Uint32Array.from({ length: n }, (_, row) => row);
const line = lassoLine();
const grid = { held: null as Grid | null };
const shade = "light";
const patches = {
  few: [3, 4].map((code) => new Int32Array(few.length).fill(code)),
  all: [1, 2].map((turn) => Int32Array.from(label, (code: number) => (code + turn) % nLabels)),
};
let turn = 0;

const done = async () => {
  await frame();
  finish(map?.canvas.getContext("webgl2"));
};

function select(chosen: Uint32Array): void {
  rows.select(chosen);
  map?.setSelecting(chosen.length > 0);
}

function pointer(type: string, [px, py]: readonly [number, number]): void {
  const { left, top } = host.getBoundingClientRect();
  const at = { clientX: left + px, clientY: top + py, pointerId: 1, button: 0, bubbles: true };
  map?.canvas.dispatchEvent(new PointerEvent(type, at));
}

const onScreen = ([wx, wy]: number[]): [number, number] => {
  const { scale = 1, tx = 0, ty = 0 } = map?.motion.camera ?? {};
  return [(wx as number) * scale + tx, ty - (wy as number) * scale];
};

const tasks = {
  first: async () => {
    rows.load({ xy, label: codes, original: codes }, revision, nLabels);
    const inks = { palette, own: [], unlabelled: UNLABELLED[shade], outlines: true };
    map = new MapView(
      host,
      source,
      {
        mode: () => "lasso",
        operation: () => "replace",
        panHeld: () => false,
        hasFocus: () => true,
        takeFocus: () => undefined,
        brush: () => 24,
        onBrush: () => undefined,
        onHover: () => undefined,
        onEnclosed: (inside) => {
          caught = inside.length;
          select(inside);
        },
        onPick: () => undefined,
        onAstray: () => undefined,
        onUnable: (why) => {
          throw new Error(why);
        },
      },
      { inks, outline: OUTLINE[shade], ground: GROUND[shade], grey: UNLABELLED[shade] },
    );
    await done();
  },
  index: () => {
    grid.held = new Grid(xy);
    pointer("pointermove", [500, 350]); // the map makes its own when it is first pointed at
  },
  recolour10k: async () => {
    rows.patch(few, patches.few[turn++ % 2] as Int32Array, null, ++revision);
    await done();
  },
  recolourAll: async () => {
    rows.patch(all, patches.all[turn++ % 2] as Int32Array, null, ++revision);
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
    map?.motion.pan(24 * way(), 0);
    await done();
  },
  hover: () => {
    for (let i = 0; i < 1000; i++) grid.held?.nearest(Math.sin(i), Math.cos(i * 3), 0.01);
  },
};
Object.assign(window, { tasks, hits: () => caught, ready: true });
