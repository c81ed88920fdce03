/** The lower edge of a view: drag it, or press the arrow keys on it, to make the view higher or lower. */

const [LEAST, MOST] = [280, 1600]; // CSS pixels
const STEP = 24;

export function ResizeHandle({ root }: { root: HTMLElement }) {
  const height = () => Number.parseFloat(root.style.getPropertyValue("--la-height")) || 560;
  const setHeight = (pixels: number) => {
    root.style.setProperty("--la-height", `${Math.round(Math.min(MOST, Math.max(LEAST, pixels)))}px`);
  };
  return (
    <button
      type="button"
      class="la-resize"
      aria-label="Height of the map: drag, or press the up and down arrow"
      onPointerDown={(event) => {
        const handle = event.currentTarget;
        const [start, before] = [event.clientY, height()];
        const stop = new AbortController();
        handle.setPointerCapture(event.pointerId);
        handle.addEventListener("pointermove", (move) => setHeight(before + move.clientY - start), {
          signal: stop.signal,
        });
        handle.addEventListener("lostpointercapture", () => stop.abort(), { once: true });
      }}
      onKeyDown={(event) => {
        const step = event.key === "ArrowDown" ? STEP : event.key === "ArrowUp" ? -STEP : 0;
        if (step === 0) return;
        setHeight(height() + step);
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}
