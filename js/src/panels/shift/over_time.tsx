/**
 * The share of each class over the domains, one small chart a class, all to one scale: a line with its interval by what the heads
 * say, dots by the labels. A press on a period selects the rows of the class there.
 */

import { type Drift, type DriftClass, highest, pathOf, turningWords } from "../../state/drift.ts";
import { colourOf, nameOf } from "../../state/labels.ts";
import { List } from "../../ui/list.tsx";
import { Swatch } from "../../ui/swatch.tsx";
import type { PanelProps } from "../panel.ts";

const ROW_HEIGHT = 74;
const [WIDTH, HEIGHT] = [300, 40];
const DOT = 2.4;

const percent = (share: number) => `${(share * 100).toFixed(1)}%`;

interface OverTimeProps extends PanelProps {
  readonly drift: Drift;
  readonly onPeriod: (domain: string, label: number) => Promise<void>;
}

export function OverTime({ state, view, drift, onPeriod }: OverTimeProps) {
  const { periods } = drift;
  const most = highest(drift);
  return (
    <>
      <List
        name="Classes over time, those that changed most first"
        items={drift.classes}
        rowHeight={ROW_HEIGHT}
        keyOf={({ label }) => label}
        render={(line) => {
          const name = nameOf(state.meta.value.labels, line.label);
          const words = turningWords(line, periods);
          return (
            <div
              class="la-drift-row"
              data-class={line.label}
              onPointerEnter={() => view.emphasise(line.label)}
              onPointerLeave={() => view.emphasise(null)}
            >
              <span class="la-shift-name">
                <Swatch colour={colourOf(state.meta.value, line.label)} />
                <span class="la-name">{name}</span>
                <span class="la-quiet la-drift-words">{words}</span>
              </span>
              <div class="la-drift-chart">
                <Chart line={line} most={most} colour={colourOf(state.meta.value, line.label)} />
                {periods.map((period, t) => {
                  const share = line.lines.get("predictions")?.share[t] ?? Number.NaN;
                  return (
                    <button
                      type="button"
                      key={period}
                      class="la-drift-period"
                      aria-label={`${name} in ${period}: ${percent(share)}. Select its rows there`}
                      title={`${period}: ${percent(share)}${said(line, t)}`}
                      onClick={() => void onPeriod(period, line.label)}
                    />
                  );
                })}
              </div>
            </div>
          );
        }}
      />
      <div class="la-shift-foot la-quiet">
        <span>
          {periods[0]} to {periods.at(-1)}, up to {percent(most)} · line: by what the rows look like, 95% interval
        </span>
        <span>ring: by the labels that came · dot: as corrected so far</span>
      </div>
    </>
  );
}

/** What the labels say of a period, for the tooltip. */
function said({ lines }: DriftClass, t: number): string {
  return (["labels", "corrected"] as const)
    .flatMap((basis) => {
      const share = lines.get(basis)?.share[t];
      return share === undefined || Number.isNaN(share) ? [] : [`, ${basis} ${percent(share)}`];
    })
    .join("");
}

function Chart({ line, most, colour }: { line: DriftClass; most: number; colour: string }) {
  const shown = line.lines.get("predictions");
  if (shown === undefined) return null;
  const n = shown.share.length;
  const x = (t: number) => ((t + 0.5) / n) * WIDTH;
  const y = (share: number) => HEIGHT - 3 - (share / most) * (HEIGHT - 6);
  const back = Array.from(
    shown.low.keys(),
    (t) => `L${x(n - 1 - t).toFixed(1)} ${y(shown.low[n - 1 - t] ?? 0).toFixed(1)}`,
  );
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="la-drift-ground" d={`M0 ${y(0)}H${WIDTH}`} />
      {line.turning.map(({ period }) => (
        <path key={period} class="la-drift-turn" d={`M${((period / n) * WIDTH).toFixed(1)} 0V${HEIGHT}`} />
      ))}
      <path class="la-drift-band" d={`${pathOf(shown.high, x, y)}${back.join("")}Z`} style={{ fill: colour }} />
      <path class="la-drift-line" d={pathOf(shown.share, x, y)} style={{ stroke: colour }} />
      {(["labels", "corrected"] as const).flatMap((basis) =>
        Array.from(line.lines.get(basis)?.share ?? [], (share, t) =>
          Number.isNaN(share) ? null : (
            <ellipse
              key={`${basis}${t}`}
              class={`la-drift-${basis}`}
              cx={x(t)}
              cy={y(share)}
              rx={DOT + (basis === "labels" ? 1 : 0)}
              ry={DOT + (basis === "labels" ? 1 : 0)}
            />
          ),
        ),
      )}
    </svg>
  );
}
