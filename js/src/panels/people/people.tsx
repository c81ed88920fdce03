/** The authors of the journal: what each did, how far they agree beyond chance, and the rows on which they differ. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ConfusionResult, PairRow, PeopleResult } from "../../protocol.ts";
import { Button } from "../../ui/button.tsx";
import { count, plural } from "../../ui/format.ts";
import type { Panel, PanelProps } from "../panel.ts";

/** Kappa with two digits; what cannot be said is a dash. */
export function kappaOf(kappa: number | null): string {
  return kappa === null ? "–" : kappa.toFixed(2).replace("-", "−");
}

function People({ state, actions, view }: PanelProps) {
  const { revision } = state.status.value;
  const live = state.link.value === "live";
  useEffect(() => {
    if (live) actions.loadPeople();
  }, [revision, live, actions]);
  const chosen = useSignal<string | null>(null);
  const found = state.people.value;
  if (found === null) return <div class="la-panel la-empty">Loading the people…</div>;
  const select = async () => {
    const rows = await actions.rowsOfDifferences();
    if (rows === null || rows.length === 0) return;
    actions.select({ rows, how: "people" });
    view.flyTo(rows);
  };
  const pair = found.pairs.find((one) => keyOf(one) === chosen.value);
  return (
    <div class="la-panel la-people">
      <div class="la-people-head">
        {found.differ === 0 ? (
          <p class="la-quiet">No open difference: wherever two spoke, they said the same or it was confirmed.</p>
        ) : (
          <Button
            name="Select the rows where authors differ"
            kind="plain"
            icon="target"
            disabled={state.readOnly.value}
            onClick={() => void select()}
          >
            Select the {plural(found.differ, "row")} where authors differ
          </Button>
        )}
      </div>
      <Authors found={found} />
      <Pairs
        found={found}
        chosen={chosen.value}
        onChoose={(key) => {
          chosen.value = chosen.value === key ? null : key;
        }}
      />
      {pair !== undefined && <Confusion key={keyOf(pair)} pair={pair} revision={revision} actions={actions} />}
    </div>
  );
}

const keyOf = ({ a, b }: PairRow) => JSON.stringify([a, b]);

function Authors({ found }: { found: PeopleResult }) {
  return (
    <table class="la-figures">
      <thead>
        <tr>
          <th scope="col">Author</th>
          <th scope="col" class="la-number">
            Gestures
          </th>
          <th scope="col" class="la-number">
            Rows
          </th>
        </tr>
      </thead>
      <tbody>
        {found.authors.map(({ author, gestures, rows }) => (
          <tr key={author} data-author={author}>
            <th scope="row" class="la-name" title={author}>
              {author}
            </th>
            <td class="la-number">{count(gestures)}</td>
            <td class="la-number">{count(rows)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface PairsProps {
  readonly found: PeopleResult;
  readonly chosen: string | null;
  readonly onChoose: (key: string) => void;
}

function Pairs({ found, chosen, onChoose }: PairsProps) {
  return (
    <table class="la-figures">
      <thead>
        <tr>
          <th scope="col">Agreement</th>
          <th scope="col" class="la-number">
            Same
          </th>
          <th
            scope="col"
            class="la-number"
            title="Beyond chance: 1 = throughout, 0 = as by chance; – = it cannot be said"
          >
            κ
          </th>
        </tr>
      </thead>
      <tbody>
        {found.pairs.map((pair) => {
          const { a, b, rows, agreed, kappa } = pair;
          const key = keyOf(pair);
          return (
            <tr key={key}>
              <th scope="row">
                <button
                  type="button"
                  class="la-pair"
                  aria-expanded={chosen === key}
                  aria-label={`${a} · ${b}: what they said`}
                  disabled={rows === 0}
                  onClick={() => onChoose(key)}
                >
                  <span class="la-name" title={a}>
                    {a}
                  </span>{" "}
                  <span class="la-quiet">·</span>{" "}
                  <span class="la-name" title={b}>
                    {b}
                  </span>
                </button>
              </th>
              <td class="la-number">
                {count(agreed)} of {count(rows)}
              </td>
              <td class="la-number" title="Cohen's kappa">
                {kappaOf(kappa)}
              </td>
            </tr>
          );
        })}
        {found.authors.length > 2 && (
          <tr>
            <th scope="row">All together</th>
            <td class="la-number">{plural(found.fleiss_rows, "row")}</td>
            <td class="la-number" title="Fleiss' kappa, of the rows that all labelled">
              {kappaOf(found.fleiss)}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

type ConfusionProps = Pick<PanelProps, "actions"> & { readonly pair: PairRow; readonly revision: number };

function Confusion({ pair: { a, b }, revision, actions }: ConfusionProps) {
  const found = useSignal<ConfusionResult | null>(null);
  useEffect(() => {
    const request = new AbortController();
    void actions.confusion(a, b, request.signal).then((answer) => {
      if (!request.signal.aborted) found.value = answer;
    });
    return () => request.abort();
  }, [a, b, revision, actions, found]);
  if (found.value === null) return <p class="la-quiet la-people-wait">Asking what they said…</p>;
  const { cells, total } = found.value;
  return (
    <table class="la-figures la-confusion" aria-label={`What ${a} and ${b} said of the same rows`}>
      <thead>
        <tr>
          <th scope="col" class="la-name" title={a}>
            {a}
          </th>
          <th scope="col" class="la-name" title={b}>
            {b}
          </th>
          <th scope="col" class="la-number">
            Rows
          </th>
        </tr>
      </thead>
      <tbody>
        {cells.map((cell) => (
          <tr key={JSON.stringify([cell.a, cell.b])} data-differ={cell.a !== cell.b}>
            <td class="la-name" title={cell.a}>
              {cell.a || "unlabelled"}
            </td>
            <td class="la-name" title={cell.b}>
              {cell.b || "unlabelled"}
            </td>
            <td class="la-number">{count(cell.rows)}</td>
          </tr>
        ))}
        {total > cells.length && (
          <tr>
            <td colSpan={3} class="la-quiet">
              and {count(total - cells.length)} more; people.agreement() in Python gives all
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

export const peoplePanel: Panel = {
  id: "people",
  title: "People",
  Body: People,
  badge: () => null,
  shown: (state) => (state.status.value.n_authors ?? 1) > 1,
};
