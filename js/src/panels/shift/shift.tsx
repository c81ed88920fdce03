/**
 * How the mix of classes changed from one domain to another: a bar a class for each of the two, the target's with its
 * interval. A press on a class selects its rows in the target; a selection shows its own mix beside. Where there are three
 * domains or more, their shares over time stand on another face.
 */

import { useEffect } from "preact/hooks";
import { colourOf, nameOf } from "../../state/labels.ts";
import { byChange, type Shift as Held, points, verdictOf } from "../../state/shift.ts";
import { Button } from "../../ui/button.tsx";
import { List } from "../../ui/list.tsx";
import { Swatch } from "../../ui/swatch.tsx";
import type { Panel, PanelProps } from "../panel.ts";
import { OverTime } from "./over_time.tsx";

const ROW_HEIGHT = 42;
/** Labels have rested so long, in ms, before the mix is estimated again. */
const REST_MS = 700;

const percent = (share: number) => `${(share * 100).toFixed(1)}%`;

function Shift(props: PanelProps) {
  const { state, actions } = props;
  const shift = state.shift.value;
  const { domains, source, target, result, refusal, working, face, drift } = shift;
  useEffect(() => {
    if (domains === null && state.link.value === "live") actions.shift.load();
  }, [domains, actions, state.link.value]);
  const { revision } = state.status.value;
  const shown = face === "pair" ? result : drift;
  const stale = shown !== null && !working && shown.revision < revision;
  useEffect(() => {
    if (!stale) return;
    const again = () => (face === "pair" ? actions.shift.compare(source, target) : actions.shift.follow());
    const timer = setTimeout(again, REST_MS);
    return () => clearTimeout(timer);
  }, [stale, revision, source, target, face, actions]);
  const select = async (domain: string, label: number) => {
    const rows = (await actions.shift.rowsOf(domain, label)) ?? new Uint32Array(0);
    actions.select({ rows, how: "label" });
    if (rows.length > 0) props.view.flyTo(rows);
  };

  const selectUnlike = () => {
    actions.select({ rows: shift.unlike, how: "label" });
    props.view.flyTo(shift.unlike);
  };

  if (domains !== null && domains.length < 2) {
    return <div class="la-panel la-empty la-quiet">A shift is between two domains. There is {domains.length}.</div>;
  }
  return (
    <div class="la-panel la-shift" data-working={working}>
      {(domains?.length ?? 0) > 2 && (
        <div class="la-shift-faces">
          <Button name="Two domains" pressed={face === "pair"} onClick={() => actions.shift.compare(source, target)}>
            Two domains
          </Button>
          <Button name="Over time" pressed={face === "time"} onClick={() => actions.shift.follow()}>
            Over time
          </Button>
        </div>
      )}
      <div class="la-shift-head" hidden={face === "time"}>
        <Choice
          {...props}
          name="Source"
          chosen={source}
          other={target}
          onChoose={(to) => actions.shift.compare(to, target)}
        />
        <Button
          name="Swap source and target"
          icon="refresh"
          disabled={source === "" || target === ""}
          onClick={() => actions.shift.compare(target, source)}
        />
        <Choice
          {...props}
          name="Target"
          chosen={target}
          other={source}
          onChoose={(to) => actions.shift.compare(source, to)}
        />
      </div>
      <p class="la-shift-verdict" role="status">
        {working
          ? "Estimating…"
          : refusal !== null
            ? `${refusal.error} ${refusal.hint}`
            : shown === null
              ? ""
              : face === "pair" && result !== null
                ? verdictOf(result)
                : "How often each class occurs, by what the labels of the first domain teach."}
      </p>
      {face === "pair" && shift.unlike.length > 0 && (
        <div class="la-shift-unlike">
          <Button name="Select these rows" kind="plain" onClick={selectUnlike}>
            {shift.unlike.length === 1 ? "Select this row" : "Select these rows"}
          </Button>
        </div>
      )}
      {face === "pair" && result !== null && <Classes {...props} shift={shift} onClass={select} />}
      {face === "time" && drift !== null && <OverTime {...props} drift={drift} onPeriod={select} />}
    </div>
  );
}

interface ChoiceProps extends PanelProps {
  readonly name: string;
  readonly chosen: string;
  readonly other: string;
  readonly onChoose: (domain: string) => void;
}

function Choice({ state, name, chosen, other, onChoose }: ChoiceProps) {
  return (
    <label class="la-shift-choice">
      <span class="la-quiet">{name}</span>
      <select
        class="la-select"
        aria-label={name}
        value={chosen}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {(state.shift.value.domains ?? []).map((domain) => (
          <option key={domain.name} value={domain.name} disabled={domain.name === other}>
            {domain.name} ({domain.rows})
          </option>
        ))}
      </select>
    </label>
  );
}

interface ClassesProps extends PanelProps {
  readonly shift: Held;
  readonly onClass: (domain: string, label: number) => Promise<void>;
}

function Classes({ state, view, shift, onClass }: ClassesProps) {
  const { result, target } = shift;
  if (result === null) return null;
  const classes = byChange(result.classes);
  const most = Math.max(...classes.map(({ source, high }) => Math.max(source, high)), 0.01);
  const selected = state.selection.value.rows.length;
  const mix = new Map(state.mix.value.map(({ code, count }) => [code, count / Math.max(1, selected)]));
  const at = (share: number) => `${Math.min(100, (share / most) * 100).toFixed(2)}%`;

  return (
    <>
      <List
        name="Classes, those that changed most first"
        items={classes}
        rowHeight={ROW_HEIGHT}
        keyOf={({ label }) => label}
        empty={<p>The source has no labels.</p>}
        render={(row) => {
          const { label, source, low, high, weight, p_value } = row;
          const name = nameOf(state.meta.value.labels, label);
          const colour = colourOf(state.meta.value, label);
          const sure = p_value < 1 - result.level;
          const own = mix.get(label) ?? 0;
          return (
            <button
              type="button"
              class="la-row la-shift-row"
              data-class={label}
              data-sure={sure}
              aria-label={`${name}: ${percent(source)} in ${result.source}, ${percent(row.target)} in ${result.target}. Select its rows there`}
              title={`${percent(row.target)}, between ${percent(low)} and ${percent(high)}; weight ${weight.toFixed(2)}`}
              onClick={() => void onClass(target, label)}
              onPointerEnter={() => view.emphasise(label)}
              onPointerLeave={() => view.emphasise(null)}
            >
              <span class="la-shift-name">
                <Swatch colour={colour} />
                <span class="la-name">{name}</span>
                <span class="la-shift-change" data-seen={points(row)} />
                <span class="la-quiet la-shift-weight" data-seen={`×${weight.toFixed(weight < 10 ? 1 : 0)}`} />
              </span>
              <span class="la-shift-bars" aria-hidden="true">
                <i class="la-shift-source" style={{ width: at(source) }} />
                <i class="la-shift-target" style={{ width: at(row.target), background: colour }} />
                <i class="la-whisker" style={{ left: at(low), width: `calc(${at(high)} - ${at(low)})` }} />
                {selected > 0 && <i class="la-shift-own" style={{ left: at(own) }} title={percent(own)} />}
              </span>
            </button>
          );
        }}
      />
      <div class="la-shift-foot la-quiet">
        <span>
          grey {result.source} · colour {result.target}, {Math.round(result.level * 100)}% interval
          {selected > 0 && " · mark: the selection"}
        </span>
        {result.left_out.length > 0 && (
          <span>
            Not in {result.source}: {result.left_out.join(", ")}
          </span>
        )}
      </div>
    </>
  );
}

export const shiftPanel: Panel = {
  id: "shift",
  title: "Shift",
  Body: Shift,
  badge: () => null,
  shown: (state) => state.meta.value.domain !== undefined,
};
