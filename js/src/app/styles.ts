/** The style sheets of the view, joined: the common one first, then those of single panels. */

import filter from "../panels/filter/filter.css";
import help from "../panels/help/help.css";
import labels from "../panels/labels/labels.css";
import legend from "../panels/legend/legend.css";
import review from "../panels/review/review.css";
import shift from "../panels/shift/shift.css";
import table from "../panels/table/table.css";
import theme from "../ui/theme.css";

export const STYLES = [theme, filter, help, labels, legend, review, shift, table].join("\n");
