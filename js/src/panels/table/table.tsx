/** The rows as a table: of the selection, or of all that pass the filter. Only the lines in sight are in the page. */

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { nextSort, wayOf } from "../../state/listing.ts";
import { stepAfter } from "../../ui/list.tsx";
import { scrollTo, sightOf } from "../../ui/virtual.ts";
import { Field } from "../field.tsx";
import type { Panel, PanelProps } from "../panel.ts";
import { columnsOf } from "./columns_choice.tsx";
import { LabelField, LabelTag } from "./label_cell.tsx";
import { useCells } from "./use_cells.ts";
import { useListing } from "./use_listing.ts";

const LINE = 28; // CSS pixels
const HEAD = 28;
const NONE = new Uint32Array(0);

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
  useCells(actions.rows, inSight, columns, state.content.value);
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
  useEffect(() => () => view.ring(NONE), [view]);

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
  const leave = () => {
    if (editing.value === null) return;
    editing.value = null;
    box.current?.focus({ preventScroll: true });
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
  const isSelected = (row: number) => (state.rows.words[row] ?? 0) & (4 << 16);
  const numbers = new Set(state.columns.value?.all.filter(({ type }) => type === "number").map(({ name }) => name));
  const widths = [64, 150, ...columns.map((name) => (numbers.has(name) ? 96 : 150))];
  const grid = {
    gridTemplateColumns: widths.map((width, i) => (i < 2 ? `${width}px` : `minmax(${width}px, 1fr)`)).join(" "),
    minWidth: `${widths.reduce((sum, width) => sum + width)}px`,
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
    >
      <div class="la-table-head la-table-row" role="row" aria-rowindex={1} style={grid}>
        {[null, state.meta.value.label_column, ...columns].map((name, i) => (
          <Head key={name ?? ""} {...props} column={name} at={i} />
        ))}
      </div>
      <div class="la-table-body" role="presentation" style={{ height: `${tall}px` }}>
        <div role="presentation" style={{ top: `${top}px` }}>
          {Array.from(inSight, (row, i) => {
            const line = first + i;
            const cells = actions.rows.peek(row, columns);
            return (
              <div
                key={row}
                id={`${look.id}-${line}`}
                class="la-table-row"
                role="row"
                data-row={row}
                data-current={line === at}
                aria-rowindex={line + 2}
                aria-selected={isSelected(row) !== 0}
                style={grid}
                onClick={(event) => {
                  if (editing.value === line) return;
                  choose(line, wayOf(event), true);
                }}
                onDblClick={() => edit(line)}
                onPointerEnter={() => view.ring(Uint32Array.of(row))}
                onPointerLeave={() => view.ring(NONE)}
              >
                <span role="gridcell" class="la-number">
                  {row}
                </span>
                <span role="gridcell" class="la-label-cell">
                  {editing.value === line ? (
                    <LabelField
                      state={state}
                      row={row}
                      onTake={(label) => {
                        leave();
                        actions.assign(label, Uint32Array.of(row), "table");
                      }}
                      onLeave={leave}
                    />
                  ) : (
                    <LabelTag state={state} row={row} />
                  )}
                </span>
                {columns.map((name, column) => {
                  const cell = cells?.[column];
                  return (
                    <span key={name} role="gridcell" title={cell?.text ?? undefined}>
                      {cell === undefined ? <i class="la-waiting" aria-hidden="true" /> : <Field cell={cell} />}
                    </span>
                  );
                })}
              </div>
            );
          })}
        </div>
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

export const tablePanel: Panel = { id: "table", title: "Table", Body: Table, badge: () => null };
