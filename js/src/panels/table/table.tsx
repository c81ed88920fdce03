/** The rows as a table: of the selection, or of all that pass the filter. Only the lines in sight are in the page. */

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { type ColumnType, FLAG_SELECTED } from "../../protocol.ts";
import { nextSort, wayOf } from "../../state/listing.ts";
import { NO_ROWS } from "../../state/selection.ts";
import { hasFlag } from "../../state/words.ts";
import { stepAfter } from "../../ui/list.tsx";
import { scrollTo, sightOf } from "../../ui/virtual.ts";
import type { Panel, PanelProps } from "../panel.ts";
import { columnsOf } from "./columns_choice.tsx";
import { Line } from "./line.tsx";
import { useCells } from "./use_cells.ts";
import { useListing } from "./use_listing.ts";

const LINE = 28; // CSS pixels
const HEAD = 28;
/** So many lines above and below those in sight are fetched beforehand. */
const AHEAD = 96;
/** What is too large to be fetched before anybody looks. */
const HEAVY: readonly (ColumnType | undefined)[] = ["image", "audio", "html"];

function Table(props: PanelProps) {
  const { state, actions, view, look } = props;
  const box = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState(0);
  const [height, setHeight] = useState(200);
  const editing = useSignal<number | null>(null);
  const { rows, current, choose } = useListing(props);
  const columns = useMemo(() => [...columnsOf(state, look)], [state.columns.value, look.columns.value]);
  state.version.value; // labels change in place
  state.selection.value; // and so does what is marked as selected
  const lines = { count: rows.length, lineHeight: LINE, view: Math.max(LINE, height - HEAD) };
  const { first, last, top, height: tall } = sightOf(scroll, lines);
  const inSight = useMemo(() => rows.slice(first, last), [rows, first, last]);
  const types = new Map(state.columns.value?.all.map(({ name, type }) => [name, type]));
  const light = columns.every((name) => !HEAVY.includes(types.get(name)));
  const [from, to] = light ? [Math.max(0, first - AHEAD), last + AHEAD] : [first, first];
  const near = useMemo(() => rows.subarray(from, to), [rows, from, to]);
  useCells(actions.rows, { rows: inSight, near, columns }, state.content.value);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    setHeight(element.clientHeight);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    box.current?.scrollTo({ top: 0 });
    setScroll(0);
  }, [rows]);
  useEffect(() => () => view.ring(NO_ROWS), [view]);

  const keepInSight = (at: number) => {
    const to = scrollTo(at, scroll, lines);
    if (to === scroll || box.current === null) return;
    box.current.scrollTop = to;
    setScroll(to);
  };
  const edit = (at: number) => {
    if (state.readOnly.value || rows.length === 0) return;
    current.value = at;
    keepInSight(at);
    editing.value = at;
  };
  const typing = useMemo(() => {
    const leave = () => {
      if (editing.value === null) return;
      editing.value = null;
      box.current?.focus({ preventScroll: true });
    };
    const take = (label: number | string, row: number) => {
      leave();
      actions.assign(label, Uint32Array.of(row), "table");
    };
    return { take, leave };
  }, [actions, editing]);
  const pointed = useRef<number | null>(null);
  const point = (row: number | null) => {
    if (row === pointed.current) return;
    pointed.current = row;
    view.ring(row === null ? NO_ROWS : Uint32Array.of(row));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || rows.length === 0) return;
    const at = Math.min(current.value, rows.length - 1);
    const page = Math.max(1, Math.floor(lines.view / LINE) - 1);
    const next = event.altKey ? null : stepAfter(event.key, at, rows.length, page);
    if (next !== null) {
      choose(next, event.shiftKey ? "range" : "alone", true);
      keepInSight(next);
    } else if (event.key === "Enter" || event.key === "F2") edit(at);
    else if (event.key === " ") choose(at, "toggle", false);
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
      actions.select({ rows: rows.toSorted(), how: "table" });
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      box.current?.scrollBy({ left: event.key === "ArrowLeft" ? -80 : 80 });
    } else return; // the others mean what they mean on the map
    event.preventDefault();
    event.stopPropagation();
  };
  const at = Math.min(current.value, rows.length - 1);
  const widths = [64, 150, ...columns.map((name) => (types.get(name) === "number" ? 96 : 150))];
  const grid = {
    "--la-columns": widths.map((width, i) => (i < 2 ? `${width}px` : `minmax(${width}px, 1fr)`)).join(" "),
    "--la-columns-width": `${widths.reduce((sum, width) => sum + width)}px`,
  };
  return (
    <div
      ref={box}
      class="la-table"
      role="grid"
      tabIndex={0}
      aria-label="Rows"
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 2}
      aria-multiselectable="true"
      aria-activedescendant={at >= first && at < last ? `${look.id}-${at}` : undefined}
      onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        const line = lineOf(event);
        if (line !== null && editing.value !== line.at) choose(line.at, wayOf(event), true);
      }}
      onDblClick={(event) => {
        const line = lineOf(event);
        if (line !== null) edit(line.at);
      }}
      onPointerOver={(event) => {
        point(lineOf(event)?.row ?? null);
        nameWhole(event);
      }}
      onPointerLeave={() => point(null)}
      style={grid}
    >
      <div class="la-table-head la-table-row" role="row" aria-rowindex={1}>
        {[null, state.meta.value.label_column, ...columns].map((name, i) => (
          <Head key={name ?? ""} {...props} column={name} at={i} />
        ))}
      </div>
      <div class="la-table-body" role="presentation" style={{ height: `${tall}px` }}>
        {Array.from(inSight, (row, i) => (
          <Line
            key={row}
            state={state}
            id={`${look.id}-${first + i}`}
            row={row}
            at={first + i}
            top={top + i * LINE}
            code={state.rows.codes[row] ?? -1}
            original={state.rows.original[row] ?? -1}
            columns={columns}
            cells={actions.rows.peek(row, columns)}
            selected={hasFlag(state.rows.words[row] ?? 0, FLAG_SELECTED)}
            current={first + i === at}
            editing={editing.value === first + i ? typing : null}
          />
        ))}
      </div>
      {rows.length === 0 && <p class="la-table-empty la-quiet">No row passes the filter.</p>}
    </div>
  );
}

function Head({ look, column, at }: PanelProps & { readonly column: string | null; readonly at: number }) {
  const sort = look.sort.value;
  const mine = sort.column === column && (column !== null || sort.descending);
  const words = !mine ? "none" : sort.descending ? "descending" : "ascending";
  return (
    <span role="columnheader" aria-sort={words} aria-colindex={at + 1}>
      <button
        type="button"
        class="la-table-sort"
        title={`Sort by ${column ?? "place"}`}
        onClick={() => {
          look.sort.value = nextSort(sort, column);
        }}
      >
        <span class="la-name">{column ?? "row"}</span>
        {mine && <span aria-hidden="true">{sort.descending ? "↓" : "↑"}</span>}
      </button>
    </span>
  );
}

/** The line that an event comes from: its row, and its place in the list. */
function lineOf({ target }: Event): { readonly row: number; readonly at: number } | null {
  const line = target instanceof Element ? target.closest<HTMLElement>("[data-line]") : null;
  return line === null ? null : { row: Number(line.dataset.row), at: Number(line.dataset.line) };
}

/** Gives a cell that cuts its text off a title with all of it, when the pointer comes there: thousands need none. */
function nameWhole({ target }: Event): void {
  if (!(target instanceof HTMLElement) || target.getAttribute("role") !== "gridcell") return;
  if (target.scrollWidth > target.clientWidth) target.title = target.textContent ?? "";
  else target.removeAttribute("title");
}

export const tablePanel: Panel = { id: "table", title: "Table", Body: Table, badge: () => null };
