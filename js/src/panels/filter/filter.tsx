/** Finding rows: by a text in them, and by what their columns hold. What is found is selected; what does not pass is greyed. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Clause, Rest } from "../../protocol.ts";
import { clauseOn, withClause } from "../../state/clauses.ts";
import { isRefusal, NO_FILTER, type Refusal } from "../../state/row_actions.ts";
import type { State } from "../../state/state.ts";
import { Button } from "../../ui/button.tsx";
import { count, plural } from "../../ui/format.ts";
import { Icon } from "../../ui/icons.tsx";
import type { Panel, PanelProps } from "../panel.ts";
import { Facet } from "./facet.tsx";

function FilterPanel(props: PanelProps) {
  const { state, actions } = props;
  const { rest, rows } = state.filter.value;
  const wanted = useSignal<readonly Clause[] | null>(null); // what was asked for and is not answered yet
  const clauses = wanted.value ?? state.filter.value.clauses;
  const columns = state.columns.value?.all ?? [];
  const opened = useSignal<readonly string[]>([]); // columns without a clause yet
  const refusal = useSignal<Refusal | null>(null);
  useEffect(() => {
    if (state.columns.value === null) actions.rows.loadColumns();
  }, [actions]);
  const set = async (next: readonly Clause[], what: Rest = rest) => {
    wanted.value = next;
    const refused = await actions.rows.setFilter(next, what);
    if (wanted.value !== next) return; // it was changed again meanwhile
    wanted.value = null;
    refusal.value = refused;
  };
  const filtered = clauses.flatMap((clause) => (clause.type === "text" ? [] : [clause.column]));
  const shown = [...new Set([...filtered, ...opened.value])];
  const free = columns.filter(({ name, type }) => !shown.includes(name) && !["image", "audio", "html"].includes(type));
  const disabled = state.readOnly.value;
  return (
    <div class="la-panel la-filter">
      <Search {...props} onFilter={(clause) => void set(withClause(clauses, clause))} />
      <div class="la-filter-body">
        {shown.map((column) => (
          <Facet
            key={column}
            actions={actions.rows}
            column={column}
            clauses={clauses}
            onChange={(clause) => {
              opened.value = [...new Set([...opened.value, column])];
              void set(withClause(clauses, clause));
            }}
            onRemove={() => {
              opened.value = opened.value.filter((other) => other !== column);
              if (clauseOn(clauses, column) !== null) {
                void set(clauses.filter((clause) => clause.type === "text" || clause.column !== column));
              }
            }}
          />
        ))}
        {refusal.value !== null && (
          <p role="alert" class="la-refusal">
            {refusal.value.error} {refusal.value.hint}
          </p>
        )}
        <select
          class="la-select"
          aria-label="Filter by a column"
          disabled={disabled || free.length === 0}
          value=""
          onChange={(event) => {
            opened.value = [...opened.value, event.currentTarget.value];
            event.currentTarget.value = "";
          }}
        >
          <option value="">Filter by a column…</option>
          {free.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div class="la-filter-end">
        <span role="status">
          {rows === null ? (
            <span class="la-quiet">All {plural(state.meta.value.n_rows, "row")} pass.</span>
          ) : (
            <>
              <b>{count(rows.length)}</b> of {plural(state.meta.value.n_rows, "row")} pass
            </>
          )}
        </span>
        <fieldset class="la-rest">
          <legend class="la-sr">The other rows are</legend>
          {(["grey", "hide"] as const).map((word) => (
            <button
              key={word}
              type="button"
              class="la-button la-plain"
              aria-pressed={rest === word}
              disabled={disabled}
              onClick={() => void set(clauses, word)}
            >
              {word === "grey" ? "Grey others" : "Hide others"}
            </button>
          ))}
        </fieldset>
        <div class="la-acts">
          <Button
            name="Select the rows that pass"
            kind="plain"
            disabled={rows === null || rows.length === 0}
            onClick={() => actions.select({ rows: rows ?? new Uint32Array(0), how: "search" })}
          >
            Select them
          </Button>
          <Button
            name="Clear the filter"
            kind="plain"
            disabled={disabled || clauses.length === 0}
            onClick={() => {
              opened.value = [];
              void set(NO_FILTER.clauses);
            }}
          >
            Clear
          </Button>
        </div>
      </div>
    </div>
  );
}

function Search({ state, actions, view, onFilter }: PanelProps & { readonly onFilter: (clause: Clause) => void }) {
  const typed = useSignal("");
  const regex = useSignal(false);
  const answer = useSignal<Uint32Array | Refusal | null>(null);
  const searching = useSignal(false);
  const asked = useRef<AbortController | null>(null);
  useEffect(() => () => asked.current?.abort(), []);
  const query = typed.value.trim() === "" ? "" : typed.value;
  const search = async () => {
    asked.current?.abort();
    const stop = new AbortController();
    asked.current = stop;
    if (query === "") return;
    searching.value = true;
    const found = await actions.rows.search(query, regex.value, stop.signal);
    if (stop.signal.aborted) return;
    searching.value = false;
    answer.value = found;
    if (found === null || isRefusal(found) || found.length === 0) return;
    actions.select({ rows: found, how: "search" });
    view.flyTo(found);
  };
  const disabled = state.readOnly.value;
  const found = answer.value;
  return (
    <form
      class="la-row-search"
      aria-label="Search"
      onSubmit={(event) => {
        event.preventDefault();
        void search();
      }}
    >
      <div class="la-search">
        <Icon name="search" />
        <input
          type="text"
          data-la-row-search
          aria-label="Find rows by their text"
          placeholder="Find rows by their text"
          spellcheck={false}
          autocomplete="off"
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
            answer.value = null;
          }}
        />
        <button
          type="button"
          class="la-button la-ghost la-bare"
          aria-label="Regular expression"
          aria-pressed={regex.value}
          title="Read the text as a regular expression"
          onClick={() => {
            regex.value = !regex.value;
            answer.value = null;
          }}
        >
          .*
        </button>
      </div>
      <div class="la-acts">
        <button type="submit" class="la-button la-plain" disabled={disabled || query === ""}>
          Find and select
        </button>
        <Button
          name="Filter by this text"
          kind="plain"
          disabled={disabled || query === ""}
          onClick={() => onFilter({ type: "text", query, regex: regex.value, columns: null })}
        >
          Filter by it
        </Button>
      </div>
      {searching.value && <p class="la-quiet">Searching…</p>}
      {!searching.value && found !== null && (
        <p role={isRefusal(found) ? "alert" : "status"} class={isRefusal(found) ? "la-refusal" : "la-quiet"}>
          {isRefusal(found)
            ? `${found.error} ${found.hint}`
            : found.length === 0
              ? `No row holds it.${whereRead(state)}`
              : `${plural(found.length, "row")} selected.`}
        </p>
      )}
    </form>
  );
}

/** Says which columns a search reads: what the card does not show may hold the text all the same. */
function whereRead(state: State): string {
  const { all, shown } = state.columns.value ?? { all: [], shown: [] };
  const read = all.filter(({ name, type, label }) => type === "text" && !label && shown.includes(name));
  if (read.length === 0) return "";
  return ` Read were the texts of the hover card: ${read.map(({ name }) => name).join(", ")}. m.view.show([…]) adds columns.`;
}

export const filterPanel: Panel = {
  id: "filter",
  title: "Filter",
  Body: FilterPanel,
  badge: (state) => (state.filter.value.clauses.length === 0 ? null : String(state.filter.value.clauses.length)),
};
