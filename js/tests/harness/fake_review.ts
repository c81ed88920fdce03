/** The review of the fake kernel: every 13th row is a suspect, the first ones the most. It keeps the queue, not the labels. */

import type { Queue, ReviewProgress, Verdict } from "../../src/protocol.ts";

interface Past {
  readonly row: number;
  readonly act: Verdict["act"];
}

export class FakeReview {
  queue: number[];
  readonly #given: (row: number) => number;
  readonly #labels: number;
  #past: Past[] = [];

  constructor(n: number, labels: number, given: (row: number) => number) {
    this.queue = Array.from({ length: Math.ceil(n / 13) }, (_, i) => i * 13);
    this.#labels = labels;
    this.#given = given;
  }

  suggested(row: number): number {
    return (this.#given(row) + 1) % this.#labels;
  }

  progress(): ReviewProgress {
    const judged = this.#past.filter(({ act }) => act !== "skip").length;
    return {
      judged,
      changed: this.#past.filter(({ act }) => act !== "skip" && act !== "keep").length,
      left: this.queue.length,
      noise_rate: 0.081 - judged * 0.001,
      noise_interval: [0.07 - judged * 0.001, 0.092 - judged * 0.001],
      noise_before: 0.081,
      per_minute: judged > 1 ? 30 : null,
      refitting: false,
    };
  }

  message(show: boolean): readonly [Queue, ArrayBufferView[]] {
    const rows = Uint32Array.from(this.queue);
    const given = Int32Array.from(rows, this.#given);
    const suggested = Int32Array.from(rows, (row) => this.suggested(row));
    const suspicion = Float32Array.from(rows, (_, i) => 1 - i / (rows.length + 1));
    const order = Uint8Array.from(rows, (row) => row % 2);
    return [
      { kind: "queue", show, blind: false, progress: this.progress() },
      [rows, given, suggested, suspicion, suspicion, order],
    ];
  }

  judge(row: number, act: Verdict["act"]): void {
    this.#past.push({ row, act });
    this.queue = this.queue.filter((other) => other !== row);
    if (act === "skip") this.queue.push(row);
  }

  /** Gives what was judged last and is now first again, or null. */
  undo(): Past | null {
    const last = this.#past.pop() ?? null;
    if (last !== null) this.queue = [last.row, ...this.queue.filter((row) => row !== last.row)];
    return last;
  }
}
