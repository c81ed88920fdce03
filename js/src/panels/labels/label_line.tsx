/** One label of the list: a press gives it to the selected rows, the small buttons act on the label itself. */

import { Button } from "../../ui/button.tsx";
import { count, plural } from "../../ui/format.ts";
import { Icon } from "../../ui/icons.tsx";
import { memo } from "../../ui/memo.ts";
import { Swatch } from "../../ui/swatch.tsx";
import { dragOf } from "./drag.ts";

/** What a line asks for; `code` says which line. */
export interface LineActs extends Record<string, (code: number, ...given: never[]) => void> {
  choose(code: number): void;
  mark(code: number, range: boolean): void;
  point(code: number, on: boolean): void;
  select(code: number): void;
  hide(code: number): void;
  rename(code: number): void;
  /** A label was dropped on this one. */
  drop(code: number, dropped: number): void;
  menu(code: number, line: HTMLElement): void;
}

export interface LabelLineProps {
  readonly code: number;
  readonly name: string;
  /** Rows now, and now less at first. */
  readonly rows: number;
  readonly change: number;
  readonly colour: string;
  /** 1 to 9, 0 = none. */
  readonly digit: number;
  readonly active: boolean;
  readonly marked: boolean;
  /** The id of what says to which rows a press gives the label; undefined = none are selected. */
  readonly meaning: string | undefined;
  readonly disabled: boolean;
  readonly hidden: boolean;
  /** Whether it is one of those that are shown alone. */
  readonly alone: boolean;
  /** What the order of the list counts, where that is not the rows. */
  readonly tally: string;
  readonly acts: LineActs;
}

/** After an edit only the lines of the labels that it touched are drawn anew. */
export const LabelLine = memo((props: LabelLineProps) => {
  const { code, name, change, colour, digit, active, marked, disabled, hidden, acts } = props;
  const rows = plural(props.rows, "row");
  const before = props.rows - change;
  // what is seen, in its order, is a part of what is said: who speaks to the page says what is seen
  const said = [
    digit > 0 ? `Key ${digit}: ${name}` : name,
    ...(props.tally === "" ? [] : [props.tally]),
    change === 0 ? rows : `${count(before)} → ${rows}`,
  ].join(", ");
  const isLabel = code >= 0;
  const openMenu = (event: Event) => {
    const line = (event.currentTarget as HTMLElement).closest<HTMLElement>(".la-line");
    if (isLabel && line !== null) acts.menu(code, line);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the menu has a button too, the pointing is decoration
    <div
      class="la-line"
      data-marked={marked}
      data-hidden={hidden}
      data-alone={props.alone}
      {...(isLabel && !disabled ? dragOf(code, (dropped) => acts.drop(code, dropped)) : {})}
      onPointerEnter={() => acts.point(code, true)}
      onPointerLeave={() => acts.point(code, false)}
      onContextMenu={(event) => {
        event.preventDefault();
        event.stopPropagation();
        openMenu(event);
      }}
    >
      <button
        type="button"
        class="la-row"
        data-label={code}
        data-active={active}
        data-digit={digit > 0 ? digit : undefined}
        aria-label={said}
        aria-describedby={props.meaning}
        aria-pressed={marked ? true : undefined}
        disabled={disabled}
        onKeyDown={(event) => {
          if (event.key !== "F2" || !isLabel) return;
          acts.rename(code);
          event.preventDefault();
          event.stopPropagation();
        }}
        onClick={(event) => {
          if (isLabel && (event.ctrlKey || event.metaKey || event.shiftKey)) acts.mark(code, event.shiftKey);
          else acts.choose(code);
        }}
      >
        <span class="la-digit">{digit > 0 && <kbd>{digit}</kbd>}</span> <Swatch colour={colour} />
        <span class="la-name" title={name}>
          {name}
        </span>{" "}
        {props.tally !== "" && <span class="la-tally">{props.tally}</span>}{" "}
        {change === 0 ? (
          <span class="la-count">{count(props.rows)}</span>
        ) : (
          <span class="la-count" title={`${plural(before, "row")} at first, ${count(props.rows)} now`}>
            {count(before)} <span class="la-arrow">→</span>{" "}
            <b class={change > 0 ? "la-up" : "la-down"}>{count(props.rows)}</b>
          </span>
        )}
      </button>
      {hidden && <Icon name="hidden" />}
      <span class="la-line-acts">
        <Button
          name={hidden ? `Show ${name} on the map` : `Hide ${name} on the map`}
          icon={hidden ? "hidden" : "eye"}
          onClick={() => acts.hide(code)}
        />
        <Button
          name={`Select the ${rows} labelled ${name}`}
          icon="target"
          disabled={props.rows === 0}
          onClick={() => acts.select(code)}
        />
        {isLabel && (
          <button
            type="button"
            class="la-button la-ghost la-bare"
            aria-label={`More for ${name}`}
            aria-haspopup="menu"
            data-menu={code}
            onClick={openMenu}
          >
            …
          </button>
        )}
      </span>
    </div>
  );
});
