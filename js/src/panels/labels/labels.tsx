/** The labels: find one by typing, give it to the selected rows, see how many rows have it. */

import { useSignal } from "@preact/signals";
import { colourOf, isNew, type LabelRow, matching } from "../../state/labels.ts";
import { digitOf } from "../../state/slots.ts";
import type { State } from "../../state/state.ts";
import { Button } from "../../ui/button.tsx";
import { count, plural, signed } from "../../ui/format.ts";
import { Icon } from "../../ui/icons.tsx";
import { List } from "../../ui/list.tsx";
import { Swatch } from "../../ui/swatch.tsx";
import type { Panel, PanelProps } from "../panel.ts";

const ROW_HEIGHT = 30;

/** One line of the list: a label, or the offer to make a new one. */
type Choice = LabelRow | { readonly create: string };

const isOffer = (choice: Choice): choice is { readonly create: string } => "create" in choice;

function offers(state: State, typed: string): Choice[] {
  const found: Choice[] = matching(state.labels.value, typed);
  return isNew(state.meta.value.labels, typed) ? [...found, { create: typed.trim() }] : found;
}

function Labels({ state, actions, view }: PanelProps) {
  const typed = useSignal("");
  const active = useSignal(0);
  const refused = useSignal(false);
  const { palette } = state.meta.value;
  const selected = state.selection.value.rows.length;
  const readOnly = state.readOnly.value;
  const choices = offers(state, typed.value);
  const typing = typed.value.trim() !== "";
  const current = Math.min(active.value, choices.length - 1);

  const choose = (choice: Choice | undefined) => {
    if (choice === undefined) return;
    const none = state.selection.value.rows.length === 0;
    refused.value = none;
    if (none) return;
    actions.assign(isOffer(choice) ? choice.create : choice.code);
    typed.value = "";
    active.value = 0;
    view.emphasise(null);
    view.focusMap();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    switch (event.key) {
      case "Enter": {
        // read anew: keys may come faster than the page is drawn
        const offered = offers(state, typed.value);
        if (event.isComposing || typed.value.trim() === "") return;
        choose(event.ctrlKey || event.metaKey ? offered.at(-1) : offered[Math.min(active.value, offered.length - 1)]);
        break;
      }
      case "ArrowDown":
        active.value = Math.min(choices.length - 1, current + 1);
        break;
      case "ArrowUp":
        active.value = Math.max(0, current - 1);
        break;
      case "Escape":
        if (typed.value === "") view.focusMap();
        typed.value = "";
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="la-panel">
      <div class="la-search">
        <Icon name="search" />
        <input
          type="text"
          data-la-search
          aria-label={selected > 0 ? `Label for ${plural(selected, "selected row")}` : "Find a label"}
          placeholder={selected > 0 ? `Label ${plural(selected, "row")} as…` : "Find a label"}
          spellcheck={false}
          autocomplete="off"
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
            active.value = 0;
          }}
          onKeyDown={onKeyDown}
        />
        <kbd>/</kbd>
      </div>
      <List
        name="Labels"
        items={choices}
        rowHeight={ROW_HEIGHT}
        active={typing ? current : -1}
        keyOf={(choice) => (isOffer(choice) ? "create" : choice.code)}
        empty={<p>No label has this name.</p>}
        render={(choice, i) =>
          isOffer(choice) ? (
            <button
              type="button"
              class="la-row la-create"
              data-active={typing && i === current}
              disabled={readOnly}
              onClick={() => choose(choice)}
            >
              <Icon name="add" />
              <span class="la-name">
                New label <b>{choice.create}</b>
              </span>
            </button>
          ) : (
            <LabelLine
              row={choice}
              colour={colourOf(palette, choice.code)}
              digit={digitOf(state.slots.value, choice.code)}
              active={typing && i === current}
              selected={selected}
              disabled={readOnly}
              onChoose={() => choose(choice)}
              onPoint={(on) => view.emphasise(on ? choice.code : null)}
              onSelect={() => actions.select({ rows: state.rows.withCode(choice.code), how: "label" })}
            />
          )
        }
      />
      {refused.value && selected === 0 && (
        <p class="la-hint" role="status">
          Select points first: draw around them on the map.
        </p>
      )}
    </div>
  );
}

interface LineProps {
  readonly row: LabelRow;
  readonly colour: string;
  readonly digit: number;
  readonly active: boolean;
  readonly selected: number;
  readonly disabled: boolean;
  readonly onChoose: () => void;
  readonly onPoint: (on: boolean) => void;
  readonly onSelect: () => void;
}

function LabelLine({ row, colour, digit, active, selected, disabled, onChoose, onPoint, onSelect }: LineProps) {
  const rows = plural(row.count, "row");
  const act = selected > 0 ? `Label ${plural(selected, "selected row")} as ${row.name}` : `${row.name}, ${rows}`;
  return (
    <div class="la-line" onPointerEnter={() => onPoint(true)} onPointerLeave={() => onPoint(false)}>
      <button
        type="button"
        class="la-row"
        data-label={row.code}
        data-active={active}
        data-digit={digit > 0 ? digit : undefined}
        aria-label={act}
        disabled={disabled}
        onClick={onChoose}
      >
        <Swatch colour={colour} />
        <span class="la-name" title={row.name}>
          {row.name}
        </span>
        <span class={`la-change ${row.change > 0 ? "la-up" : "la-down"}`}>{signed(row.change)}</span>
        <span class="la-count">{count(row.count)}</span>
        <span class="la-digit">{digit > 0 && <kbd>{digit}</kbd>}</span>
      </button>
      <Button
        name={`Select the ${rows} labelled ${row.name}`}
        icon="target"
        disabled={row.count === 0}
        onClick={onSelect}
      />
    </div>
  );
}

export const labelsPanel: Panel = {
  id: "labels",
  title: "Labels",
  Body: Labels,
  badge: (state) => count(state.meta.value.labels.length),
};
