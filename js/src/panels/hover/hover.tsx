/** The card beside the row under the pointer: its label at once, its content as soon as the kernel has told it. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { colourOf, nameOf } from "../../state/labels.ts";
import type { Cells } from "../../state/row_actions.ts";
import { Swatch } from "../../ui/swatch.tsx";
import { Field } from "../field.tsx";
import type { PanelProps } from "../panel.ts";

/** The pointer rests so long, in ms, before the kernel is asked: a sweep over the map asks nothing. */
const REST_MS = 40;
const CARD_WIDTH = 232;
const EDGE = 6; // CSS pixels that the card keeps from the edge of the map

export interface Hovered {
  readonly row: number;
  /** Where the row is drawn, CSS pixels. */
  readonly x: number;
  readonly y: number;
  /** The size of the map. */
  readonly width: number;
  readonly height: number;
}

export function HoverCard({ state, actions, at }: Pick<PanelProps, "state" | "actions"> & { at: Hovered }) {
  const cells = useSignal<Cells | null>(null);
  const content = state.content.value;
  const { row } = at;
  useEffect(() => {
    const stop = new AbortController();
    cells.value = null;
    const timer = setTimeout(() => {
      void actions.rows.describe(Uint32Array.of(row), null, stop.signal).then(() => {
        if (!stop.signal.aborted) cells.value = actions.rows.peek(row, null);
      });
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [row, actions, cells, content]);

  state.version.value; // the label may change under the pointer
  const { labels } = state.meta.value;
  const code = state.rows.codes[row] ?? -1;
  const original = state.rows.original[row] ?? -1;
  const media = cells.value?.filter(({ url }) => url !== null) ?? [];
  const texts = cells.value?.filter(({ url }) => url === null) ?? [];
  return (
    <div class="la-card" style={placeOf(at)} data-row={row}>
      {media.map((cell) => (
        <Field key={cell.name} cell={cell} playing />
      ))}
      <div class="la-card-head">
        <Swatch colour={colourOf(state.meta.value, code)} />
        <b class="la-name">{nameOf(labels, code)}</b>
        <span class="la-number">row {row}</span>
      </div>
      {original !== code && <div class="la-quiet">was {nameOf(labels, original)}</div>}
      {texts.length > 0 && (
        <dl>
          {texts.map((cell) => (
            <div key={cell.name}>
              <dt>{cell.name}</dt>
              <dd data-missing={cell.text === null}>
                <Field cell={cell} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

/** Right and below the row where there is room, else on the other side; as high as there is room. */
function placeOf({ x, y, width, height }: Hovered) {
  const gap = 14;
  const left = x + gap + CARD_WIDTH > width ? { right: `${width - x + gap}px` } : { left: `${x + gap}px` };
  const above = y > height * 0.55;
  const room = { maxHeight: `${Math.round((above ? y : height - y) - gap - EDGE)}px` };
  return above ? { ...left, ...room, bottom: `${height - y + gap}px` } : { ...left, ...room, top: `${y + gap}px` };
}
