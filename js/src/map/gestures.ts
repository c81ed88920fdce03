/**
 * Reads pointer and wheel on the canvas and says what was meant. It holds the one gesture that runs and nothing else: what a
 * gesture does is for the map.
 */

import type { Point } from "../geometry/camera.ts";
import type { Operation } from "../state/selection.ts";

export type Drawn = "lasso" | "box" | "brush" | "polygon";
export type Mode = Drawn | "pan";

/** A pointer that moved less than this, in CSS pixels, clicked. */
const CLICK_SLOP = 4;
/** Corners of a lasso lie at least so far apart. */
const STEP = 2;
/** A press so near to the first corner, in CSS pixels, closes a polygon. */
const CLOSE_SLOP = 9;
const WHEEL_LINE = 16;
const WHEEL_PAGE = 320;

export interface GestureTarget {
  mode(): Mode;
  /** The operation that the toolbar shows; a held key goes before it. */
  operation(): Operation;
  /** Whether the space bar is held: then any drag pans. */
  panHeld(): boolean;
  /** Whether the wheel may zoom: else the page scrolls. */
  hasFocus(): boolean;
  takeFocus(): void;
  onPan(dx: number, dy: number): void;
  onZoom(at: Point, factor: number): void;
  onHover(at: Point | null): void;
  /** The line drawn so far, x, y in turn in CSS pixels; null when it ended. */
  onDrawing(line: readonly number[] | null, operation: Operation, mode: Drawn): void;
  onDrawn(line: readonly number[], operation: Operation, mode: Drawn): void;
  /** The brush is to grow by this factor. */
  onBrush(factor: number): void;
  onClick(at: Point, operation: Operation): void;
}

/** A polygon that waits for its next corner. */
interface Draft {
  readonly operation: Operation;
  readonly corners: number[];
}

interface Drag {
  readonly pointer: number;
  readonly kind: Mode;
  readonly operation: Operation;
  readonly start: Point;
  last: Point;
  moved: boolean;
  line: number[];
}

/** Gives what a drag with these keys held does. */
export function operationOf(keys: Pick<MouseEvent, "altKey" | "shiftKey" | "ctrlKey" | "metaKey">): Operation | null {
  if (keys.altKey) return keys.shiftKey ? "intersect" : "subtract";
  return keys.shiftKey || keys.ctrlKey || keys.metaKey ? "add" : null;
}

/** Gives the factor of one wheel event, the same for mice that count in lines and pads that count in pixels. */
export function wheelFactor(event: Pick<WheelEvent, "deltaY" | "deltaMode" | "ctrlKey">): number {
  const unit = event.deltaMode === 1 ? WHEEL_LINE : event.deltaMode === 2 ? WHEEL_PAGE : 1;
  const pixels = Math.max(-240, Math.min(240, event.deltaY * unit));
  return Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.002)); // a pinch arrives as small steps with Ctrl
}

/** Gives what two fingers did that moved from `before` to `after`: how far their middle went, and how far they parted. */
export function pinchOf(before: readonly [Point, Point], after: readonly [Point, Point]) {
  const [from, to] = [middle(before), middle(after)];
  const apart = distance(...before);
  // fingers on one spot say nothing about the scale
  const factor = apart < 1 ? 1 : distance(...after) / apart;
  return { at: to, dx: to[0] - from[0], dy: to[1] - from[1], factor: Math.max(0.2, Math.min(5, factor)) };
}

export class Gestures {
  readonly #element: HTMLElement;
  readonly #target: GestureTarget;
  readonly #stop = new AbortController();
  #drag: Drag | null = null;
  #draft: Draft | null = null;
  /** Where the fingers are. From the second one on they pinch, until all are lifted. */
  readonly #fingers = new Map<number, Point>();
  #pinching = false;

  constructor(element: HTMLElement, target: GestureTarget) {
    this.#element = element;
    this.#target = target;
    const options = { signal: this.#stop.signal };
    element.addEventListener("pointerdown", (event) => this.#down(event), options);
    element.addEventListener("pointermove", (event) => this.#move(event), options);
    element.addEventListener("pointerup", (event) => this.#up(event), options);
    element.addEventListener("pointercancel", (event) => this.#cancelled(event), options);
    element.addEventListener("pointerleave", () => this.#drag === null && target.onHover(null), options);
    element.addEventListener("wheel", (event) => this.#wheel(event), { ...options, passive: false });
    element.addEventListener("dblclick", () => this.close(), options);
    element.addEventListener("contextmenu", swallow, options);
    element.addEventListener("auxclick", swallow, options);
  }

  /** Drops the gesture that runs; says whether there was one. */
  cancel(): boolean {
    const running = this.#drag ?? this.#draft;
    if (running === null) return false;
    this.#drag = null;
    this.#draft = null;
    this.#target.onDrawing(null, running.operation, "lasso");
    return true;
  }

  /** Closes the polygon that is being drawn; says whether there was one. */
  close(): boolean {
    const draft = this.#draft;
    if (draft === null) return false;
    this.#draft = null;
    this.#target.onDrawing(null, draft.operation, "polygon");
    if (draft.corners.length >= 6) this.#target.onDrawn(draft.corners, draft.operation, "polygon");
    return true;
  }

  dispose(): void {
    this.cancel();
    this.#stop.abort();
  }

  #at(event: MouseEvent): Point {
    const box = this.#element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #down(event: PointerEvent): void {
    if (event.pointerType === "touch") {
      this.#fingers.set(event.pointerId, this.#at(event));
      if (this.#fingers.size > 1) return this.#startPinch(event);
    }
    if (this.#drag !== null || event.button > 2) return;
    event.preventDefault(); // else the notebook takes the focus, and text gets selected
    this.#target.takeFocus();
    this.#element.setPointerCapture(event.pointerId);
    const start = this.#at(event);
    if (this.#draft !== null && this.#target.mode() !== "polygon") this.cancel(); // another mode was chosen meanwhile
    this.#drag = {
      pointer: event.pointerId,
      kind: event.button !== 0 || this.#target.panHeld() ? "pan" : this.#target.mode(),
      operation: operationOf(event) ?? this.#target.operation(),
      start,
      last: start,
      moved: false,
      line: [...start],
    };
    this.#target.onHover(null);
  }

  /** A second finger: what the first began to draw was not meant. */
  #startPinch(event: PointerEvent): void {
    event.preventDefault();
    this.#element.setPointerCapture(event.pointerId);
    this.cancel();
    this.#pinching = true;
  }

  #movePinch(event: PointerEvent): void {
    const fingers = this.#fingers;
    const before = twoOf(fingers);
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, this.#at(event));
    const after = twoOf(fingers);
    if (before === null || after === null) return;
    const { at, dx, dy, factor } = pinchOf(before, after);
    this.#target.onPan(dx, dy);
    if (factor !== 1) this.#target.onZoom(at, factor);
  }

  /** Says whether the finger was part of a pinch. */
  #lift(event: PointerEvent): boolean {
    if (!this.#fingers.delete(event.pointerId) || !this.#pinching) return false;
    if (this.#fingers.size === 0) this.#pinching = false;
    return true;
  }

  #cancelled(event: PointerEvent): void {
    if (!this.#lift(event)) this.cancel();
  }

  #move(event: PointerEvent): void {
    if (this.#pinching) return this.#movePinch(event);
    if (this.#fingers.has(event.pointerId)) this.#fingers.set(event.pointerId, this.#at(event));
    const drag = this.#drag;
    if (drag === null) {
      this.#drawDraft(this.#at(event));
      return this.#target.onHover(this.#at(event));
    }
    if (event.pointerId !== drag.pointer) return;
    const at = this.#at(event);
    drag.moved ||= distance(at, drag.start) >= CLICK_SLOP;
    if (drag.kind === "pan") {
      if (drag.moved) this.#target.onPan(at[0] - drag.last[0], at[1] - drag.last[1]);
      if (drag.moved) drag.last = at;
      return;
    }
    if (drag.kind === "polygon") return this.#drawDraft(at);
    if (drag.kind === "box") {
      drag.line = [...drag.start, at[0], drag.start[1], ...at, drag.start[0], at[1]];
    } else {
      const parts = event.getCoalescedEvents?.() ?? [];
      for (const part of parts.length > 0 ? parts : [event]) this.#addCorner(drag, this.#at(part));
    }
    if (drag.moved || drag.kind === "brush") this.#target.onDrawing(drag.line, drag.operation, drag.kind);
  }

  #drawDraft(at: Point): void {
    const draft = this.#draft;
    if (draft !== null) this.#target.onDrawing([...draft.corners, ...at], draft.operation, "polygon");
  }

  /** A press puts a corner down; one near the first corner closes the line. */
  #addPoint(at: Point, operation: Operation): void {
    this.#draft ??= { operation, corners: [] };
    const { corners } = this.#draft;
    const [x, y] = corners;
    const back = x !== undefined && y !== undefined && distance(at, [x, y]) < CLOSE_SLOP;
    if (back && corners.length >= 6) {
      this.close();
      return;
    }
    const last = corners.slice(-2);
    // the second press of a double one is no corner of its own
    if (last.length === 0 || distance(at, last as unknown as Point) >= STEP) corners.push(...at);
    this.#drawDraft(at);
  }

  #addCorner(drag: Drag, at: Point): void {
    if (distance(at, drag.last) < STEP) return;
    drag.line.push(...at);
    drag.last = at;
  }

  #up(event: PointerEvent): void {
    if (this.#lift(event)) return;
    const drag = this.#drag;
    if (drag === null || event.pointerId !== drag.pointer) return;
    this.#drag = null;
    if (drag.kind === "polygon") return this.#addPoint(this.#at(event), drag.operation);
    if (drag.kind !== "pan") this.#target.onDrawing(null, drag.operation, drag.kind);
    if (drag.kind === "brush") this.#target.onDrawn(drag.line, drag.operation, drag.kind);
    else if (!drag.moved) {
      if (event.button === 0) this.#target.onClick(drag.start, drag.operation);
    } else if (drag.kind !== "pan") this.#target.onDrawn(drag.line, drag.operation, drag.kind);
  }

  #wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !this.#target.hasFocus()) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey && this.#target.mode() === "brush") {
      // some hosts turn the wheel sideways while Shift is held
      const turned = event.deltaY === 0 ? event.deltaX : event.deltaY;
      return this.#target.onBrush(wheelFactor({ deltaY: turned, deltaMode: event.deltaMode, ctrlKey: false }));
    }
    this.#target.onZoom(this.#at(event), wheelFactor(event));
  }
}

function distance([x0, y0]: Point, [x1, y1]: Point): number {
  return Math.hypot(x1 - x0, y1 - y0);
}

function middle([[x0, y0], [x1, y1]]: readonly [Point, Point]): Point {
  return [(x0 + x1) / 2, (y0 + y1) / 2];
}

/** The two fingers that were first down. */
function twoOf(fingers: ReadonlyMap<number, Point>): [Point, Point] | null {
  const [first, second] = fingers.values();
  return first === undefined || second === undefined ? null : [first, second];
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
