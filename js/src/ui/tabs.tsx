/** Tabs in a row: the arrow keys walk them, and the tab that is walked to is the open one. */

import type { ComponentChildren } from "preact";
import { placeAfter } from "./menu.tsx";

export interface Tab {
  readonly id: string;
  readonly title: string;
  readonly badge?: string | null;
}

interface TabsProps {
  readonly name: string;
  readonly tabs: readonly Tab[];
  readonly open: string;
  /** The id of the element that shows the open one. */
  readonly controls: string;
  /** More of what it looks like. */
  readonly look?: string;
  readonly onOpen: (id: string) => void;
}

/** A row of tabs has its keys from left to right. */
const ALONG: Record<string, string> = { ArrowRight: "ArrowDown", ArrowLeft: "ArrowUp", Home: "Home", End: "End" };

export function Tabs({ name, tabs, open, controls, look = "la-tabs", onOpen }: TabsProps): ComponentChildren {
  return (
    <div
      class={look}
      role="tablist"
      aria-label={name}
      onKeyDown={(event) => {
        const at = tabs.findIndex(({ id }) => id === open);
        const next = placeAfter(ALONG[event.key] ?? "", at, tabs.length);
        const tab = next === null ? undefined : tabs[next];
        if (next === null || tab === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        event.stopPropagation(); // else the map would be panned
        const button = event.currentTarget.children[next];
        if (button instanceof HTMLElement) button.focus();
        onOpen(tab.id);
      }}
    >
      {tabs.map(({ id, title, badge = null }) => (
        <button
          key={id}
          type="button"
          role="tab"
          class="la-tab"
          data-panel={id}
          aria-selected={id === open}
          aria-controls={controls}
          tabIndex={id === open ? 0 : -1}
          onClick={() => onOpen(id)}
        >
          {title}
          {badge !== null && <span class="la-badge">{badge}</span>}
        </button>
      ))}
    </div>
  );
}
