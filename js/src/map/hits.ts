/** Which rows lie under a point and inside a line, both in CSS pixels of the canvas. */

import { rowsAlong } from "../geometry/brush.ts";
import { type Camera, type Point, toWorld } from "../geometry/camera.ts";
import { Grid } from "../geometry/grid.ts";
import { rowsInside } from "../geometry/lasso.ts";
import type { Drawn } from "./gestures.ts";
import type { MapSource } from "./map.ts";
import type { Motion } from "./motion.ts";

export class Hits {
  readonly #source: Pick<MapSource, "xy" | "asideNow">;
  readonly #motion: Pick<Motion, "camera" | "box">;
  #grid: Grid | null = null;
  #sorted: Float32Array | null = null; // the places that the grid was made for

  constructor(source: Pick<MapSource, "xy" | "asideNow">, motion: Pick<Motion, "camera" | "box">) {
    this.#source = source;
    this.#motion = motion;
  }

  /** Gives the nearest row within `reach`, or -1. */
  nearest(at: Point, reach: number): number {
    const { camera } = this.#motion;
    const [x, y] = toWorld(camera, at);
    return this.#index().nearest(x, y, reach / camera.scale, this.#source.asideNow());
  }

  /** Gives the rows that a line encloses, sorted, or those along the way of a brush of this radius. */
  within(line: readonly number[], how: Drawn, brush: number): Uint32Array {
    const { camera } = this.#motion;
    const world = worldOf(line, camera);
    const { xy } = this.#source;
    const skip = this.#source.asideNow();
    if (how !== "brush") return rowsInside(xy, world, skip, this.#index());
    return rowsAlong(xy, world, brush / camera.scale, skip, this.#index());
  }

  /** Made when it is first needed, and anew for other places. */
  #index(): Grid {
    const { xy } = this.#source;
    if (this.#grid === null || this.#sorted !== xy) this.#grid = new Grid(xy, this.#motion.box);
    this.#sorted = xy;
    return this.#grid;
  }
}

function worldOf(line: readonly number[], camera: Camera): Float64Array {
  const world = new Float64Array(line.length);
  for (let i = 0; i < line.length; i += 2) {
    world.set(toWorld(camera, [line[i] as number, line[i + 1] as number]), i);
  }
  return world;
}
