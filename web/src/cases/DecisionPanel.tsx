/** What was decided, what acting and waiting were expected to cost, and from which numbers. */

import type { DecisionView } from "~/api/types";
import { useFormat } from "~/format/useFormat";
import { useSaid, useTerm, useText } from "~/i18n/language";
import { Unfold } from "~/kit/basics";

function Cost({
  label,
  value,
  most,
  isChosen,
}: {
  label: string;
  value: number;
  most: number;
  isChosen: boolean;
}) {
  const format = useFormat();
  return (
    <div className="cost" data-chosen={isChosen}>
      <dt>{label}</dt>
      <dd>
        <span
          className="cost__bar"
          style={{ width: `${most > 0 ? (100 * value) / most : 0}%` }}
          aria-hidden="true"
        />
        <b>{format.number(value)}</b>
      </dd>
    </div>
  );
}

function inWords(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

export function DecisionPanel({ decision, nowMs }: { decision: DecisionView | null; nowMs: number }) {
  const text = useText();
  const term = useTerm();
  const said = useSaid();
  const format = useFormat();
  if (decision === null) {
    return (
      <section className="panel panel--pad" aria-labelledby="decision">
        <h2 id="decision">{text("case.decision")}</h2>
        <p className="dim">{text("case.noDecision")}</p>
      </section>
    );
  }
  const { expected_cost_act: act, expected_cost_wait: wait, inputs } = decision;
  const most = Math.max(act ?? 0, wait ?? 0);
  return (
    <section className="panel panel--pad case__decision" aria-labelledby="decision">
      <h2 id="decision">{text("case.decision")}</h2>
      <p className="case__action">{term("action", decision.action)}</p>
      <p>{said(decision)}</p>
      {act !== null && wait !== null ? (
        <dl className="costs">
          <Cost label={text("case.costAct")} value={act} most={most} isChosen={act <= wait} />
          <Cost label={text("case.costWait")} value={wait} most={most} isChosen={wait < act} />
        </dl>
      ) : null}
      <p className="faint">{text("case.decidedAt", { at: format.moment(decision.at, nowMs) })}</p>
      {Object.keys(inputs).length > 0 ? (
        <Unfold title={text("case.inputs")}>
          <dl className="inputs" translate="no">
            {Object.entries(inputs).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{inWords(value)}</dd>
              </div>
            ))}
          </dl>
        </Unfold>
      ) : null}
    </section>
  );
}
