// regl-scatterplot, driven as its documentation says.

import createScatterplot from "regl-scatterplot";
import { finish, frame, label, lassoLine, n, nLabels, palette, size, someRows, way, x, y } from "./data.js";

const canvas = document.createElement("canvas");
document.body.append(canvas);
const category = Float32Array.from(label);
const opacity = new Float32Array(n).fill(1);
const [few, bright, line] = [someRows(10_000, 3), Array.from(someRows(50_000, 4)), lassoLine()];
const types = { zDataType: "categorical", wDataType: "continuous" };
let plot;
let index;
let rows = null; // arrays in an array, kept and changed: its quickest way
let shade = 0;
const done = async () => {
  await frame();
  finish(plot.get("regl")._gl);
};
const redraw = (points) => plot.draw(points, { spatialIndex: index, preventFilterReset: true, ...types });

window.tasks = {
  first: async () => {
    plot = createScatterplot({
      ...{ canvas, ...size, pointSize: 2, pointColor: palette, colorBy: "valueA" },
      ...{ aspectRatio: size.width / size.height, backgroundColor: "#ffffff", opacityInactiveScale: 0.2 },
    });
    await plot.draw({ x, y, valueA: category, valueB: opacity }, types);
    index = plot.get("spatialIndex");
    await done();
  },
  recolour10k: async () => {
    shade++;
    for (const row of few) category[row] = shade % nLabels;
    await redraw({ x, y, valueA: category, valueB: opacity });
    await done();
  },
  recolour10kRows: async () => {
    rows ??= Array.from({ length: n }, (_, row) => [x[row], y[row], category[row], 1]);
    shade++;
    for (const row of few) rows[row][2] = shade % nLabels;
    await redraw(rows);
    await done();
  },
  recolourAll: async () => {
    for (let row = 0; row < n; row++) category[row] = (category[row] + 1) % nLabels;
    await redraw({ x, y, valueA: category, valueB: opacity });
    await done();
  },
  lasso: async () => {
    plot.lassoSelect(line, { isGl: true });
    window.found = plot.get("selectedPoints").length;
    await done();
  },
  undim: async () => {
    plot.deselect();
    await done();
  },
  dim: async () => {
    plot.select(bright);
    await done();
  },
  pan: async () => {
    plot.get("camera").pan([0.01 * way(), 0]);
    plot.redraw();
    await frame();
    await done();
  },
};
window.hits = () => window.found ?? 0;
window.ready = true;
