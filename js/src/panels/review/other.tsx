/** Another label than the two in question, by typing a part of it. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { colourOf, isNew, matching } from "../../state/labels.ts";
import { Icon } from "../../ui/icons.tsx";
import { Swatch } from "../../ui/swatch.tsx";
import type { PanelProps } from "../panel.ts";

const MOST = 6;

interface OtherProps extends PanelProps {
  readonly onChoose: (label: number | string) => void;
  readonly onCancel: () => void;
}

export function Other({ state, onChoose, onCancel }: OtherProps) {
  const field = useRef<HTMLInputElement>(null);
  const typed = useSignal("");
  const active = useSignal(0);
  useEffect(() => field.current?.focus(), []);

  const offers = () => {
    const text = typed.value.trim();
    const found: (number | string)[] = matching(state.labels.value, text)
      .filter(({ code }) => code >= 0)
      .slice(0, MOST)
      .map(({ code }) => code);
    return isNew(state.meta.value, text) ? [...found, text] : found;
  };
  const shown = offers();
  const current = Math.min(active.value, shown.length - 1);

  const onKeyDown = (event: KeyboardEvent) => {
    switch (event.key) {
      case "Enter": {
        const chosen = offers()[Math.max(0, Math.min(active.value, shown.length - 1))];
        if (event.isComposing || chosen === undefined) return;
        onChoose(chosen);
        break;
      }
      case "ArrowDown":
        active.value = Math.min(shown.length - 1, current + 1);
        break;
      case "ArrowUp":
        active.value = Math.max(0, current - 1);
        break;
      case "Escape":
        onCancel();
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="la-other">
      <div class="la-search">
        <Icon name="search" />
        <input
          ref={field}
          type="text"
          aria-label="Another label for the row"
          placeholder="It is…"
          spellcheck={false}
          autocomplete="off"
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
            active.value = 0;
          }}
          onKeyDown={onKeyDown}
        />
        <kbd>Esc</kbd>
      </div>
      {shown.map((label, i) => {
        const name = typeof label === "string" ? label : (state.meta.value.labels[label] ?? "");
        return (
          <button
            key={label}
            type="button"
            class="la-row"
            data-active={i === current}
            aria-label={typeof label === "string" ? `New label ${name}` : name}
            onClick={() => onChoose(label)}
          >
            {typeof label === "string" ? <Icon name="add" /> : <Swatch colour={colourOf(state.meta.value, label)} />}
            <span class="la-name">{name}</span>
          </button>
        );
      })}
    </div>
  );
}
