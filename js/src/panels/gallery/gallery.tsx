/** The rows as pictures, side by side: of the selection, or of all that pass the filter. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { wayOf } from "../../state/listing.ts";
import { NO_ROWS } from "../../state/selection.ts";
import type { State } from "../../state/state.ts";
import { scrollTo, sightOf } from "../../ui/virtual.ts";
import { Field } from "../field.tsx";
import type { Panel, PanelProps } from "../panel.ts";
import { LabelTag } from "../table/label_cell.tsx";
import { useCells } from "../table/use_cells.ts";
import { useListing } from "../table/use_listing.ts";

const [WIDTH, HEIGHT] = [112, 128]; // CSS pixels of a card, its gap within

function pictures(state: State): string | null {
  return state.columns.value?.all.find(({ type }) => type === "image")?.name ?? null;
}

/** Gives the card that a key leads to; null = the key is not the gallery's. */
export function cardAfter(key: string, at: number, count: number, across: number): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - across,
    ArrowDown: at + across,
    Home: 0,
    End: count - 1,
  };
  const next = steps[key];
  if (next === undefined || count === 0) return null;
  return next < 0 || next >= count ? at : next;
}

function Gallery(props: PanelProps) {
  const { state, actions, view, look } = props;
  const box = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState(0);
  const [size, setSize] = useState({ width: 400, height: 200 });
  const { rows, current, choose } = useListing(props);
  const column = pictures(state);
  const columns = useMemo(() => (column === null ? [] : [column]), [column]);
  state.version.value;
  state.selection.value; // what is marked as selected
  const across = Math.max(1, Math.floor((size.width - 8) / WIDTH));
  const lines = { count: Math.ceil(rows.length / across), lineHeight: HEIGHT, view: size.height };
  const { first, last, top, height } = sightOf(scroll, lines);
  const inSight = useMemo(() => rows.slice(first * across, last * across), [rows, first, last, across]);
  useCells(actions.rows, { rows: inSight, near: NO_ROWS, columns }, state.content.value);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    box.current?.scrollTo({ top: 0 });
    setScroll(0);
  }, [rows]);
  const at = Math.min(current.value, rows.length - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = event.altKey || event.ctrlKey ? null : cardAfter(event.key, at, rows.length, across);
    if (next === null) return;
    choose(next, event.shiftKey ? "range" : "alone", true);
    const to = scrollTo(Math.floor(next / across), scroll, lines);
    if (to !== scroll && box.current !== null) {
      box.current.scrollTop = to;
      setScroll(to);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={box}
      class="la-gallery"
      role="listbox"
      tabIndex={0}
      aria-label="Pictures"
      aria-multiselectable="true"
      aria-activedescendant={rows.length > 0 ? `${look.id}-card-${at}` : undefined}
      onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: `${height}px` }}>
        <div role="presentation" class="la-cards" style={{ transform: `translateY(${top}px)` }}>
          {Array.from(inSight, (row, i) => {
            const place = first * across + i;
            const cell = actions.rows.peek(row, columns)?.[0];
            return (
              <div
                key={row}
                id={`${look.id}-card-${place}`}
                class="la-picture"
                role="option"
                data-row={row}
                data-current={place === at}
                aria-selected={((state.rows.words[row] ?? 0) & (4 << 16)) !== 0}
                aria-setsize={rows.length}
                aria-posinset={place + 1}
                style={{ width: `${WIDTH - 8}px`, height: `${HEIGHT - 8}px` }}
                onClick={(event) => choose(place, wayOf(event), true)}
                onPointerEnter={() => view.ring(Uint32Array.of(row))}
                onPointerLeave={() => view.ring(new Uint32Array(0))}
              >
                <span class="la-picture-frame">{cell !== undefined && <Field cell={cell} />}</span>
                <LabelTag state={state} code={state.rows.codes[row] ?? -1} original={state.rows.original[row] ?? -1} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

export const galleryPanel: Panel = {
  id: "gallery",
  title: "Gallery",
  Body: Gallery,
  badge: () => null,
  shown: (state) => pictures(state) !== null,
};
