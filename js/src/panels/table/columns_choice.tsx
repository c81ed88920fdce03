/** The choice of the columns that the table shows. */

import { useSignal } from "@preact/signals";
import type { Look } from "../../state/look.ts";
import type { State } from "../../state/state.ts";
import { Popover } from "../../ui/popover.tsx";

const MANY = 12;

/** The columns of the table: as chosen, else the hover card's. The label has a column of its own. */
export function columnsOf(state: State, look: Look): readonly string[] {
  const columns = state.columns.value;
  const label = state.meta.value.label_column;
  return (look.columns.value ?? columns?.shown ?? []).filter((name) => name !== label);
}

export function ColumnsChoice({ state, look }: { state: State; look: Look }) {
  const typed = useSignal("");
  const all = state.columns.value?.all.filter(({ label }) => !label) ?? [];
  const on = columnsOf(state, look);
  const found = all.filter(({ name }) => name.toLowerCase().includes(typed.value.trim().toLowerCase()));
  const toggle = (name: string) => {
    const kept = on.filter((other) => other !== name);
    look.columns.value = kept.length < on.length ? kept : [...on, name];
  };
  return (
    <Popover name="Columns" icon="columns">
      {all.length > MANY && (
        <input
          type="text"
          class="la-text"
          aria-label="Find a column"
          placeholder="Find a column"
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
        />
      )}
      <div class="la-ticks">
        {found.map(({ name, type }) => (
          <label key={name} class="la-tick">
            <input type="checkbox" checked={on.includes(name)} onChange={() => toggle(name)} />
            <span class="la-name">{name}</span>
            <span class="la-quiet">{type}</span>
          </label>
        ))}
        {found.length === 0 && <p class="la-quiet">No column has this name.</p>}
      </div>
    </Popover>
  );
}
