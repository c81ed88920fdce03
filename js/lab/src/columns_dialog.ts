/** Asks which column is what. Names of files and columns are put into the page as text. */

import { Dialog, showDialog } from "@jupyterlab/apputils";
import { Widget } from "@lumino/widgets";
import type { Choice, Columns } from "./kernel.js";

const NONE = "";

class Form extends Widget implements Dialog.IBodyWidget<Choice> {
  readonly #columns: Columns;
  readonly #label: HTMLSelectElement;
  readonly #text: HTMLSelectElement;
  readonly #key: HTMLSelectElement;
  readonly #place: HTMLSelectElement;

  constructor(columns: Columns, before: Choice) {
    super();
    this.addClass("jp-LabelAtlas-form");
    this.#columns = columns;
    const { labels, texts, keys, places } = columns;
    const chosen = (name: "label" | "text" | "key") => String(before[name] ?? (name in before ? NONE : columns[name]));
    this.#label = this.#add("Label", "the column to correct", labels.map(same), chosen("label"));
    this.#text = this.#add("Text", "shown beside a row", [[NONE, "None"], ...texts.map(same)], chosen("text"));
    this.#key = this.#add(
      "Key",
      "tells the rows apart",
      [[NONE, "None: by their content"], ...keys.map(same)],
      chosen("key"),
    );
    const place = places.findIndex((one) => Object.keys(one.arguments).some((name) => name in before));
    this.#place = this.#add(
      "Placed by",
      "what makes rows neighbours",
      places.map((one, i) => [String(i), one.title] as const),
      String(Math.max(place, 0)),
    );
  }

  getValue(): Choice {
    const choice: Record<string, string | readonly string[]> = { label: this.#label.value };
    const place = this.#columns.places[Number(this.#place.value)]?.arguments ?? {};
    // the space of numbers is asked for: a text would win over them
    if (this.#text.value !== NONE && !("features" in place)) choice.text = this.#text.value;
    if (this.#key.value !== NONE) choice.key = this.#key.value;
    return { ...choice, ...place };
  }

  #add(
    name: string,
    about: string,
    options: readonly (readonly [string, string])[],
    chosen: string,
  ): HTMLSelectElement {
    const line = document.createElement("label");
    const select = document.createElement("select");
    select.className = "jp-mod-styled";
    select.name = name;
    for (const [value, title] of options) select.add(new Option(title, value, false, value === chosen));
    const words = document.createElement("span");
    words.textContent = name;
    const hint = document.createElement("small");
    hint.textContent = about;
    words.append(hint);
    line.append(words, select);
    this.node.append(line);
    return select;
  }
}

const same = (name: string) => [name, name] as const;

/** Gives what was chosen; null when the dialog was left. */
export async function askColumns(file: string, columns: Columns, before: Choice): Promise<Choice | null> {
  const { button, value } = await showDialog<Choice>({
    title: `Label map of ${file}`,
    body: new Form(columns, before),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: "Open" })],
    focusNodeSelector: "select",
  });
  return button.accept ? value : null;
}
