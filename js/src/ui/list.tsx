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

const SPARE_ROWS = 4;

export function List<T>({ name, items, rowHeight, keyOf, render, active = -1, empty = null }: ListProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(400);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    setHeight(element.clientHeight);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = box.current;
    if (element === null || active < 0) return;
    const [start, end] = [active * rowHeight, (active + 1) * rowHeight];
    if (start < element.scrollTop) element.scrollTop = start;
    else if (end > element.scrollTop + element.clientHeight) element.scrollTop = end - element.clientHeight;
  }, [active, rowHeight]);

  if (items.length === 0) return <div class="la-list la-empty">{empty}</div>;
  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE_ROWS);
  const last = Math.min(items.length, Math.ceil((top + height) / rowHeight) + SPARE_ROWS);
  return (
    <div class="la-list" ref={box} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <ul aria-label={name} style={{ height: `${items.length * rowHeight}px` }}>
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
