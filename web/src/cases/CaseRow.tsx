/** One case in the inbox. */

import { UserRound } from "lucide-react";
import { Link } from "react-router";
import type { Case } from "~/api/types";
import { levelOfSeverity } from "~/cases/order";
import { useFormat } from "~/format/useFormat";
import { useSaid, useTerm, useText } from "~/i18n/language";
import { Plate } from "~/kit/basics";
import { LevelIcon, Tag } from "~/kit/lamps";

const STATE_TONE = { open: "accent", acknowledged: "unknown", resolved: "ok" } as const;

export function CaseStateTag({ state }: { state: Case["state"] }) {
  const term = useTerm();
  return <Tag tone={STATE_TONE[state]}>{term("caseState", state)}</Tag>;
}

export function CaseRow({ case_, nowMs, isShown }: { case_: Case; nowMs: number; isShown: boolean }) {
  const text = useText();
  const term = useTerm();
  const said = useSaid();
  const format = useFormat();
  const level = levelOfSeverity(case_.severity);
  const [reason] = case_.reasons;
  const openedAgo = format.ago((nowMs - Date.parse(case_.opened_at)) / 1000);
  return (
    <li>
      <Link
        data-case={case_.id}
        to={`/cases/${encodeURIComponent(case_.id)}`}
        className="case-row"
        data-tone={level}
        aria-current={isShown ? "true" : undefined}
      >
        <span className="case-row__icon">
          <LevelIcon level={level} size={20} />
          <span className="unseen">{term("level", level)}</span>
        </span>
        <span className="case-row__body">
          <span className="case-row__top">
            <b>{term("cause", case_.cause)}</b>
            <Plate>{case_.vehicle.plate}</Plate>
          </span>
          {reason ? <span className="case-row__reason">{said(reason)}</span> : null}
          <span className="case-row__foot">
            <CaseStateTag state={case_.state} />
            {case_.escalated_at && case_.state !== "resolved" ? (
              <Tag tone="critical" icon={UserRound}>
                {text("board.needsPerson")}
              </Tag>
            ) : null}
            {case_.decision ? <span>{term("action", case_.decision.action)}</span> : null}
            <span>{text("cases.opened", { age: openedAgo })}</span>
            {case_.late ? <span>{text("cases.late")}</span> : null}
          </span>
        </span>
      </Link>
    </li>
  );
}
