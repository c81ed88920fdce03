/** The panels beside the map, in the order of their tabs. A new one is a folder here and a line below. */

import { conflictsPanel } from "./conflicts/conflicts.tsx";
import { filterPanel } from "./filter/filter.tsx";
import { galleryPanel } from "./gallery/gallery.tsx";
import { historyPanel } from "./history/history.tsx";
import { labelsPanel } from "./labels/labels.tsx";
import type { Panel } from "./panel.ts";
import { peoplePanel } from "./people/people.tsx";
import { reviewPanel } from "./review/review.tsx";
import { shiftPanel } from "./shift/shift.tsx";
import { tablePanel } from "./table/table.tsx";

export const PANELS: readonly Panel[] = [
  labelsPanel,
  filterPanel,
  reviewPanel,
  shiftPanel,
  historyPanel,
  peoplePanel,
  conflictsPanel,
];

/** The panels below the map. */
export const DOCKED: readonly Panel[] = [tablePanel, galleryPanel];
