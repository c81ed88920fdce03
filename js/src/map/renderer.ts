/**
 * Draws the points with WebGL2. It holds nothing that cannot be made again from the arrays it is handed, so that a lost context
 * is a matter of one `load`.
 */

import type { Camera, Size } from "../geometry/camera.ts";
import { PALETTE_SIDE, type Rgb } from "./palette.ts";
import { FRAGMENT, VERTEX } from "./shaders.ts";

/** Points a block: the unit of upload. */
const BLOCK_SHIFT = 12;
const XY = 0;
const WORD = 1;
const INK = 2;
const UNIFORMS = [
  ...(["view", "size", "alpha", "stage", "selecting", "source", "scored", "palette", "stands"] as const),
  ...(["outline", "ground", "grey", "dpr"] as const),
] as const;

/** What the colours follow, in the words of the shader. */
export const FOLLOWS = { label: 0, ink: 1, edited: 2 } as const;

export interface Frame {
  readonly camera: Camera;
  readonly size: Size;
  readonly dpr: number;
  /** CSS pixels. */
  readonly pointSize: number;
  readonly alpha: number;
  /** Of so many points one is drawn; 1 = all. What is selected is drawn whole. */
  readonly thin: number;
  /** Whether a selection stands. */
  readonly selecting: boolean;
  /** Whether any point may be dim, which costs a second pass. */
  readonly dims: boolean;
  readonly outline: Rgb;
  /** The colour behind the points. */
  readonly ground: Rgb;
  /** Of points that stand aside. */
  readonly grey: Rgb;
  readonly follows: keyof typeof FOLLOWS;
  /** How far the score counts for a point's size and for its weight, 0 to 1. */
  readonly scored: readonly [number, number];
}

export class Renderer {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #at: Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>;
  readonly #places: WebGLBuffer;
  readonly #wordBuffer: WebGLBuffer;
  readonly #inkBuffer: WebGLBuffer;
  readonly #palette: WebGLTexture;
  readonly #stands: WebGLTexture;
  #words: Uint32Array = new Uint32Array(0);
  #n = 0;
  #step = 0; // how the buffers are read now; 0 = not set yet
  #dirty: Uint8Array = new Uint8Array(0);
  #anyDirty = false;
  #inked = false;

  /** Throws when the program cannot be built, with what the driver says. */
  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = link(gl);
    const at = {} as Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>;
    for (const name of UNIFORMS) at[name] = gl.getUniformLocation(this.#program, name);
    this.#at = at;
    this.#places = gl.createBuffer();
    this.#wordBuffer = gl.createBuffer();
    this.#inkBuffer = gl.createBuffer();
    this.#palette = lookup(gl, 0);
    this.#stands = lookup(gl, 1);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  /** Takes all points. The words are kept by reference: change them and call `touch`. */
  load(xy: Float32Array, words: Uint32Array): void {
    const gl = this.#gl;
    this.#words = words;
    this.#n = words.length;
    this.#dirty = new Uint8Array((this.#n >> BLOCK_SHIFT) + 1);
    this.#anyDirty = false;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#places);
    gl.bufferData(gl.ARRAY_BUFFER, xy, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(XY);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#wordBuffer);
    gl.bufferData(gl.ARRAY_BUFFER, words, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(WORD);
    gl.disableVertexAttribArray(INK);
    gl.vertexAttribI4ui(INK, 0, 0, 0, 0);
    this.#inked = false;
    this.#step = 0;
  }

  /** Takes a colour slot for each point; null = colours do not follow any. */
  ink(slots: Uint16Array | null): void {
    const gl = this.#gl;
    this.#inked = slots !== null && slots.length === this.#n;
    this.#step = 0;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#inkBuffer);
    gl.bufferData(gl.ARRAY_BUFFER, this.#inked && slots !== null ? slots : new Uint16Array(1), gl.STATIC_DRAW);
    if (this.#inked) gl.enableVertexAttribArray(INK);
    else gl.disableVertexAttribArray(INK);
  }

  /** Reads every `step`-th point: a fair sample whatever the order of the rows, and nothing is copied for it. */
  #readEvery(step: number): void {
    if (step === this.#step) return;
    this.#step = step;
    const gl = this.#gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#places);
    gl.vertexAttribPointer(XY, 2, gl.FLOAT, false, 8 * step, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#wordBuffer);
    gl.vertexAttribIPointer(WORD, 1, gl.UNSIGNED_INT, 4 * step, 0);
    if (!this.#inked) return;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#inkBuffer);
    gl.vertexAttribIPointer(INK, 1, gl.UNSIGNED_SHORT, 2 * step, 0);
  }

  /** Notes that the words of these rows changed; null = of all. */
  touch(rows: Uint32Array | null): void {
    const dirty = this.#dirty;
    if (rows === null || rows.length === this.#n) dirty.fill(1);
    else for (let i = 0; i < rows.length; i++) dirty[(rows[i] as number) >> BLOCK_SHIFT] = 1;
    this.#anyDirty ||= rows === null || rows.length > 0;
  }

  /** Takes the colour and the way of drawing of each slot, four bytes each. */
  paint(bytes: Uint8Array): void {
    const gl = this.#gl;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.#palette);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, PALETTE_SIDE, PALETTE_SIDE, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
  }

  /** Takes how each label stands, a byte each: 0 hidden, 128 dim, 255 shown. */
  stand(bytes: Uint8Array): void {
    const gl = this.#gl;
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.#stands);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, PALETTE_SIDE, PALETTE_SIDE, 0, gl.RED, gl.UNSIGNED_BYTE, bytes);
  }

  draw(frame: Frame): void {
    const gl = this.#gl;
    const { camera, size, dpr } = frame;
    this.#upload();
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (this.#n === 0) return;
    const [toX, toY] = [2 / size.width, 2 / size.height];
    gl.useProgram(this.#program);
    gl.uniform4f(this.#at.view, camera.scale * toX, camera.scale * toY, camera.tx * toX - 1, 1 - camera.ty * toY);
    gl.uniform1f(this.#at.size, frame.pointSize * dpr);
    gl.uniform1f(this.#at.alpha, frame.alpha);
    gl.uniform1f(this.#at.dpr, dpr);
    gl.uniform1i(this.#at.selecting, frame.selecting ? 1 : 0);
    gl.uniform1i(this.#at.palette, 0);
    gl.uniform1i(this.#at.stands, 1);
    gl.uniform1i(this.#at.source, frame.follows === "ink" && !this.#inked ? FOLLOWS.label : FOLLOWS[frame.follows]);
    gl.uniform2f(this.#at.scored, ...frame.scored);
    gl.uniform3fv(this.#at.grey, frame.grey.map(share));
    gl.uniform3fv(this.#at.outline, frame.outline.map(share));
    gl.uniform3fv(this.#at.ground, frame.ground.map(share));
    for (const stage of frame.dims ? [0, 1] : [1]) {
      const step = stage === 1 && frame.selecting ? 1 : frame.thin;
      this.#readEvery(step);
      gl.uniform1i(this.#at.stage, stage);
      gl.drawArrays(gl.POINTS, 0, Math.ceil(this.#n / step));
    }
  }

  /** Gives back what the context holds, and the context itself: a browser allows about sixteen. */
  dispose(): void {
    const gl = this.#gl;
    gl.deleteBuffer(this.#places);
    gl.deleteBuffer(this.#wordBuffer);
    gl.deleteBuffer(this.#inkBuffer);
    gl.deleteTexture(this.#palette);
    gl.deleteTexture(this.#stands);
    gl.deleteProgram(this.#program);
    gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  #upload(): void {
    if (!this.#anyDirty) return;
    const gl = this.#gl;
    const dirty = this.#dirty;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#wordBuffer);
    for (let block = 0; block < dirty.length; ) {
      if (dirty[block] === 0) {
        block++;
        continue;
      }
      const first = block;
      while (block < dirty.length && dirty[block] === 1) dirty[block++] = 0;
      const start = first << BLOCK_SHIFT;
      const end = Math.min(this.#n, block << BLOCK_SHIFT);
      if (end > start) gl.bufferSubData(gl.ARRAY_BUFFER, start * 4, this.#words, start, end - start);
    }
    this.#anyDirty = false;
  }
}

/** Makes a table that the shader looks slots up in. */
function lookup(gl: WebGL2RenderingContext, unit: number): WebGLTexture {
  const texture = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  return texture;
}

const share = (byte: number): number => byte / 255;

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  const shaders = [compile(gl, gl.VERTEX_SHADER, VERTEX), compile(gl, gl.FRAGMENT_SHADER, FRAGMENT)];
  for (const shader of shaders) gl.attachShader(program, shader);
  gl.bindAttribLocation(program, XY, "xy");
  gl.bindAttribLocation(program, WORD, "word");
  gl.bindAttribLocation(program, INK, "ink");
  gl.linkProgram(program);
  for (const shader of shaders) gl.deleteShader(shader);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true && !gl.isContextLost()) {
    throw new Error(`The map's program does not link: ${gl.getProgramInfoLog(program) ?? "no reason given"}`);
  }
  return program;
}

function compile(gl: WebGL2RenderingContext, type: number, source: string): WebGLShader {
  const shader = gl.createShader(type);
  if (shader === null) throw new Error("The graphics context is lost.");
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (gl.getShaderParameter(shader, gl.COMPILE_STATUS) !== true && !gl.isContextLost()) {
    throw new Error(`A shader of the map does not compile: ${gl.getShaderInfoLog(shader) ?? "no reason given"}`);
  }
  return shader;
}
