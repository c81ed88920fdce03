/** The end of every act on whole labels: what it would touch, and the button that does it. */

import type { Actions } from "../state/actions.ts";
import type { LabelNames } from "../state/labels.ts";
import { type PlannedOperation, sentenceOf } from "../state/operations.ts";
import { Button } from "../ui/button.tsx";
import { usePlan } from "./plan.ts";

interface ConfirmProps {
  readonly actions: Actions;
  readonly names: LabelNames;
  readonly operation: PlannedOperation | null;
  /** The rows as far as the page knows. */
  readonly guess: number;
  /** What is said while there is no operation yet. */
  readonly before: string;
  /** What the button says while there is no operation yet. */
  readonly verb: string;
  readonly disabled: boolean;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

export function Confirm({ actions, names, operation, guess, before, verb, disabled, onDone, onCancel }: ConfirmProps) {
  const plan = usePlan(actions, operation, guess);
  const sentence = operation === null ? null : sentenceOf(operation, names, plan.possible ? plan.rows : guess);
  return (
    <>
      {plan.possible ? (
        <p role="status" data-rows={operation === null ? undefined : plan.rows}>
          {sentence?.question ?? before}
        </p>
      ) : (
        <p role="alert" class="la-refusal">
          {plan.error} {plan.hint}
        </p>
      )}
      <div class="la-sheet-end">
        <Button name="Cancel" kind="plain" onClick={onCancel}>
          Cancel
        </Button>
        <button
          type="submit"
          class={`la-button ${operation?.kind === "delete" ? "la-danger" : "la-primary"}`}
          disabled={disabled || operation === null || !plan.possible}
          onClick={(event) => {
            event.preventDefault();
            if (operation === null) return;
            void actions.operate(operation);
            onDone();
          }}
        >
          {sentence?.verb ?? verb}
        </button>
      </div>
    </>
  );
}
