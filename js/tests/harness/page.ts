/** A page with one view over the fake kernel, to look at and to drive by mouse: `npm run harness`. `?n=1000000&digits` sets the data. */

import widget from "../../src/index.ts";
import { makeData } from "./data.ts";
import { FakeKernel } from "./fake_kernel.ts";

const query = new URLSearchParams(location.search);
const n = Number(query.get("n") ?? 1797);
const names = query.has("digits")
  ? Array.from({ length: 10 }, (_, digit) => String(digit))
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
const kernel = new FakeKernel(data);
kernel.refuse = new Set(["x"]);
const made = widget();
const close = made.initialize({ model: kernel.model });
const mounts = Array.from(document.querySelectorAll<HTMLElement>("[data-view-here]"), (el) =>
  made.render({ model: kernel.model, el }),
);
Object.assign(window, { kernel, data, made, mounts, close, ready: true });
