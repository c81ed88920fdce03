/** One line of the table. It is drawn anew only when something of it changes: of a table that scrolls, only the new lines are. */

import type { Cells } from "../../state/row_actions.ts";
import type { State } from "../../state/state.ts";
import { memo } from "../../ui/memo.ts";
import { Field } from "../field.tsx";
import { LabelField, LabelTag } from "./label_cell.tsx";

export interface LineProps {
  readonly state: State;
  readonly id: string;
  readonly row: number;
  /** The line's place in the list, from 0. */
  readonly at: number;
  /** Where it stands in the scroll area, CSS pixels. */
  readonly top: number;
  /** The row's label now and at first, as codes. */
  readonly code: number;
  readonly original: number;
  readonly columns: readonly string[];
  /** Null = on their way. */
  readonly cells: Cells | null;
  readonly selected: boolean;
  /** Whether it has the keys. */
  readonly current: boolean;
  /** What a typed label of it goes to, and who hears that none is typed; null = no label is typed in this line. */
  readonly editing: { take(label: number | string, row: number): void; leave(): void } | null;
}

export const Line = memo((props: LineProps) => {
  const { state, row, at, columns, cells, editing } = props;
  return (
    <div
      id={props.id}
      class="la-table-row"
      role="row"
      data-row={row}
      data-line={at}
      data-current={props.current}
      aria-rowindex={at + 2}
      aria-selected={props.selected}
      style={{ top: `${props.top}px` }}
    >
      <span role="gridcell" class="la-number">
        {row}
      </span>
      <span role="gridcell" class="la-label-cell">
        {editing === null ? (
          <LabelTag state={state} code={props.code} original={props.original} />
        ) : (
          <LabelField state={state} row={row} onTake={(label) => editing.take(label, row)} onLeave={editing.leave} />
        )}
      </span>
      {columns.map((name, column) => {
        const cell = cells?.[column];
        return (
          <span key={name} role="gridcell">
            {cell === undefined ? (
              <i class="la-waiting" aria-hidden="true" />
            ) : cell.kind === "text" && cell.text !== null && cell.url === null ? (
              cell.text // most cells: nothing but text
            ) : (
              <Field cell={cell} />
            )}
          </span>
        );
      })}
    </div>
  );
});
