/** A label that is dragged onto another is merged into it, once that was confirmed. */

const TYPE = "application/x-labelatlas-label";

/** What a line of the list needs to be dragged and to be dropped on. `onDrop` gets the code that was dropped. */
export function dragOf(code: number, onDrop: (dropped: number) => void) {
  const mark = (event: DragEvent, on: boolean) => {
    if (event.currentTarget instanceof HTMLElement) event.currentTarget.dataset.drop = String(on);
  };
  const isLabel = (event: DragEvent) => event.dataTransfer?.types.includes(TYPE) === true;
  return {
    draggable: true,
    onDragStart: (event: DragEvent) => {
      event.dataTransfer?.setData(TYPE, String(code));
      if (event.dataTransfer !== null) event.dataTransfer.effectAllowed = "move";
      event.stopPropagation();
    },
    onDragOver: (event: DragEvent) => {
      if (!isLabel(event)) return;
      event.preventDefault(); // or nothing could be dropped here
      event.stopPropagation();
      mark(event, true);
    },
    onDragLeave: (event: DragEvent) => mark(event, false),
    onDrop: (event: DragEvent) => {
      mark(event, false);
      if (!isLabel(event)) return;
      event.preventDefault();
      event.stopPropagation();
      const dropped = Number(event.dataTransfer?.getData(TYPE));
      if (dropped !== code) onDrop(dropped);
    },
  };
}
