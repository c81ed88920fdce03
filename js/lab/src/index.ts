/**
 * What JupyterLab gets beside the widget: files opened as maps, a card in the launcher, commands, and a list of the open maps.
 * The widget itself needs none of it.
 */

import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, InputDialog, Notification, showErrorMessage, WidgetTracker } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import { IDocumentManager } from "@jupyterlab/docmanager";
import { FileDialog } from "@jupyterlab/filebrowser";
import { ILauncher } from "@jupyterlab/launcher";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { IStateDB } from "@jupyterlab/statedb";
import { FACTORY, FileModelFactory, type MapDocument, MapFactory, MODEL } from "./document.js";
import { mapIcon } from "./icon.js";
import { MapsPanel } from "./maps_panel.js";

const ID = "labelatlas:plugin";
const CATEGORY = "Label map";
const OPEN = "labelatlas:open";
const SAVE_COPY = "labelatlas:save-copy";
const CHOOSE_COLUMNS = "labelatlas:choose-columns";
const SHOW_MAPS = "labelatlas:show-maps";
const READABLE = /\.(csv|parquet)$/i;

const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: "Opens tables as label maps, and lists the maps that are open.",
  autoStart: true,
  requires: [IDocumentManager, IStateDB],
  optional: [ILayoutRestorer, ICommandPalette, ILauncher, ISettingRegistry],
  activate,
};

function activate(
  app: JupyterFrontEnd,
  documents: IDocumentManager,
  state: IStateDB,
  restorer: ILayoutRestorer | null,
  palette: ICommandPalette | null,
  launcher: ILauncher | null,
  registry: ISettingRegistry | null,
): void {
  let restoring = restorer !== null;
  let journal = "labelatlas.sqlite";
  void registry?.load(ID).then((settings) => {
    const read = () => {
      journal = String(settings.get("journal").composite ?? journal);
    };
    read();
    settings.changed.connect(read);
  });
  const tracker = new WidgetTracker<MapDocument>({ namespace: "labelatlas" });
  addFactory(app, tracker, { state, restoring: () => restoring, journal: () => journal });
  addCommands(app, documents, tracker);
  const panel = new MapsPanel(app.shell);
  app.shell.add(panel, "left", { rank: 650 });
  app.commands.addCommand(SHOW_MAPS, {
    label: "Open Label Maps",
    caption: "List the label maps that are open",
    execute: () => app.shell.activateById(panel.id),
  });
  if (restorer !== null) {
    restorer.add(panel, panel.id);
    const restored = restorer.restore(tracker, {
      command: "docmanager:open",
      args: ({ context }) => ({ path: context.path, factory: FACTORY }),
      name: ({ context }) => context.path,
    });
    void restored.finally(() => {
      restoring = false;
    });
  }
  for (const command of [OPEN, CHOOSE_COLUMNS, SAVE_COPY, SHOW_MAPS]) palette?.addItem({ command, category: CATEGORY });
  launcher?.add({ command: OPEN, category: "Other", rank: 1 });
}

function addFactory(
  app: JupyterFrontEnd,
  tracker: WidgetTracker<MapDocument>,
  house: ConstructorParameters<typeof MapFactory>[1],
): void {
  const { docRegistry } = app;
  docRegistry.addModelFactory(new FileModelFactory());
  docRegistry.addFileType({
    name: "parquet",
    displayName: "Parquet File",
    extensions: [".parquet"],
    mimeTypes: ["application/vnd.apache.parquet"],
    contentType: "file",
    fileFormat: "base64",
    icon: mapIcon,
  });
  const options = {
    name: FACTORY,
    modelName: MODEL,
    fileTypes: ["csv", "parquet"],
    defaultFor: ["parquet"], // nothing else in JupyterLab can show one
    readOnly: true,
    preferKernel: true,
    canStartKernel: true,
    autoStartDefault: true,
    shutdownOnClose: true,
  };
  const factory = new MapFactory(options, house);
  docRegistry.addWidgetFactory(factory);
  factory.widgetCreated.connect((_sender, widget) => {
    widget.context.pathChanged.connect(() => void tracker.save(widget));
    void tracker.add(widget);
  });
}

function addCommands(app: JupyterFrontEnd, documents: IDocumentManager, tracker: WidgetTracker<MapDocument>): void {
  const { commands, shell } = app;
  const current = () => {
    const widget = tracker.currentWidget;
    return widget !== null && widget === shell.currentWidget ? widget : null;
  };
  commands.addCommand(OPEN, {
    label: (args) => (args.isPalette === true ? "Open a File as Label Map…" : "Label Map…"),
    caption: "See and correct the labels of a .csv or .parquet file",
    icon: mapIcon,
    execute: async ({ cwd }) => {
      const { value } = await FileDialog.getOpenFiles({
        manager: documents,
        ...(typeof cwd === "string" ? { defaultPath: cwd } : {}),
        title: "Open as a label map",
        filter: ({ type, name }) => (type === "directory" || READABLE.test(name) ? {} : null),
      });
      const file = value?.find(({ type }) => type !== "directory");
      if (file !== undefined) await commands.execute("docmanager:open", { path: file.path, factory: FACTORY });
    },
  });
  commands.addCommand(CHOOSE_COLUMNS, {
    label: "Choose the Columns of the Label Map…",
    isEnabled: () => current() !== null,
    execute: () => current()?.content.open(true),
  });
  commands.addCommand(SAVE_COPY, {
    label: "Save a Corrected Copy…",
    caption: "Write the file with its corrected labels under another name",
    isEnabled: () => current() !== null,
    execute: async () => {
      const widget = current();
      if (widget === null) return;
      const { name } = widget.content;
      const end = PathExt.extname(name);
      const { value } = await InputDialog.getText({
        title: "Save a corrected copy",
        label: "Name, ending in .csv or .parquet",
        text: `${name.slice(0, name.length - end.length)}.corrected${end}`,
      });
      if (value === null || value.trim() === "") return;
      try {
        await widget.content.saveCopy(value.trim());
        Notification.success(`The corrected copy is saved as ${value.trim()}.`, { autoClose: 4000 });
      } catch (error) {
        await showErrorMessage("The copy was not saved", error instanceof Error ? error.message : String(error));
      }
    },
  });
}

export default plugin;
