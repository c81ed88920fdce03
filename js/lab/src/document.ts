/**
 * A file as a label map: a document with a kernel of its own, which JupyterLab's document manager opens, names, moves and
 * restores. The file's content is not fetched: the kernel reads it.
 */

import { Toolbar, ToolbarButton } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import { ABCWidgetFactory, type DocumentRegistry, DocumentWidget, TextModelFactory } from "@jupyterlab/docregistry";
import type { Contents, Kernel } from "@jupyterlab/services";
import type { IStateDB } from "@jupyterlab/statedb";
import { Widget } from "@lumino/widgets";
import { askColumns } from "./columns_dialog.js";
import { CommModel, mount, stateOf, TARGET } from "./comm_model.js";
import { mapIcon } from "./icon.js";
import { type Choice, columnsOf, openMap, saveCopy } from "./kernel.js";

export const FACTORY = "Label map";
export const MODEL = "labelatlas-file";
const ENDED = new Set(["restarting", "autorestarting", "dead"]);

export class FileModelFactory extends TextModelFactory {
  override get name(): string {
    return MODEL;
  }
  override get fileFormat(): Contents.FileFormat {
    return null;
  }
  override get collaborative(): boolean {
    return false;
  }
  override preferredLanguage(): string {
    return "python";
  }
}

/** What the documents share. */
export interface House {
  readonly state: IStateDB;
  /** Whether JupyterLab is putting back what was open before: then nobody is asked anything. */
  restoring(): boolean;
  journal(): string;
}

export class MapContent extends Widget {
  readonly #context: DocumentRegistry.Context;
  readonly #house: House;
  readonly #restored: boolean;
  readonly #stage = document.createElement("div");
  readonly #said = document.createElement("p");
  readonly #again = document.createElement("button");
  #unmount: () => void = () => undefined;
  #isShown = false;
  #turn = 0; // which attempt to open is the one that counts

  constructor(context: DocumentRegistry.Context, house: House) {
    super();
    this.#context = context;
    this.#house = house;
    this.#restored = house.restoring();
    this.addClass("jp-LabelAtlas");
    this.#said.setAttribute("role", "status");
    this.#again.className = "jp-mod-styled jp-mod-accept";
    this.#again.textContent = "Choose the columns…";
    this.#again.addEventListener("click", () => void this.open(true));
    this.node.append(this.#said, this.#again, this.#stage);
    this.#say("Starting a kernel…");
    void this.#begin();
  }

  get name(): string {
    return PathExt.basename(this.#context.localPath);
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#turn++;
    this.#unmount();
    super.dispose();
  }

  /** Opens the map: as it was opened the last time, or as a person now says. */
  async open(ask: boolean): Promise<void> {
    const turn = ++this.#turn;
    const kernel = this.#context.sessionContext.session?.kernel;
    if (!kernel) return this.#say("There is no kernel. Choose one above.");
    try {
      const before = await this.#remembered();
      let choice = before;
      if (ask || before === null) {
        this.#say("Looking at the columns…");
        const columns = await columnsOf(kernel, this.name);
        choice = await askColumns(this.name, columns, before ?? {});
      }
      if (turn !== this.#turn) return;
      if (choice === null) {
        // the map that stands stays, when one was only asked for other columns
        return this.#isShown ? this.#say("") : this.#say("Not opened: no columns were chosen.", true);
      }
      await this.#house.state.save(this.#place(), choice);
      await this.#show(kernel, choice, turn);
    } catch (error) {
      if (turn === this.#turn) this.#say(error instanceof Error ? error.message : String(error), true);
    }
  }

  async saveCopy(name: string): Promise<void> {
    const kernel = this.#context.sessionContext.session?.kernel;
    if (kernel) await saveCopy(kernel, this.name, name);
  }

  async #begin(): Promise<void> {
    const { sessionContext } = this.#context;
    await this.#context.ready;
    await sessionContext.ready;
    if (this.isDisposed) return;
    let ended = false;
    sessionContext.statusChanged.connect((_sender, status) => {
      if (ENDED.has(status)) ended = true;
      else if (ended && status === "idle") {
        ended = false;
        void this.open(false);
      }
    }, this);
    sessionContext.kernelChanged.connect((_sender, { newValue }) => {
      if (newValue !== null) void this.open(false);
    }, this);
    await this.open(!this.#restored);
  }

  async #show(kernel: Kernel.IKernelConnection, choice: Choice, turn: number): Promise<void> {
    this.#say("Making the map…");
    const opened = new Promise<CommModel>((resolve) => {
      kernel.registerCommTarget(TARGET, (comm, message) => {
        const state = stateOf(message);
        if (state !== null) resolve(new CommModel(kernel, comm, state));
      });
    });
    await openMap(kernel, this.name, choice, this.#house.journal(), (text) => this.#say(text));
    const model = await opened;
    if (turn !== this.#turn) return;
    this.#unmount();
    this.#unmount = await mount(model, this.#stage);
    this.#isShown = true;
    this.#say("");
  }

  #say(words: string, again = false): void {
    this.#said.textContent = words;
    this.#said.hidden = words === "";
    this.#again.hidden = !again;
    this.#stage.hidden = words !== "";
  }

  #place(): string {
    return `labelatlas-columns:${this.#context.path}`; // not the tracker's namespace, which is cleared when it restores
  }

  async #remembered(): Promise<Choice | null> {
    const kept = await this.#house.state.fetch(this.#place());
    return (kept as Choice | undefined) ?? null;
  }
}

export class MapDocument extends DocumentWidget<MapContent> {}

export class MapFactory extends ABCWidgetFactory<MapDocument> {
  readonly #house: House;

  constructor(options: DocumentRegistry.IWidgetFactoryOptions<MapDocument>, house: House) {
    super(options);
    this.#house = house;
  }

  protected override createNewWidget(context: DocumentRegistry.Context): MapDocument {
    const content = new MapContent(context, this.#house);
    const widget = new MapDocument({ content, context });
    widget.title.icon = mapIcon;
    widget.toolbar.addItem(
      "columns",
      new ToolbarButton({
        label: "Columns…",
        tooltip: "Choose the columns again",
        onClick: () => void content.open(true),
      }),
    );
    widget.toolbar.addItem("spacer", Toolbar.createSpacerItem());
    widget.toolbar.addItem("kernel", Toolbar.createKernelNameItem(context.sessionContext));
    widget.toolbar.addItem("status", Toolbar.createKernelStatusItem(context.sessionContext));
    return widget;
  }
}
