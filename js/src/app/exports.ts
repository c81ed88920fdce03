/** The map as a file: the kernel makes it, the page hands it to the browser. */

import { Cancelled } from "../kernel/client.ts";
import type { Export, ExportFormat, ExportResult } from "../protocol.ts";
import type { Shade } from "../ui/theme.ts";
import type { Reports } from "./reports.ts";
import type { ViewState } from "./view_state.ts";
import type { Works } from "./works.ts";

/** What a view looks at. */
export interface Sight {
  /** The least x and y of the world and the greatest; null = nothing was drawn yet. */
  readonly box: readonly [number, number, number, number] | null;
  /** CSS pixels. */
  readonly size: readonly [number, number];
}

/** Reads what is in sight from the canvas, which says how it looks at the world (map/map.ts). */
export function sightOf(canvas: HTMLCanvasElement): Sight {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const [sx, sy, tx, ty] = (canvas.dataset.view ?? "").split(",").map(Number);
  if (sx === undefined || sy === undefined || tx === undefined || ty === undefined)
    return { box: null, size: [width, height] };
  return { box: [-tx / sx, (height - ty) / sy, (width - tx) / sx, -ty / sy], size: [width, height] };
}

/** What the colours of a view mean, and how its labels stand. */
export type Painted = Pick<Export, "by" | "column" | "hidden" | "isolated" | "names">;

export function paintedBy({ colours, look, names }: Pick<ViewState, "colours" | "look" | "names">): Painted {
  const { by, column } = colours.wanted.value;
  return { by, column, hidden: [...look.hidden.value], isolated: [...look.isolated.value], names: names.value };
}

const TYPES: Record<ExportFormat, string> = { png: "image/png", svg: "image/svg+xml", html: "text/html" };
const LEAST = 300; // CSS pixels: a picture of a very small view still has room for its legend
const LEGEND = 190; // what the kernel gives the legend beside the map

export class Exports {
  readonly #works: Works;
  readonly #reports: Reports;

  constructor(works: Works, reports: Reports) {
    this.#works = works;
    this.#reports = reports;
  }

  /** Gives about how many bytes the page to share will have; null = not to be had. */
  async sizeOfPage(painted: Painted, signal: AbortSignal): Promise<number | null> {
    try {
      const { result } = await this.#works.ask<ExportResult>(
        "Measuring the page",
        { kind: "export", format: "html", plan: true, box: null, size: [LEAST, LEAST], shade: "light", ...painted },
        { signal },
      );
      return result.bytes;
    } catch (error) {
      if (!(error instanceof Cancelled)) this.#reports.report(error);
      return null;
    }
  }

  async save(format: ExportFormat, { box, size }: Sight, shade: Shade, painted: Painted): Promise<void> {
    const [width, height] = size.map((length) => Math.max(LEAST, Math.round(length))) as [number, number];
    try {
      const { buffers } = await this.#works.ask<ExportResult>("Making the file", {
        kind: "export",
        format,
        plan: false,
        box: box === null ? null : [...box],
        size: [width + LEGEND, height],
        shade,
        ...painted,
      });
      download(new Blob([...buffers] as BlobPart[], { type: TYPES[format] }), `label-map.${format}`);
    } catch (error) {
      this.#reports.report(error);
    }
  }
}

function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href)); // the browser has taken it by then
}
