/** One label of the list: a press gives it to the selected rows, the small buttons act on the label itself. */

import type { LabelRow } from "../../state/labels.ts";
import { Button } from "../../ui/button.tsx";
import { count, plural, signed } from "../../ui/format.ts";
import { Swatch } from "../../ui/swatch.tsx";

export interface LabelLineProps {
  readonly row: LabelRow;
  readonly colour: string;
  /** 1 to 9, 0 = none. */
  readonly digit: number;
  readonly active: boolean;
  readonly marked: boolean;
  /** How many rows are selected. */
  readonly selected: number;
  readonly disabled: boolean;
  readonly onChoose: () => void;
  readonly onMark: (range: boolean) => void;
  readonly onPoint: (on: boolean) => void;
  readonly onSelect: () => void;
  readonly onMenu: (line: HTMLElement) => void;
}

export function LabelLine(props: LabelLineProps) {
  const { row, colour, digit, active, marked, selected, disabled, onPoint } = props;
  const rows = plural(row.count, "row");
  const act = selected > 0 ? `Label ${plural(selected, "selected row")} as ${row.name}` : `${row.name}, ${rows}`;
  const isLabel = row.code >= 0;
  const openMenu = (event: Event) => {
    const line = (event.currentTarget as HTMLElement).closest<HTMLElement>(".la-line");
    if (isLabel && line !== null) props.onMenu(line);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the menu has a button too, the pointing is decoration
    <div
      class="la-line"
      data-marked={marked}
      onPointerEnter={() => onPoint(true)}
      onPointerLeave={() => onPoint(false)}
      onContextMenu={(event) => {
        event.preventDefault();
        event.stopPropagation();
        openMenu(event);
      }}
    >
      <button
        type="button"
        class="la-row"
        data-label={row.code}
        data-active={active}
        data-digit={digit > 0 ? digit : undefined}
        aria-label={act}
        aria-pressed={marked ? true : undefined}
        disabled={disabled}
        onClick={(event) => {
          if (isLabel && (event.ctrlKey || event.metaKey || event.shiftKey)) props.onMark(event.shiftKey);
          else props.onChoose();
        }}
      >
        <Swatch colour={colour} />
        <span class="la-name" title={row.name}>
          {row.name}
        </span>
        <span class={`la-change ${row.change > 0 ? "la-up" : "la-down"}`}>{signed(row.change)}</span>
        <span class="la-count">{count(row.count)}</span>
        <span class="la-digit">{digit > 0 && <kbd>{digit}</kbd>}</span>
      </button>
      <span class="la-line-acts">
        <Button
          name={`Select the ${rows} labelled ${row.name}`}
          icon="target"
          disabled={row.count === 0}
          onClick={props.onSelect}
        />
        {isLabel && (
          <button
            type="button"
            class="la-button la-ghost la-bare"
            aria-label={`More for ${row.name}`}
            aria-haspopup="menu"
            data-menu={row.code}
            onClick={openMenu}
          >
            …
          </button>
        )}
      </span>
    </div>
  );
}
