/** The colours of the map that are no label's, by the shade of the page around it. */

import type { Rgb } from "./palette.ts";

export const UNLABELLED: Record<"light" | "dark", Rgb> = { light: [150, 152, 158], dark: [118, 121, 128] };
export const GROUND: Record<"light" | "dark", Rgb> = { light: [255, 255, 255], dark: [26, 27, 30] };
export const OUTLINE: Record<"light" | "dark", Rgb> = { light: [28, 30, 34], dark: [245, 246, 248] };
