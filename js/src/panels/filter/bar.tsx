/** The filter in one line over the map: what it asks, how many rows pass, and a way out of each part of it. */

import type { Actions } from "../../state/actions.ts";
import { wordsOf } from "../../state/clauses.ts";
import type { State } from "../../state/state.ts";
import { Button } from "../../ui/button.tsx";
import { count } from "../../ui/format.ts";
import { Icon } from "../../ui/icons.tsx";

interface FilterBarProps {
  readonly state: State;
  readonly actions: Actions;
  readonly onOpen: () => void;
}

export function FilterBar({ state, actions, onOpen }: FilterBarProps) {
  const { clauses, rest, rows } = state.filter.value;
  if (clauses.length === 0) return null;
  const disabled = state.readOnly.value;
  return (
    <section class="la-filter-bar" aria-label="Filter">
      <button type="button" class="la-button la-ghost" title="Change the filter" onClick={onOpen}>
        <Icon name="filter" />
        <b>{count(rows?.length ?? 0)}</b> of {count(state.meta.value.n_rows)} pass
      </button>
      {clauses.map((clause) => {
        const words = wordsOf(clause);
        return (
          <span key={words} class="la-clause">
            <span class="la-name" title={words}>
              {words}
            </span>
            <Button
              name={`Take away ${words}`}
              icon="close"
              disabled={disabled}
              onClick={() =>
                void actions.rows.setFilter(
                  clauses.filter((other) => other !== clause),
                  rest,
                )
              }
            />
          </span>
        );
      })}
      <span class="la-spring" />
      <Button
        name="Clear the filter"
        kind="ghost"
        disabled={disabled}
        onClick={() => void actions.rows.setFilter([], rest)}
      >
        Clear
      </Button>
    </section>
  );
}
