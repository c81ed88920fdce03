/** What a column can be filtered by: its values to tick, or a histogram to choose a range on. */

import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { Clause, FacetResult, RangeFacet, TickClause, TicksFacet } from "../../protocol.ts";
import { clauseOn, endText } from "../../state/clauses.ts";
import { isRefusal, type Refusal, type RowActions } from "../../state/row_actions.ts";
import { Button } from "../../ui/button.tsx";
import { count } from "../../ui/format.ts";

/** So many values are shown at once; typing finds the others. */
const MOST = 200;
const MANY = 10;

interface FacetProps {
  readonly actions: RowActions;
  readonly column: string;
  readonly clauses: readonly Clause[];
  readonly onChange: (clause: Clause) => void;
  readonly onRemove: () => void;
}

export function Facet(props: FacetProps) {
  const { actions, column, onRemove } = props;
  const [facet, setFacet] = useState<FacetResult | Refusal | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    void actions.facet(column, stop.signal).then((found) => {
      if (!stop.signal.aborted) setFacet(found);
    });
    return () => stop.abort();
  }, [actions, column]);
  return (
    <fieldset class="la-facet" data-facet={column}>
      <legend class="la-sr">{column}</legend>
      <div class="la-facet-head">
        <b class="la-name" title={column}>
          {column}
        </b>
        <Button name={`Do not filter by ${column}`} icon="close" onClick={onRemove} />
      </div>
      {facet === null ? (
        <p class="la-quiet">Reading the column…</p>
      ) : isRefusal(facet) ? (
        <p role="alert" class="la-refusal">
          {facet.error} {facet.hint}
        </p>
      ) : facet.topic === "ticks" ? (
        <Ticks {...props} facet={facet} />
      ) : (
        <Range {...props} facet={facet} />
      )}
    </fieldset>
  );
}

function Ticks({ column, clauses, onChange, facet }: FacetProps & { facet: TicksFacet }) {
  const typed = useSignal("");
  const held = clauseOn(clauses, column);
  const on: Pick<TickClause, "values" | "missing"> = held?.type === "ticks" ? held : { values: [], missing: false };
  const low = typed.value.trim().toLowerCase();
  const found = facet.values.flatMap((value, i) =>
    value.toLowerCase().includes(low) ? [{ value, rows: facet.counts[i] ?? 0 }] : [],
  );
  const tick = (values: string[], missing: boolean) => onChange({ type: "ticks", column, values, missing });
  const toggle = (value: string) =>
    tick(on.values.includes(value) ? on.values.filter((other) => other !== value) : [...on.values, value], on.missing);
  return (
    <>
      {facet.values.length > MANY && (
        <input
          type="text"
          class="la-text"
          aria-label={`Find a value of ${column}`}
          placeholder={`Find among ${count(facet.n_values)} values`}
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
        />
      )}
      <div class="la-ticks">
        {found.slice(0, MOST).map(({ value, rows }) => (
          <Tick
            key={value}
            name={value === "" ? "empty" : value}
            rows={rows}
            on={on.values.includes(value)}
            onToggle={() => toggle(value)}
          />
        ))}
        {facet.n_missing > 0 && (
          <Tick
            name="missing"
            rows={facet.n_missing}
            on={on.missing}
            quiet
            onToggle={() => tick(on.values, !on.missing)}
          />
        )}
        {facet.n_values > facet.values.length && (
          <p class="la-quiet">
            The {count(facet.values.length)} most frequent of {count(facet.n_values)} values.
          </p>
        )}
      </div>
    </>
  );
}

interface TickProps {
  readonly name: string;
  readonly rows: number;
  readonly on: boolean;
  readonly quiet?: boolean;
  readonly onToggle: () => void;
}

function Tick({ name, rows, on, quiet = false, onToggle }: TickProps) {
  return (
    <label class="la-tick">
      <input type="checkbox" checked={on} onChange={onToggle} />
      <span class={quiet ? "la-name la-missing" : "la-name"} title={name}>
        {name}
      </span>
      <span class="la-count">{count(rows)}</span>
    </label>
  );
}

function Range({ column, clauses, onChange, facet }: FacetProps & { facet: RangeFacet }) {
  const { low: least, high: most, counts, unit, n_missing } = facet;
  const held = clauseOn(clauses, column);
  const [low, high] = held?.type === "range" ? [held.low, held.high] : [null, null];
  const missing = held?.missing ?? false;
  const drawn = useSignal<readonly [number, number] | null>(null); // where the hand is, before it lets go
  const set = (from: number | null, to: number | null, also = missing) => {
    const noEnd = from === null && to === null; // then missing rows are asked for alone
    if (noEnd) onChange({ type: "ticks", column, values: [], missing: also });
    else onChange({ type: "range", column, low: from, high: to, missing: also });
  };
  const peak = Math.max(1, ...counts);
  const span = most - least || 1;
  const [from, to] = drawn.value ?? [low ?? least, high ?? most];
  const valueAt = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / Math.max(1, box.width)));
    return unit === "time" ? Math.round(least + share * span) : Number((least + share * span).toPrecision(6));
  };
  return (
    <>
      <svg
        class="la-histogram"
        viewBox={`0 0 ${counts.length} 100`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Histogram of ${column}, ${endText(least, unit)} to ${endText(most, unit)}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drawn.value = [valueAt(event), valueAt(event)];
        }}
        onPointerMove={(event) => {
          if (drawn.value !== null) drawn.value = [drawn.value[0], valueAt(event)];
        }}
        onLostPointerCapture={() => {
          const ends = drawn.value;
          drawn.value = null;
          if (ends !== null && ends[0] !== ends[1]) set(Math.min(...ends), Math.max(...ends));
        }}
      >
        {counts.map((rows, bin) => {
          const middle = least + ((bin + 0.5) / counts.length) * span;
          const height = rows === 0 ? 0 : Math.max(3, (rows / peak) * 100);
          const inside = middle >= Math.min(from, to) && middle <= Math.max(from, to);
          return (
            <rect key={bin} x={bin + 0.06} y={100 - height} width={0.88} height={height} data-inside={inside}>
              <title>{`${count(rows)} rows`}</title>
            </rect>
          );
        })}
      </svg>
      <div class="la-ends">
        <End name={`${column} from`} unit={unit} value={low} edge={least} onSet={(value) => set(value, high)} />
        <span class="la-quiet">to</span>
        <End name={`${column} up to`} unit={unit} value={high} edge={most} onSet={(value) => set(low, value)} />
      </div>
      {n_missing > 0 && (
        <Tick name="missing" rows={n_missing} on={missing} quiet onToggle={() => set(low, high, !missing)} />
      )}
    </>
  );
}

interface EndProps {
  readonly name: string;
  readonly unit: "number" | "time";
  readonly value: number | null;
  /** What holds while no end was chosen. */
  readonly edge: number;
  readonly onSet: (value: number | null) => void;
}

function End({ name, unit, value, edge, onSet }: EndProps) {
  return (
    <input
      class="la-text"
      type={unit === "time" ? "date" : "number"}
      step="any"
      aria-label={name}
      placeholder={endText(edge, unit)}
      value={value === null ? "" : endText(value, unit)}
      onChange={(event) => {
        const { value: typed, valueAsNumber } = event.currentTarget;
        onSet(typed === "" || Number.isNaN(valueAsNumber) ? null : valueAsNumber);
      }}
    />
  );
}
