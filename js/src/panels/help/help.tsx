/** The keys, in words: opened by "?" or by its button. */

import { useEffect, useRef } from "preact/hooks";
import { Button } from "../../ui/button.tsx";

type Line = readonly [keys: readonly string[], what: string];

const GROUPS: readonly (readonly [string, readonly Line[]])[] = [
  [
    "Label",
    [
      [["1", "…", "9"], "give the label with this digit to the selected rows"],
      [["/"], "type the name of any label"],
      [["Ctrl Z"], "undo"],
      [["Ctrl Shift Z"], "redo"],
    ],
  ],
  [
    "Review",
    [
      [["A"], "accept the suggestion"],
      [["K"], "keep the label"],
      [["O"], "another label"],
      [["D"], "drop the row"],
      [["S"], "skip"],
      [["U"], "take the last verdict back"],
    ],
  ],
  [
    "Select",
    [
      [["L"], "lasso"],
      [["P"], "polygon: Enter closes it"],
      [["B"], "box"],
      [["R"], "brush: [ and ] change its size"],
      [["H"], "pan; hold Space to pan for a moment"],
      [["Shift"], "adds"],
      [["Alt"], "takes away"],
      [["Shift", "Alt"], "keeps what is in both"],
      [["I"], "all rows but the selected ones"],
      [["Esc"], "give up the line, else clear the selection"],
    ],
  ],
  [
    "Look",
    [
      [["+", "−"], "zoom; so does the wheel, to the pointer"],
      [["←", "→", "↑", "↓"], "move"],
      [["0"], "the whole map"],
      [["F"], "the selected rows"],
      [["N"], "names on the map"],
      [["C"], "lines of equal density"],
    ],
  ],
  [
    "Rows",
    [
      [["S"], "find rows by their text"],
      [["T"], "table"],
      [["G"], "gallery"],
      [["↑", "↓"], "in the table: walk, and fly the map there"],
      [["Shift ↓"], "in the table: select a range"],
      [["Enter"], "in the table: type a label for this row"],
      [["F2"], "in the list of labels: rename"],
    ],
  ],
];

export function HelpSheet({ onClose }: { readonly onClose: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus({ preventScroll: true }), []);
  return (
    <div
      ref={box}
      class="la-help"
      role="dialog"
      aria-modal="true"
      aria-label="Keys"
      tabIndex={-1}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape" || event.key === "?") onClose();
        if (event.key === "Escape" || event.key === "?" || event.key === "Tab") event.preventDefault();
        if (event.key === "Tab") box.current?.querySelector("button")?.focus(); // the one control there is
      }}
    >
      <div class="la-help-head">
        <b>Keys, while the map has the focus</b>
        <Button name="Close" icon="close" onClick={onClose} />
      </div>
      <div class="la-help-groups">
        {GROUPS.map(([title, lines]) => (
          <section key={title} aria-label={title}>
            <h3>{title}</h3>
            <dl>
              {lines.map(([keys, what]) => (
                <div key={what}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </div>
  );
}
