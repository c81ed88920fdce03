/** Rows in clouds, one label each with some of them wrong, from a fixed seed. */

import type { FakeData } from "./fake_kernel.ts";

export const PALETTE = [
  "#4e79c4",
  "#e08a3c",
  "#4ba06a",
  "#d1565b",
  "#8f6fc1",
  "#9c755f",
  "#d77fb4",
  "#7f8c95",
  "#b3a33b",
  "#39a7b8",
] as const;

/** Gives numbers in [0, 1): a linear congruence is random enough for a picture. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function makeData(n: number, labels: readonly string[], seed = 1, wrong = 0.08): FakeData {
  const random = randomNumbers(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const clouds = labels.map((_, i) => {
    const angle = i * 2.4;
    const away = 4.2 * Math.sqrt((i + 0.5) / labels.length);
    return { x: away * Math.cos(angle) * 1.3, y: away * Math.sin(angle), spread: 0.25 + 0.3 * random() };
  });
  const xy = new Float32Array(2 * n);
  const label = new Uint16Array(n);
  for (let row = 0; row < n; row++) {
    const at = Math.floor(random() * clouds.length);
    const cloud = clouds[at];
    if (cloud === undefined) continue;
    xy[2 * row] = cloud.x + normal() * cloud.spread;
    xy[2 * row + 1] = cloud.y + normal() * cloud.spread;
    label[row] = random() < wrong ? Math.floor(random() * labels.length) : at;
  }
  return { xy, label, labels, palette: PALETTE };
}
