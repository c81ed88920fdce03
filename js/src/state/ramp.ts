/** The colours of a scale, from low to high: they grow lighter all the way, so that they stand in order for every eye. */

const STOPS = ["#3b3a98", "#2a6fa8", "#1f9a8c", "#74bf5c", "#f0dd4e"] as const;

const parts = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** Gives `steps` colours "#rrggbb" of the scale, at least two. */
export function ramp(steps: number): string[] {
  return Array.from({ length: steps }, (_, i) => {
    const at = (i / (steps - 1)) * (STOPS.length - 1);
    const below = Math.min(STOPS.length - 2, Math.floor(at));
    const [from, to] = [parts(STOPS[below] as string), parts(STOPS[below + 1] as string)];
    const mixed = from.map((part, k) => Math.round(part + ((to[k] as number) - part) * (at - below)));
    return `#${mixed.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  });
}

/** The scale for a style sheet. */
export const RAMP_CSS = `linear-gradient(to right, ${STOPS.join(", ")})`;
