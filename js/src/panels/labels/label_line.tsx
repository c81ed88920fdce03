/** One label of the list: a press gives it to the selected rows, the small buttons act on the label itself. */

import type { LabelRow } from "../../state/labels.ts";
import { Button } from "../../ui/button.tsx";
import { count, plural } from "../../ui/format.ts";
import { Icon } from "../../ui/icons.tsx";
import { Swatch } from "../../ui/swatch.tsx";
import { dragOf } from "./drag.ts";

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
  readonly hidden: boolean;
  /** Whether it is one of those that are shown alone. */
  readonly alone: boolean;
  /** What the order of the list counts, where that is not the rows. */
  readonly tally: string;
  readonly onChoose: () => void;
  readonly onMark: (range: boolean) => void;
  readonly onPoint: (on: boolean) => void;
  readonly onSelect: () => void;
  readonly onHide: () => void;
  readonly onRename: () => void;
  /** A label was dropped on this one. */
  readonly onDrop: (dropped: number) => void;
  readonly onMenu: (line: HTMLElement) => void;
}

export function LabelLine(props: LabelLineProps) {
  const { row, colour, digit, active, marked, selected, disabled, hidden, onPoint } = props;
  const rows = plural(row.count, "row");
  const before = row.count - row.change;
  // what is seen, in its order, is a part of what is said: who speaks to the page says what is seen
  const said = [
    digit > 0 ? `Key ${digit}: ${row.name}` : row.name,
    ...(props.tally === "" ? [] : [props.tally]),
    row.change === 0 ? rows : `${count(before)} → ${rows}`,
  ].join(", ");
  const act = selected > 0 ? `${said}. Give it to ${plural(selected, "selected row")}` : said;
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
      data-hidden={hidden}
      data-alone={props.alone}
      {...(isLabel && !disabled ? dragOf(row.code, props.onDrop) : {})}
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
        onKeyDown={(event) => {
          if (event.key !== "F2" || !isLabel) return;
          props.onRename();
          event.preventDefault();
          event.stopPropagation();
        }}
        onClick={(event) => {
          if (isLabel && (event.ctrlKey || event.metaKey || event.shiftKey)) props.onMark(event.shiftKey);
          else props.onChoose();
        }}
      >
        <span class="la-digit">{digit > 0 && <kbd>{digit}</kbd>}</span> <Swatch colour={colour} />
        <span class="la-name" title={row.name}>
          {row.name}
        </span>{" "}
        {props.tally !== "" && <span class="la-tally">{props.tally}</span>}{" "}
        {row.change === 0 ? (
          <span class="la-count">{count(row.count)}</span>
        ) : (
          <span class="la-count" title={`${plural(before, "row")} at first, ${count(row.count)} now`}>
            {count(before)} <span class="la-arrow">→</span>{" "}
            <b class={row.change > 0 ? "la-up" : "la-down"}>{count(row.count)}</b>
          </span>
        )}
      </button>
      {hidden && <Icon name="hidden" />}
      <span class="la-line-acts">
        <Button
          name={hidden ? `Show ${row.name} on the map` : `Hide ${row.name} on the map`}
          icon={hidden ? "hidden" : "eye"}
          onClick={props.onHide}
        />
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
