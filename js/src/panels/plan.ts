/** How many rows an operation would touch: at once as far as the page knows, and then as the kernel says. */

import { useEffect, useState } from "preact/hooks";
import type { Actions } from "../state/actions.ts";
import type { Plan, PlannedOperation } from "../state/operations.ts";

/** A name that is being typed is asked about when the typing pauses, in ms. */
const PAUSE_MS = 150;

/** `guess`: the rows as far as the page knows, which hold until the kernel answers. */
export function usePlan(actions: Actions, operation: PlannedOperation | null, guess: number): Plan {
  const asked = JSON.stringify(operation);
  const [answer, setAnswer] = useState<{ readonly asked: string; readonly plan: Plan } | null>(null);
  useEffect(() => {
    if (operation === null) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      void actions.plan(operation, stop.signal).then((plan) => {
        if (plan !== null && !stop.signal.aborted) setAnswer({ asked, plan });
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [asked, actions]);
  return answer?.asked === asked ? answer.plan : { possible: true, rows: guess };
}
