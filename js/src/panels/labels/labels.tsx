/** The labels: find one by typing, give it to the selected rows, see how many rows have it. */

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { inOrder } from "../../state/label_order.ts";
import { colourOf, isNew, type LabelRow, lookalike, matching, nameOf } from "../../state/labels.ts";
import { type Look, toggleHidden } from "../../state/look.ts";
import { NO_ROWS, union } from "../../state/selection.ts";
import { digitOf } from "../../state/slots.ts";
import type { State } from "../../state/state.ts";
import { Button } from "../../ui/button.tsx";
import { count, plural } from "../../ui/format.ts";
import { Icon } from "../../ui/icons.tsx";
import { List } from "../../ui/list.tsx";
import { useActs } from "../../ui/memo.ts";
import { MENU_ITEM_HEIGHT, Menu } from "../../ui/menu.tsx";
import type { Panel, PanelProps } from "../panel.ts";
import { menuOf, tallyOf, tallyWords } from "./acts.ts";
import { MaskBar, OrderChoice } from "./head.tsx";
import { LabelLine, type LineActs } from "./label_line.tsx";
import { keepMarks, type Marks, markUpTo, NO_MARKS, toggleMark } from "./marks.ts";
import { type Act, Sheet, type SheetProps } from "./sheet.tsx";

const ROW_HEIGHT = 30;
const MENU_ITEMS = 8;

/** One line of the list: a label, or the offer to make a new one. */
type Choice = LabelRow | Offer;

interface Offer {
  readonly create: string;
  /** The name of a label that it is much like, or null. */
  readonly like: string | null;
}

const isOffer = (choice: Choice): choice is Offer => "create" in choice;

function offers(state: State, look: Look, typed: string): Choice[] {
  const ordered = inOrder(state.labels.value, look.labelOrder.value, tallyOf(state, look));
  const found: Choice[] = matching(ordered, typed);
  if (!isNew(state.meta.value, typed)) return found;
  return [...found, { create: typed.trim(), like: lookalike(state.labels.value, typed)?.name ?? null }];
}

function Labels(props: PanelProps) {
  const { state, actions, view, look } = props;
  const box = useRef<HTMLDivElement>(null);
  const marks = useSignal<Marks>(NO_MARKS);
  const menu = useSignal<{ readonly code: number; readonly top: number } | null>(null);
  const sheet = useSignal<Pick<SheetProps, "act" | "codes" | "into"> | null>(null);
  const typed = useSignal("");
  const active = useSignal(0);
  const refused = useSignal(false);
  const selected = state.selection.value.rows.length;
  const meaning = `${look.id}-meaning`;
  const readOnly = state.readOnly.value;
  const loading = state.link.value === "loading"; // no count is known, and 0 would be none
  const choices = loading ? [] : offers(state, look, typed.value);
  const tally = tallyOf(state, look);
  const typing = typed.value.trim() !== "";
  const current = Math.min(active.value, choices.length - 1);
  const known = state.labels.value.map(({ code }) => code);
  const marked = keepMarks(marks.value, known).codes;
  const shown = choices.flatMap((choice) => (isOffer(choice) || choice.code < 0 ? [] : [choice.code]));

  /** Opens below its line, or above where the panel ends. */
  const openMenu = (code: number, line: HTMLElement) => {
    const panel = box.current?.getBoundingClientRect();
    if (panel === undefined) return;
    const at = line.getBoundingClientRect();
    const room = panel.height - MENU_ITEMS * MENU_ITEM_HEIGHT - 14;
    menu.value = { code, top: Math.max(0, Math.min(at.bottom - panel.top, room)) };
  };
  const open = (act: Act, codes: readonly number[], into: number | null = null) => {
    sheet.value = { act, codes, into };
  };
  const closeSheet = () => {
    sheet.value = null;
    marks.value = NO_MARKS;
    view.focusMap(); // so that Ctrl-Z is heard
  };
  const closeMenu = () => {
    const code = menu.value?.code;
    menu.value = null;
    box.current?.querySelector<HTMLElement>(`[data-menu="${code}"]`)?.focus();
  };
  const selectLabels = (codes: readonly number[]) => {
    const parts = codes.map((code) => state.rows.withCode(code));
    actions.select({ rows: parts.reduce(union, NO_ROWS), how: "label" });
  };

  const choose = (choice: Choice | undefined) => {
    if (choice === undefined) return;
    const none = state.selection.value.rows.length === 0;
    refused.value = none && !isOffer(choice);
    if (refused.value) return;
    if (none && isOffer(choice)) void actions.operate({ kind: "create", name: choice.create });
    else actions.assign(isOffer(choice) ? choice.create : choice.code);
    typed.value = "";
    active.value = 0;
    view.emphasise(null);
    view.focusMap();
  };

  const acts = useActs<LineActs>({
    choose: (code) => choose(state.labels.value.find((row) => row.code === code)),
    mark: (code, range) => {
      marks.value = range ? markUpTo(marks.value, code, shown) : toggleMark(marks.value, code);
    },
    point: (code, on) => view.emphasise(on ? code : null),
    select: (code) => selectLabels([code]),
    hide: (code) => toggleHidden(look, [code]),
    rename: (code) => open("rename", [code]),
    drop: (code, dropped) => {
      const moved = marked.includes(dropped) ? marked : [dropped];
      open("merge", [...moved.filter((other) => other !== code)], code);
    },
    menu: (code, line) => openMenu(code, line),
  });

  const onKeyDown = (event: KeyboardEvent) => {
    switch (event.key) {
      case "Enter": {
        // read anew: keys may come faster than the page is drawn
        const offered = offers(state, look, typed.value);
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
      case "/":
        if (event.currentTarget instanceof HTMLInputElement && event.currentTarget.value !== "") return;
        break; // asks for the box that one is in already
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="la-panel" ref={box}>
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
        <OrderChoice look={look} />
      </div>
      <MaskBar look={look} />
      <span id={meaning} class="la-sr">
        Give it to {plural(selected, "selected row")}
      </span>
      <List
        name="Labels"
        items={choices}
        rowHeight={ROW_HEIGHT}
        active={typing ? current : -1}
        keyOf={(choice) => (isOffer(choice) ? "create" : choice.code)}
        empty={loading ? null : <p>No label has this name.</p>}
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
                {choice.like !== null && <span class="la-like">, much like “{choice.like}”</span>}
                {selected === 0 && <span class="la-quiet">, no rows yet</span>}
              </span>
            </button>
          ) : (
            <LabelLine
              code={choice.code}
              name={choice.name}
              rows={choice.count}
              change={choice.change}
              colour={colourOf(state.meta.value, choice.code)}
              digit={digitOf(state.slots.value, choice.code)}
              active={typing && i === current}
              marked={marked.includes(choice.code)}
              meaning={selected > 0 ? meaning : undefined}
              disabled={readOnly}
              hidden={look.hidden.value.has(choice.code)}
              alone={look.isolated.value.has(choice.code)}
              tally={tallyWords(look, tally(choice.code))}
              acts={acts}
            />
          )
        }
      />
      {menu.value !== null && (
        <Menu
          name={`Acts on ${nameOf(state.meta.value.labels, menu.value.code)}`}
          items={menuOf(menu.value.code, props, open, selectLabels)}
          top={menu.value.top}
          onClose={closeMenu}
        />
      )}
      {marked.length > 0 && sheet.value === null && (
        <div class="la-marked" role="status">
          <span>
            <b>{plural(marked.length, "label")}</b> marked
          </span>
          <Button name="Select their rows" icon="target" onClick={() => selectLabels(marked)} />
          <Button name="Merge them" kind="plain" disabled={readOnly} onClick={() => open("merge", marked)}>
            Merge…
          </Button>
          <Button
            name="Take the marks away"
            icon="close"
            onClick={() => {
              marks.value = NO_MARKS;
            }}
          />
        </div>
      )}
      {sheet.value !== null && (
        <Sheet
          key={`${sheet.value.act} ${sheet.value.codes.join()}`}
          {...props}
          {...sheet.value}
          onClose={closeSheet}
        />
      )}
      {refused.value && selected === 0 && (
        <p class="la-hint" role="status">
          Select points first: draw around them on the map.
        </p>
      )}
    </div>
  );
}

export const labelsPanel: Panel = {
  id: "labels",
  title: "Labels",
  Body: Labels,
  badge: (state) => count(state.meta.value.labels.length - (state.meta.value.retired?.length ?? 0)),
};
