/**
 * A page with one view over the fake kernel, to look at and to drive by mouse: `npm run harness`. `?n=1000000&digits` or `labels=77` sets the
 * data, `&trouble` adds conflicts and a notice, `&domain` two months, `&pictures` a column of them, `&ugly` names that are hard
 * to show, `&same` puts all rows on one spot.
 */

import widget from "../../src/index.ts";
import { makeData } from "./data.ts";
import { FakeKernel } from "./fake_kernel.ts";
import { UGLY } from "./ugly.ts";

const query = new URLSearchParams(location.search);
const n = Number(query.get("n") ?? 1797);
const many = Number(query.get("labels") ?? 0);
const names = query.has("digits")
  ? Array.from({ length: 10 }, (_, digit) => String(digit))
  : many > 0
    ? Array.from({ length: many }, (_, i) => `label ${i}`)
    : query.has("ugly")
      ? [...UGLY]
      : [
          "refund",
          "card lost",
          "transfer failed",
          "top up",
          "exchange rate",
          "cash withdrawal",
          "identity",
          "new card",
          "fees",
          "other",
        ];
const data = makeData(n, names);
if (query.has("same")) data.xy.fill(2);
const kernel = new FakeKernel(data, query.has("domain") ? { domain: "month" } : {});
if (query.has("ugly")) {
  kernel.content.columns = UGLY.map((name) => ({ name, type: "text", label: false }));
  kernel.content.shown = [...UGLY];
}
if (query.has("pictures")) {
  kernel.content.columns.unshift({ name: "picture", type: "image", label: false });
  kernel.content.shown.unshift("picture");
}
kernel.refuse = new Set(["x"]);
if (query.has("trouble")) {
  const reasons = ["label", "content", "missing", "type"] as const;
  kernel.conflicts = Array.from({ length: 9 }, (_, i) => ({
    key: `customer-${1000 + 37 * i}`,
    row: i % 4 === 2 ? -1 : 11 * i,
    frame: i % 4 === 2 ? "" : (names[i % names.length] ?? ""),
    journal: names[(i + 3) % names.length] ?? "",
    reason: reasons[i % 4] ?? "label",
  }));
  kernel.people = { authors: ["ada", "bob", "cy"], differ: Uint32Array.of(3, 50, 51, 52, 90) };
  kernel.notices = [
    { gesture: 7, at: new Date().toISOString(), author: "bob", action: "relabel", rows: 3, labels: [names[1] ?? ""] },
  ];
  kernel.tellStatus();
}
const made = widget();
const close = made.initialize({ model: kernel.model });
const mounts = Array.from(document.querySelectorAll<HTMLElement>("[data-view-here]"), (el) =>
  made.render({ model: kernel.model, el }),
);
Object.assign(window, { kernel, data, made, mounts, close, ready: true });
