// embedding-atlas 0.23.0, the last that draws with WebGL2: 0.24 and later need WebGPU with shader-f16.

import { EmbeddingView } from "embedding-atlas";
import { finish, frame, label, n, nLabels, palette, size, someRows, way, x, y } from "./data.js";

let gl = null;
let draws = 0;
const getContext = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  const context = getContext.call(this, kind, ...rest);
  if (kind === "webgl2") gl = context;
  return context;
};
for (const name of ["drawArrays", "drawArraysInstanced"]) {
  const draw = WebGL2RenderingContext.prototype[name];
  WebGL2RenderingContext.prototype[name] = function (...given) {
    draws++;
    return draw.apply(this, given);
  };
}
const done = async () => {
  const before = draws;
  for (let turn = 0; turn < 600 && draws === before; turn++) await frame();
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  finish(gl);
};

const el = document.createElement("div");
document.body.append(el);
const few = someRows(10_000, 3);
let category = Uint8Array.from(label);
let shade = 0;
let view;
let eye = { x: 0, y: 0, scale: 1 };

window.tasks = {
  first: async () => {
    view = new EmbeddingView(el, {
      ...{ data: { x, y, category }, categoryColors: palette, ...size, pixelRatio: 1, viewportState: eye },
      config: {
        ...{ mode: "points", colorScheme: "light", pointSize: 2, autoLabelEnabled: false, downsampleMaxPoints: null },
      },
    });
    await done();
  },
  recolour10k: async () => {
    shade++;
    category = category.slice(); // it looks for a new array
    for (const row of few) category[row] = shade % nLabels;
    view.update({ data: { x, y, category } });
    await done();
  },
  recolourAll: async () => {
    category = category.map((code) => (code + 1) % nLabels);
    view.update({ data: { x, y, category } });
    await done();
  },
  pan: async () => {
    eye = { ...eye, x: eye.x + 0.01 * way() };
    view.update({ viewportState: eye });
    await done();
  },
};
window.hits = () => 0;
window.rows = n;
window.ready = true;
