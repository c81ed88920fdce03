/** Python that the page asks the kernel to run, with its answers. What is put into code is written as JSON strings, which are Python's too. */

import type { Kernel, KernelMessage } from "@jupyterlab/services";

/** The kind of output that carries an answer (labelatlas/widget/open_file.py). */
const ANSWER = "application/vnd.labelatlas.file+json";

export interface Place {
  readonly title: string;
  readonly arguments: Readonly<Record<string, string | readonly string[]>>;
}

/** What the columns of a file may be. */
export interface Columns {
  readonly labels: readonly string[];
  readonly texts: readonly string[];
  readonly keys: readonly string[];
  readonly places: readonly Place[];
  readonly label: string;
  readonly text: string;
  readonly key: string;
}

/** What a person has chosen; as the arguments of `open_file`. */
export type Choice = Readonly<Record<string, string | readonly string[]>>;

/** The kernel ran the code and refused. */
export class RunError extends Error {}

/** Runs code; gives the answer that it showed, or undefined. `onText` hears its progress. */
async function run(kernel: Kernel.IKernelConnection, code: string, onText?: (text: string) => void): Promise<unknown> {
  let answer: unknown;
  const future = kernel.requestExecute({ code, store_history: false, stop_on_error: false });
  future.onIOPub = ({ header, content }) => {
    if (header.msg_type !== "display_data" && header.msg_type !== "update_display_data") return;
    const { data } = content as KernelMessage.IDisplayDataMsg["content"];
    if (ANSWER in data) answer = data[ANSWER];
    else if (typeof data["text/plain"] === "string") onText?.(data["text/plain"]);
  };
  const { content } = await future.done;
  if (content.status === "error") throw new RunError(wordsOf(content.ename, content.evalue));
  if (content.status !== "ok") throw new RunError("The kernel stopped before it was done.");
  return answer;
}

function wordsOf(name: string, value: string): string {
  if (name === "ModuleNotFoundError" && value.includes("labelatlas")) {
    return "The kernel does not know labelatlas. Install it into the kernel's environment (pip install labelatlas), or choose another kernel above.";
  }
  return value === "" ? name : value;
}

/** A value as Python's `json` reads it back: no character of a name can end the string it stands in. */
function python(value: unknown): string {
  return `__import__("json").loads(${JSON.stringify(JSON.stringify(value))})`;
}

export async function columnsOf(kernel: Kernel.IKernelConnection, name: string): Promise<Columns> {
  const code = [
    "from labelatlas.widget import open_file as _labelatlas",
    "from IPython.display import display as _display",
    `_display({_labelatlas.ANSWER: _labelatlas.columns_of(${python(name)})}, raw=True)`,
  ];
  const answer = await run(kernel, code.join("\n"));
  if (typeof answer !== "object" || answer === null)
    throw new RunError("The kernel did not say which columns there are.");
  return answer as Columns;
}

/** Makes the map, which is `m` in the kernel, so that a console on it can go on from there. */
export async function openMap(
  kernel: Kernel.IKernelConnection,
  name: string,
  choice: Choice,
  journal: string,
  onText: (text: string) => void,
): Promise<void> {
  const code = [
    "from labelatlas.widget import open_file as _labelatlas",
    'if "m" in globals() and hasattr(m, "close"): m.close()',
    `m = _labelatlas.open_file(${python(name)}, journal=${python(journal)}, **${python(choice)})`,
  ];
  await run(kernel, code.join("\n"), onText);
}

export async function saveCopy(kernel: Kernel.IKernelConnection, name: string, copy: string): Promise<void> {
  await run(kernel, `_labelatlas.save_copy(m, ${python(copy)}, ${python(name)})`);
}
