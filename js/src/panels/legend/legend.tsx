/** What the colours of the map mean, and the choice of what they follow. */

import { useSignal } from "@preact/signals";
import type { ColourBy, ColumnType } from "../../protocol.ts";
import type { Actions } from "../../state/actions.ts";
import { type Colouring, type ColourState, EDITED_INKS, sameWanted, type Wanted } from "../../state/colouring.ts";
import { colourOf } from "../../state/labels.ts";
import { RAMP_CSS } from "../../state/ramp.ts";
import type { State } from "../../state/state.ts";
import { Button } from "../../ui/button.tsx";
import { count } from "../../ui/format.ts";
import { Swatch } from "../../ui/swatch.tsx";

const CHOICES: readonly (readonly [Exclude<ColourBy, "column">, string])[] = [
  ["label", "label"],
  ["original", "original label"],
  ["edited", "edited or not"],
  ["cluster", "cluster"],
  ["suspicion", "suspicion"],
  ["author", "last author"],
  ["agreement", "agreement"],
];
const MOST_NAMES = 8;
const COLUMN = "column:";

interface LegendProps {
  readonly state: State;
  readonly colours: ColourState;
  readonly actions: Actions;
}

const optionOf = ({ by, column }: Wanted): string => (column === null ? by : COLUMN + column);

function wantedOf(value: string): Wanted {
  if (value.startsWith(COLUMN)) return { by: "column", column: value.slice(COLUMN.length) };
  return { by: CHOICES.find(([by]) => by === value)?.[0] ?? "label", column: null };
}

/** What a column may hold that colours can follow. */
const COLOURABLE: readonly ColumnType[] = ["text", "number", "time", "bool"];

export function Legend({ state, colours, actions }: LegendProps) {
  const columns = (state.columns.value?.all ?? [])
    .filter(({ type }) => COLOURABLE.includes(type))
    .map(({ name }) => name);
  const wanted = colours.wanted.value;
  const held = colours.colouring.value;
  // what was loaded before stays on the map until the next has come, but its names are not those of what is asked for
  const found = held !== null && held.by === wanted.by && held.column === wanted.column ? held : null;
  const all = wanted.column === null || columns.includes(wanted.column) ? columns : [...columns, wanted.column];
  const waiting = found === null && wanted.by !== "label" && wanted.by !== "edited";
  return (
    <section class="la-legend" aria-label="What the colours mean" data-by={wanted.by}>
      <label class="la-legend-head">
        <span class="la-quiet">Colour by</span>
        <select
          class="la-select"
          value={optionOf(wanted)}
          onPointerEnter={() => state.columns.peek() ?? actions.rows.loadColumns()}
          onFocus={() => state.columns.peek() ?? actions.rows.loadColumns()}
          onChange={(event) => {
            const next = wantedOf(event.currentTarget.value);
            if (!sameWanted(next, wanted)) colours.wanted.value = next;
          }}
        >
          {CHOICES.map(([by, name]) => (
            <option key={by} value={by}>
              {name}
            </option>
          ))}
          {all.length > 0 && (
            <optgroup label="columns">
              {all.map((name) => (
                <option key={name} value={COLUMN + name}>
                  {name}
                </option>
              ))}
            </optgroup>
          )}
        </select>
      </label>
      {wanted.by === "cluster" && found?.finest !== undefined && (
        <ClusterLevel colours={colours} wanted={wanted} shown={found.names.length} finest={found.finest} />
      )}
      {waiting && <p class="la-quiet">asking the kernel…</p>}
      {wanted.by === "edited" && (
        <ul class="la-legend-names">
          <Line colour={EDITED_INKS[0]} name="as it came" rows={state.rows.n - state.status.value.n_edited} />
          <Line colour={EDITED_INKS[1]} name="edited" rows={state.status.value.n_edited} />
        </ul>
      )}
      {found !== null && (found.ends === null ? <Names state={state} found={found} /> : <Scale found={found} />)}
      {found !== null && found.missing > 0 && (
        <ul class="la-legend-names">
          <Line colour="var(--la-unlabelled)" name="no value" rows={found.missing} />
        </ul>
      )}
      <Scores state={state} actions={actions} />
    </section>
  );
}

interface LevelProps {
  readonly colours: ColourState;
  readonly wanted: Wanted;
  /** Clusters that are shown now. */
  readonly shown: number;
  /** Clusters at the finest level. */
  readonly finest: number;
}

/** How finely the map is cut into clusters: the tree of them is there already, so that any cut is had at once. */
function ClusterLevel({ colours, wanted, shown, finest }: LevelProps) {
  if (finest < 2) return null;
  return (
    <label class="la-legend-head">
      <span class="la-quiet">Clusters</span>
      <input
        type="range"
        class="la-legend-level"
        aria-label="Number of clusters"
        aria-valuetext={`${count(shown)} of at most ${count(finest)}`}
        min={1}
        max={finest}
        value={Math.min(finest, shown)}
        onChange={({ currentTarget: { value } }) => {
          colours.wanted.value = { ...wanted, level: Number(value) };
        }}
      />
      <span class="la-quiet">{count(shown)}</span>
    </label>
  );
}

/** What a point's size and weight follow, for all views of the map. */
function Scores({ state, actions }: Omit<LegendProps, "colours">) {
  const { scoring, scored, columns } = state;
  const { wanted, size, weight } = scoring.value;
  const numbers = (columns.value?.all ?? []).filter(({ type }) => type === "number").map(({ name }) => name);
  const named = wanted?.column ?? null;
  const all = named === null || numbers.includes(named) ? numbers : [...numbers, named];
  const ways = [
    ["Large where it is high", "size", size],
    ["Faint where it is low", "opacity", weight],
  ] as const;
  return (
    <>
      <label class="la-legend-head">
        <span class="la-quiet">Scale by</span>
        <select
          class="la-select"
          disabled={state.readOnly.value}
          value={wanted === null ? "" : optionOf(wanted)}
          onPointerEnter={() => columns.peek() ?? actions.rows.loadColumns()}
          onFocus={() => columns.peek() ?? actions.rows.loadColumns()}
          onChange={({ currentTarget: { value } }) => {
            scoring.value = { size, weight, wanted: value === "" ? null : wantedOf(value) };
          }}
        >
          <option value="">nothing</option>
          <option value="suspicion">suspicion</option>
          {wanted !== null && wanted.column === null && wanted.by !== "suspicion" && (
            <option value={wanted.by}>{wanted.by}</option>
          )}
          {all.map((name) => (
            <option key={name} value={COLUMN + name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {wanted !== null && (
        <fieldset class="la-legend-ways" aria-label={`What ${scored.value.title ?? "the score"} changes`}>
          {ways.map(([title, name, on]) => (
            <label key={name} title={title}>
              <input
                type="checkbox"
                checked={on}
                onChange={() => {
                  const next = { wanted, size, weight };
                  scoring.value = name === "size" ? { ...next, size: !size } : { ...next, weight: !weight };
                }}
              />
              {name}
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}

/** The names by number of rows; labels in use alone, in their own colours. */
function Names({ state, found }: { readonly state: State; readonly found: Colouring }) {
  const all = useSignal(false);
  const meta = state.meta.value;
  const lines = found.names
    .map((name, slot) => ({ name, slot, rows: found.counts[slot] ?? 0 }))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => b.rows - a.rows || a.slot - b.slot);
  const shown = all.value ? lines : lines.slice(0, MOST_NAMES);
  const colour = (slot: number) => colourOf(found.by === "original" ? meta : { palette: meta.palette }, slot);
  return (
    <>
      <ul class="la-legend-names">
        {shown.map(({ name, slot, rows }) => (
          <Line
            key={slot}
            colour={colour(slot)}
            round={Math.floor(slot / Math.max(1, meta.palette.length))}
            name={name}
            rows={rows}
          />
        ))}
      </ul>
      {lines.length > MOST_NAMES && (
        <Button
          name={all.value ? "Show fewer names" : "Show all names"}
          kind="plain"
          onClick={() => {
            all.value = !all.value;
          }}
        >
          {all.value ? "fewer" : `${count(lines.length - MOST_NAMES)} more`}
        </Button>
      )}
    </>
  );
}

interface LineProps {
  readonly colour: string;
  /** How often the palette has come round before. */
  readonly round?: number;
  readonly name: string;
  readonly rows: number;
}

function Line({ colour, round = 0, name, rows }: LineProps) {
  return (
    <li>
      <Swatch colour={colour} round={round} />
      <span class="la-name">{name}</span>
      <span class="la-quiet">{count(rows)}</span>
    </li>
  );
}

function Scale({ found }: { readonly found: Colouring }) {
  const [low, high] = found.ends ?? ["", ""];
  return (
    <div class="la-scale">
      <div style={{ background: RAMP_CSS }} />
      <span>{low}</span>
      <span>{high}</span>
    </div>
  );
}
