/**
 * Where the map is looked at from. A camera is a value: px = x * scale + tx, py = y * -scale + ty, in CSS pixels from the
 * top left of the canvas; the world's y grows upwards, the page's downwards.
 */

export interface Camera {
  readonly scale: number;
  readonly tx: number;
  readonly ty: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Bounds {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

export type Point = readonly [number, number];

/** How far one may zoom, as multiples of the scale that shows the whole map. */
export const ZOOM_RANGE: Point = [0.25, 20_000];

/** Gives the smallest box around points (x, y, x, y, ...); points that are not finite are left out. */
export function boundsOf(xy: Float32Array | Float64Array, rows: Uint32Array | null = null): Bounds {
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  const n = rows === null ? xy.length >> 1 : rows.length;
  for (let i = 0; i < n; i++) {
    const at = 2 * (rows === null ? i : (rows[i] as number));
    const x = xy[at] as number;
    const y = xy[at + 1] as number;
    if (x - x + (y - y) !== 0) continue; // as Number.isFinite says, and quicker: all rows of a map go through here
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
  }
  return minX > maxX ? { minX: -1, minY: -1, maxX: 1, maxY: 1 } : { minX, minY, maxX, maxY };
}

/** CSS pixels that are kept free on each side. */
export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export function evenly(inset: number): Insets {
  return { top: inset, right: inset, bottom: inset, left: inset };
}

/** Gives the camera that shows a box in the middle of what the insets leave. A box without extent gets one. */
export function fitBox(box: Bounds, size: Size, insets: Insets = evenly(24)): Camera {
  const width = Math.max(1, size.width - insets.left - insets.right);
  const height = Math.max(1, size.height - insets.top - insets.bottom);
  const spanX = box.maxX - box.minX;
  const spanY = box.maxY - box.minY;
  const scale = spanX <= 0 && spanY <= 0 ? Math.min(width, height) / 2 : Math.min(width / spanX, height / spanY);
  const middle = centre({ scale, tx: 0, ty: 0 }, [(box.minX + box.maxX) / 2, (box.minY + box.maxY) / 2], size);
  return pan(middle, (insets.left - insets.right) / 2, (insets.top - insets.bottom) / 2);
}

/** Moves the camera, so that a place of the world lies in the middle. */
export function centre(camera: Camera, [x, y]: Point, size: Size): Camera {
  return { scale: camera.scale, tx: size.width / 2 - x * camera.scale, ty: size.height / 2 + y * camera.scale };
}

export function toScreen(camera: Camera, [x, y]: Point): Point {
  return [x * camera.scale + camera.tx, camera.ty - y * camera.scale];
}

export function toWorld(camera: Camera, [px, py]: Point): Point {
  return [(px - camera.tx) / camera.scale, (camera.ty - py) / camera.scale];
}

export function pan(camera: Camera, dx: number, dy: number): Camera {
  return { scale: camera.scale, tx: camera.tx + dx, ty: camera.ty + dy };
}

/** Zooms by a factor; what lies under the pointer stays there. `home` is the scale that shows the whole map. */
export function zoomAt(camera: Camera, [px, py]: Point, factor: number, home: number): Camera {
  const [least, most] = ZOOM_RANGE;
  const scale = Math.min(Math.max(camera.scale * factor, home * least), home * most);
  const ratio = scale / camera.scale;
  return { scale, tx: px - (px - camera.tx) * ratio, ty: py - (py - camera.ty) * ratio };
}

/** Keeps the middle and the share of the map that is seen when the canvas changes its size. */
export function resize(camera: Camera, before: Size, after: Size): Camera {
  const middle = toWorld(camera, [before.width / 2, before.height / 2]);
  const ratio = Math.min(after.width, after.height) / Math.min(before.width, before.height);
  return centre({ ...camera, scale: camera.scale * ratio }, middle, after);
}

/** A step of a flight from one camera to another: the zoom goes by equal factors, the middle in a straight line. */
export function between(from: Camera, to: Camera, share: number, size: Size): Camera {
  const middle: Point = [size.width / 2, size.height / 2];
  const [x0, y0] = toWorld(from, middle);
  const [x1, y1] = toWorld(to, middle);
  const scale = from.scale * (to.scale / from.scale) ** share;
  return centre({ scale, tx: 0, ty: 0 }, [x0 + (x1 - x0) * share, y0 + (y1 - y0) * share], size);
}

/** Says whether no point is in sight, though there are some. In most views one of the first is. */
export function isAstray(xy: Float32Array, camera: Camera, size: Size): boolean {
  const [x0, y1] = toWorld(camera, [0, 0]);
  const [x1, y0] = toWorld(camera, [size.width, size.height]);
  let placed = false; // a row without a place can be nowhere in sight
  for (let i = 0; i < xy.length; i += 2) {
    const [x, y] = [xy[i] as number, xy[i + 1] as number];
    if (x >= x0 && x <= x1 && y >= y0 && y <= y1) return false;
    placed ||= !Number.isNaN(x + y);
  }
  return placed;
}
