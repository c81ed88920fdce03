/** The label of a row, and the field in which another one is typed. */

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { colourOf, isNew, matching, nameOf } from "../../state/labels.ts";
import type { State } from "../../state/state.ts";
import { Swatch } from "../../ui/swatch.tsx";

const MOST_OFFERS = 8;

interface LabelTagProps {
  readonly state: State;
  /** The label now and at first, as codes. */
  readonly code: number;
  readonly original: number;
}

export function LabelTag({ state, code, original }: LabelTagProps) {
  const { labels } = state.meta.value;
  const title = code === original ? nameOf(labels, code) : `${nameOf(labels, code)}, was ${nameOf(labels, original)}`;
  return (
    <span class="la-tag" data-edited={code !== original} title={title}>
      <Swatch colour={colourOf(state.meta.value, code)} />
      <span class="la-name">{nameOf(labels, code)}</span>
    </span>
  );
}

/** The labels that a typed text may mean, as codes, and the text itself where it would be a new one. */
function offersFor(state: State, typed: string): (number | string)[] {
  const text = typed.trim();
  const offers: (number | string)[] = matching(state.labels.value, text)
    .slice(0, MOST_OFFERS)
    .map(({ code }) => code);
  return isNew(state.meta.value, text) ? [...offers, text] : offers;
}

interface LabelFieldProps {
  readonly state: State;
  readonly row: number;
  /** A code or a name as typed. */
  readonly onTake: (label: number | string) => void;
  readonly onLeave: () => void;
}

export function LabelField({ state, row, onTake, onLeave }: LabelFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const typed = useSignal("");
  const active = useSignal(0);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (field.current !== null && list.current !== null) place(list.current, field.current);
  });
  const offers = offersFor(state, typed.value);
  const current = Math.min(active.value, offers.length - 1);
  const name = (offer: number | string) => (typeof offer === "string" ? offer : nameOf(state.meta.value.labels, offer));
  const onKeyDown = (event: KeyboardEvent) => {
    const now = offersFor(state, typed.value); // keys may come faster than the page is drawn
    const offer = now[Math.min(active.value, now.length - 1)];
    if (event.key === "ArrowDown") active.value = Math.min(offers.length - 1, current + 1);
    else if (event.key === "ArrowUp") active.value = Math.max(0, current - 1);
    else if (event.key === "Escape") onLeave();
    else if (event.key === "Enter" && !event.isComposing && offer !== undefined) onTake(offer);
    else return event.stopPropagation(); // a letter of a name is no command
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="la-cell-edit">
      <input
        ref={field}
        type="text"
        class="la-text"
        role="combobox"
        aria-label={`Label of row ${row}`}
        aria-expanded="true"
        aria-autocomplete="list"
        placeholder={nameOf(state.meta.value.labels, state.rows.codes[row] ?? -1)}
        spellcheck={false}
        autocomplete="off"
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          active.value = 0;
        }}
        onKeyDown={onKeyDown}
        onBlur={onLeave}
      />
      <div ref={list} class="la-offers" role="listbox" aria-label="Labels">
        {offers.map((offer, i) => (
          <button
            key={offer}
            type="button"
            role="option"
            class="la-row"
            tabIndex={-1}
            aria-selected={i === current}
            data-active={i === current}
            onPointerDown={(event) => event.preventDefault()} // the field keeps the focus until the press is over
            onClick={() => onTake(offer)}
          >
            {typeof offer === "number" ? <Swatch colour={colourOf(state.meta.value, offer)} /> : null}
            <span class="la-name">
              {typeof offer === "string" && "New label "}
              {name(offer)}
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}

/** Puts the offers below the field, or above it where the view ends: free of the table, which would cut them off. */
function place(list: HTMLElement, field: HTMLElement): void {
  const view = field.closest(".la-root")?.getBoundingClientRect();
  if (view === undefined) return;
  const at = field.getBoundingClientRect();
  const below = at.bottom + list.offsetHeight < view.bottom;
  list.style.left = `${at.left - view.left}px`;
  list.style.top = `${(below ? at.bottom : at.top - list.offsetHeight) - view.top}px`;
}
