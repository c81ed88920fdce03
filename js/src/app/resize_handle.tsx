/** An edge of the view or of a part of it: drag it, or press the arrow keys on it, to make what it bounds higher or lower. */

const MOST = 1600; // CSS pixels
const STEP = 24;

interface ResizeHandleProps {
  readonly root: HTMLElement;
  /** The custom property of the root that holds the height. */
  readonly property: "--la-height" | "--la-dock";
  readonly name: string;
  /** Whether it is an upper edge: then upwards makes higher. */
  readonly upwards?: boolean;
  /** CSS pixels: the least height, and the one that holds before any was chosen. */
  readonly least: number;
  readonly first: number;
}

export function ResizeHandle({ root, property, name, upwards = false, least, first }: ResizeHandleProps) {
  const sign = upwards ? -1 : 1;
  const height = () => Number.parseFloat(root.style.getPropertyValue(property)) || first;
  const setHeight = (pixels: number) => {
    root.style.setProperty(property, `${Math.round(Math.min(MOST, Math.max(least, pixels)))}px`);
  };
  return (
    <button
      type="button"
      class="la-resize"
      data-upwards={upwards}
      aria-label={`${name}: drag, or press the up and down arrow`}
      onPointerDown={(event) => {
        const handle = event.currentTarget;
        const [start, before] = [event.clientY, height()];
        const stop = new AbortController();
        handle.setPointerCapture(event.pointerId);
        handle.addEventListener("pointermove", (move) => setHeight(before + sign * (move.clientY - start)), {
          signal: stop.signal,
        });
        handle.addEventListener("lostpointercapture", () => stop.abort(), { once: true });
      }}
      onKeyDown={(event) => {
        const step = event.key === "ArrowDown" ? STEP : event.key === "ArrowUp" ? -STEP : 0;
        if (step === 0) return;
        setHeight(height() + sign * step);
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}
