/** What the kernel is working on, how far it is, and the way to stop it. */

import { Button } from "../../ui/button.tsx";
import type { PanelProps } from "../panel.ts";

export function WorkLine({ state, actions }: Pick<PanelProps, "state" | "actions">) {
  const [oldest, ...others] = state.working.value;
  return (
    <span class="la-work" data-working={oldest?.what}>
      {/* said once for each piece of work; how far it is stands in the bar, which is not read out at each step */}
      <span role="status">{oldest !== undefined && `${oldest.what}…`}</span>
      {oldest !== undefined && (
        <>
          <progress
            {...(oldest.total > 0 ? { value: oldest.done, max: oldest.total } : {})}
            aria-label={oldest.stage === "" ? oldest.what : oldest.stage}
            title={oldest.stage}
          />
          {oldest.total > 0 && (
            <span class="la-count" aria-hidden="true">
              {Math.floor((100 * oldest.done) / oldest.total)}%
            </span>
          )}
          <Button name={`Cancel: ${oldest.what}`} kind="plain" onClick={() => actions.stopWork(oldest.id)}>
            Cancel
          </Button>
          {others.length > 0 && <span title={others.map(({ what }) => what).join(", ")}>+{others.length}</span>}
        </>
      )}
    </span>
  );
}
