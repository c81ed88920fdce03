/** A list of thousands of rows of one height, of which only those in sight are in the page. */

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

export interface ListProps<T> {
  readonly name: string;
  readonly items: readonly T[];
  /** CSS pixels. */
  readonly rowHeight: number;
  readonly keyOf: (item: T, index: number) => string | number;
  readonly render: (item: T, index: number) => ComponentChildren;
  /** The row to keep in sight; -1 = none. */
  readonly active?: number;
  readonly empty?: ComponentChildren;
}

/** Gives the place that a key leads to from `at`; null = the key is not the list's. `page`: how many rows are in sight. */
export function stepAfter(key: string, at: number, length: number, page: number): number | null {
  const last = length - 1;
  switch (key) {
    case "ArrowDown":
      return Math.min(last, at + 1);
    case "ArrowUp":
      return Math.max(0, at - 1);
    case "PageDown":
      return Math.min(last, at + page);
    case "PageUp":
      return Math.max(0, at - page);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}

const SPARE_ROWS = 4;

export function List<T>({ name, items, rowHeight, keyOf, render, active = -1, empty = null }: ListProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(400);
  const [, setTurn] = useState(0); // draws anew when only the focus is to move

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element); // it tells the height of now too, after the layout that comes anyway
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = box.current;
    if (element === null || active < 0) return;
    const [start, end] = [active * rowHeight, (active + 1) * rowHeight];
    if (start < element.scrollTop) element.scrollTop = start;
    else if (end > element.scrollTop + element.clientHeight) element.scrollTop = end - element.clientHeight;
  }, [active, rowHeight]);

  const wanted = useRef<number | null>(null); // the place whose control gets the focus once it is drawn
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const line = box.current?.querySelector(`[aria-posinset="${wanted.current + 1}"]`);
    const control = line?.querySelector<HTMLElement>("button:not([disabled])");
    if (control === null || control === undefined) return;
    wanted.current = null;
    control.focus({ preventScroll: true });
  });

  /** The arrow keys walk the lines, also those that are not in the page yet. */
  const onKeyDown = (event: KeyboardEvent) => {
    const element = box.current;
    const line = event.target instanceof Element ? event.target.closest("[aria-posinset]") : null;
    if (element === null || line === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(element.clientHeight / rowHeight) - 1);
    const next = stepAfter(event.key, Number(line.getAttribute("aria-posinset")) - 1, items.length, page);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation(); // else the map would be panned
    wanted.current = next;
    const [start, end] = [next * rowHeight, (next + 1) * rowHeight];
    if (start < element.scrollTop) element.scrollTop = start;
    else if (end > element.scrollTop + element.clientHeight) element.scrollTop = end - element.clientHeight;
    setTop(element.scrollTop);
    setTurn((turn) => turn + 1);
  };

  if (items.length === 0) return <div class="la-list la-empty">{empty}</div>;
  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE_ROWS);
  const last = Math.min(items.length, Math.ceil((top + height) / rowHeight) + SPARE_ROWS);
  return (
    <div class="la-list" ref={box} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <ul aria-label={name} onKeyDown={onKeyDown} style={{ height: `${items.length * rowHeight}px` }}>
        {items.slice(first, last).map((item, i) => (
          <li
            key={keyOf(item, first + i)}
            aria-setsize={items.length}
            aria-posinset={first + i + 1}
            style={{ height: `${rowHeight}px`, top: `${(first + i) * rowHeight}px` }}
          >
            {render(item, first + i)}
          </li>
        ))}
      </ul>
    </div>
  );
}
