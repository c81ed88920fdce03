/** The sheet under the list in which an act on one label or several is completed: renamed, merged, deleted or coloured. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { codeOf, colourOf, type LabelRow, matching, nameOf } from "../../state/labels.ts";
import { type PlannedOperation, renaming } from "../../state/operations.ts";
import { Button } from "../../ui/button.tsx";
import { count, plural } from "../../ui/format.ts";
import { Icon } from "../../ui/icons.tsx";
import { Swatch } from "../../ui/swatch.tsx";
import { Confirm } from "../confirm.tsx";
import type { PanelProps } from "../panel.ts";

export type Act = "rename" | "merge" | "delete" | "colour";

const TITLES: Record<Act, string> = { rename: "Rename", merge: "Merge into", delete: "Delete", colour: "Colour of" };
/** A merge offers at most so many labels at once; typing finds the others. */
const MOST_TARGETS = 40;
const MOST_SWATCHES = 20;

export interface SheetProps extends PanelProps {
  readonly act: Act;
  readonly codes: readonly number[];
  /** The label to merge into, when it is known already; else null. */
  readonly into: number | null;
  readonly onClose: () => void;
}

export function Sheet(props: SheetProps) {
  const { state, act, codes, onClose } = props;
  const [first = -1] = codes;
  const what = codes.length === 1 ? nameOf(state.meta.value.labels, first) : plural(codes.length, "label");
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const control = form.current?.querySelector<HTMLElement>("input, [type=submit]:not([disabled]), button");
    control?.focus();
    if (control instanceof HTMLInputElement && control.type === "text") control.select();
  }, []);
  return (
    <form
      ref={form}
      class="la-sheet"
      aria-label={`${TITLES[act]} ${what}`}
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        onClose();
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <div class="la-sheet-head">
        <b>{act === "merge" ? "Merge" : TITLES[act]}</b>
        {codes.slice(0, 3).map((code) => (
          <span key={code} class="la-tag">
            <Swatch colour={colourOf(state.meta.value, code)} />
            <span class="la-name">{nameOf(state.meta.value.labels, code)}</span>
          </span>
        ))}
        {codes.length > 3 && <span class="la-quiet">and {codes.length - 3} more</span>}
      </div>
      <Part {...props} />
    </form>
  );
}

function Part(props: SheetProps) {
  switch (props.act) {
    case "rename":
      return <RenamePart {...props} />;
    case "merge":
      return <MergePart {...props} />;
    case "delete":
      return <DeletePart {...props} />;
    case "colour":
      return <ColourPart {...props} />;
  }
}

function RenamePart({ state, actions, codes, onClose }: SheetProps) {
  const [label = -1] = codes;
  const meta = state.meta.value;
  const typed = useSignal(nameOf(meta.labels, label));
  const operation = renaming(meta, label, typed.value);
  return (
    <>
      <TextInput name="New name" value={typed.value} onInput={(text) => (typed.value = text)} />
      <Confirm
        actions={actions}
        names={meta}
        operation={operation}
        guess={rowsOf(state.labels.value, codes)}
        before={plural(rowsOf(state.labels.value, codes), "row")}
        verb="Rename"
        disabled={state.readOnly.value}
        onDone={onClose}
        onCancel={onClose}
      />
    </>
  );
}

function MergePart({ state, actions, codes, into: given, onClose }: SheetProps) {
  const meta = state.meta.value;
  const typed = useSignal(given === null ? "" : nameOf(meta.labels, given));
  const chosen = useSignal<number | string | null>(given);
  const single = codes.length === 1;
  const found = matching(state.labels.value, typed.value).filter(
    ({ code }) => code >= 0 && !(single && code === codes[0]),
  );
  const text = typed.value.trim();
  const fresh = text !== "" && codeOf(meta, text) < 0 ? text : null;
  const into = chosen.value;
  const operation: PlannedOperation | null = into === null ? null : { kind: "merge", labels: [...codes], into };
  const guess = rowsOf(
    state.labels.value,
    codes.filter((code) => code !== into),
  );
  const choose = (target: number | string | undefined) => {
    if (target !== undefined) chosen.value = target;
  };
  return (
    <>
      <TextInput
        name="Label to merge into"
        placeholder="Find a label"
        value={typed.value}
        onInput={(value) => {
          typed.value = value;
          chosen.value = null;
        }}
        onEnter={() => {
          if (chosen.value !== null) return false; // the second Enter confirms
          choose(found[0]?.code ?? fresh ?? undefined);
          return true;
        }}
      />
      <div class="la-targets" role="listbox" aria-label="Labels to merge into">
        {found.slice(0, MOST_TARGETS).map((row) => (
          <button
            key={row.code}
            type="button"
            role="option"
            class="la-row"
            aria-selected={row.code === into}
            data-active={row.code === into}
            onClick={() => choose(row.code)}
          >
            <Swatch colour={colourOf(meta, row.code)} />
            <span class="la-name">{row.name}</span>
            <span class="la-count">{count(row.count)}</span>
          </button>
        ))}
        {fresh !== null && (
          <button
            type="button"
            role="option"
            class="la-row la-create"
            aria-selected={fresh === into}
            data-active={fresh === into}
            onClick={() => choose(fresh)}
          >
            <Icon name="add" />
            <span class="la-name">
              New label <b>{fresh}</b>
            </span>
          </button>
        )}
      </div>
      <Confirm
        actions={actions}
        names={meta}
        operation={operation}
        guess={guess}
        before={`${plural(rowsOf(state.labels.value, codes), "row")}: into which label?`}
        verb="Merge"
        disabled={state.readOnly.value}
        onDone={onClose}
        onCancel={onClose}
      />
    </>
  );
}

function DeletePart({ state, actions, codes, onClose }: SheetProps) {
  const [label = -1] = codes;
  return (
    <Confirm
      actions={actions}
      names={state.meta.value}
      operation={{ kind: "delete", label }}
      guess={rowsOf(state.labels.value, codes)}
      before=""
      verb="Delete"
      disabled={state.readOnly.value}
      onDone={onClose}
      onCancel={onClose}
    />
  );
}

function ColourPart({ state, actions, codes, onClose }: SheetProps) {
  const [label = -1] = codes;
  const meta = state.meta.value;
  const now = colourOf(meta, label).toLowerCase();
  const swatches = [...new Set(meta.palette.map((colour) => colour.toLowerCase()))].slice(0, MOST_SWATCHES);
  const take = (colour: string) => {
    if (colour !== now) void actions.operate({ kind: "recolour", label, colour });
  };
  return (
    <>
      <div class="la-swatches">
        {swatches.map((colour) => (
          <button
            key={colour}
            type="button"
            class="la-swatch-button"
            aria-label={`Colour ${colour}`}
            aria-pressed={colour === now}
            disabled={state.readOnly.value}
            style={{ background: colour }}
            onClick={() => take(colour)}
          />
        ))}
        <input
          type="color"
          aria-label="Any colour"
          value={/^#[0-9a-f]{6}$/.test(now) ? now : "#808080"}
          disabled={state.readOnly.value}
          onChange={(event) => take(event.currentTarget.value.toLowerCase())}
        />
      </div>
      <div class="la-sheet-end">
        <Button name="Done" kind="plain" onClick={onClose}>
          Done
        </Button>
      </div>
    </>
  );
}

interface TextInputProps {
  readonly name: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly onInput: (text: string) => void;
  /** Says whether Enter was taken; else it confirms the sheet. */
  readonly onEnter?: () => boolean;
}

function TextInput({ name, value, placeholder = "", onInput, onEnter }: TextInputProps): ComponentChildren {
  return (
    <input
      type="text"
      class="la-text"
      aria-label={name}
      placeholder={placeholder}
      spellcheck={false}
      autocomplete="off"
      value={value}
      onInput={(event) => onInput(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        if (event.isComposing || onEnter?.() === true) event.preventDefault();
      }}
    />
  );
}

function rowsOf(labels: readonly LabelRow[], codes: readonly number[]): number {
  return labels.reduce((sum, row) => sum + (codes.includes(row.code) ? row.count : 0), 0);
}
