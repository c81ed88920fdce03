// The rows that every page draws: clouds with one label each, the same on every machine.

const asked = new URLSearchParams(location.search);
export const n = Number(asked.get("n") ?? 1_000_000);
export const nLabels = 30;
export const size = { width: 1000, height: 700 };

function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const random = numbers(7);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const clouds = Array.from({ length: nLabels }, () => [
  1.5 * (random() - 0.5),
  1.5 * (random() - 0.5),
  0.03 + 0.06 * random(),
]);
export const x = new Float32Array(n);
export const y = new Float32Array(n);
export const label = new Uint16Array(n);
for (let row = 0; row < n; row++) {
  const at = Math.floor(random() * nLabels);
  const [cx, cy, spread] = clouds[at];
  x[row] = Math.max(-1, Math.min(1, cx + spread * normal()));
  y[row] = Math.max(-1, Math.min(1, cy + spread * normal()));
  label[row] = at;
}

export const palette = Array.from({ length: nLabels }, (_, at) => {
  const part = (turn) => {
    const share = 0.5 + 0.42 * Math.cos(2 * Math.PI * (at / nLabels + turn));
    return Math.round(255 * share)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${part(0)}${part(1 / 3)}${part(2 / 3)}`;
});

/** `many` different rows anywhere in the table, sorted. */
export function someRows(many, seed) {
  const draw = numbers(seed);
  const rows = new Set();
  while (rows.size < Math.min(many, n)) rows.add(Math.floor(draw() * n));
  return Uint32Array.from(rows).sort();
}

const ring = (radius) =>
  Array.from({ length: 100 }, (_, i) => {
    const angle = (i / 100) * 2 * Math.PI;
    const away = radius * (1 + 0.1 * Math.sin(5 * angle) + 0.05 * Math.sin(13 * angle));
    return [0.05 + away * Math.cos(angle), 0.05 + away * Math.sin(angle)];
  });

/** A line of 100 corners around about a tenth of the rows. */
export function lassoLine() {
  const few = Math.min(n, 20_000);
  const share = (radius) => {
    let inside = 0;
    for (let row = 0; row < few; row++) if (Math.hypot(x[row] - 0.05, y[row] - 0.05) < radius) inside++;
    return inside / few;
  };
  let [low, high] = [0.01, 1.5];
  for (let step = 0; step < 20; step++) {
    const middle = (low + high) / 2;
    if (share(middle) < 0.1) low = middle;
    else high = middle;
  }
  return ring(high);
}

export const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

let steps = 0;

/** The direction of the next step of a hand that pans: to and fro, so that the rows stay in sight. */
export const way = () => (steps++ % 2 === 0 ? 1 : -1);

/** Waits until what was asked of a graphics context is drawn. */
export function finish(gl) {
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
}
