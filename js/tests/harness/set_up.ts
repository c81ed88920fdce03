/** What most tests begin with: a small fake kernel, and a way to let its answers arrive. */

import { makeData } from "./data.ts";
import { FakeKernel } from "./fake_kernel.ts";

export const NAMES = ["a", "b", "c"] as const;

export function smallKernel(n = 40): FakeKernel {
  return new FakeKernel(makeData(n, NAMES));
}

/** Lets every promise that is ready run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
