/** What stands over the list of labels: its order, and that some of them are hidden or shown alone. */

import type { LabelOrder } from "../../state/label_order.ts";
import { type Look, showAll } from "../../state/look.ts";
import { Button } from "../../ui/button.tsx";
import { plural } from "../../ui/format.ts";
import { Icon } from "../../ui/icons.tsx";

const ORDERS: readonly (readonly [LabelOrder, string])[] = [
  ["given", "as they came"],
  ["count", "most rows"],
  ["name", "name"],
  ["edited", "most edited"],
  ["suspects", "most suspects"],
];

export function OrderChoice({ look }: { look: Look }) {
  return (
    <select
      class="la-select la-order"
      aria-label="Order of the labels"
      title="Order of the labels"
      value={look.labelOrder.value}
      onChange={(event) => {
        const chosen = ORDERS.find(([order]) => order === event.currentTarget.value);
        if (chosen !== undefined) look.labelOrder.value = chosen[0];
      }}
    >
      {ORDERS.map(([order, words]) => (
        <option key={order} value={order}>
          {words}
        </option>
      ))}
    </select>
  );
}

export function MaskBar({ look }: { look: Look }) {
  if (!look.masked.value) return null;
  const [hidden, alone] = [look.hidden.value.size, look.isolated.value.size];
  const parts = [
    ...(alone > 0 ? [`only ${plural(alone, "label")} in colour`] : []),
    ...(hidden > 0 ? [`${plural(hidden, "label")} hidden`] : []),
  ];
  return (
    <div class="la-mask" role="status">
      <Icon name="hidden" />
      <span>{parts.join(", ")}</span>
      <Button name="Show all labels" kind="plain" onClick={() => showAll(look)}>
        Show all
      </Button>
    </div>
  );
}
