/** The inbox: what waits for a person at the left, the one that is looked at beside it. */

import { Check, Keyboard } from "lucide-react";
import { useRef, useState } from "react";
import { Outlet, useNavigate, useParams } from "react-router";
import { useCases } from "~/api/queries";
import type { Case, CaseFilter } from "~/api/types";
import { AcknowledgeSheet, ResolveSheet } from "~/cases/actions";
import { CaseRow } from "~/cases/CaseRow";
import { byWaiting } from "~/cases/order";
import { Shortcuts } from "~/cases/Shortcuts";
import { useDomainNow } from "~/clock/domainNow";
import { useText } from "~/i18n/language";
import { Button, EmptyState, Loaded } from "~/kit/basics";
import { Choice } from "~/kit/fields";
import { Page } from "~/shell/Page";
import "~/cases/cases.css";

type Tab = Extract<CaseFilter, "unresolved" | "resolved">;

interface Asking {
  what: "acknowledge" | "resolve";
  case_: Case;
}

interface InboxListProps {
  cases: readonly Case[];
  tab: Tab;
  onAsk: (asking: Asking) => void;
  onHelp: () => void;
}

const STEPS: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** Keys work only while the focus is in the list, so that they never collide with what a person types elsewhere. */
function InboxList({ cases, tab, onAsk, onHelp }: InboxListProps) {
  const text = useText();
  const nowMs = useDomainNow();
  const list = useRef<HTMLUListElement>(null);
  const navigate = useNavigate();
  const { id: shownId } = useParams();

  function onKeyDown(event: React.KeyboardEvent<HTMLUListElement>) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const links = [...(list.current?.querySelectorAll<HTMLAnchorElement>("a[data-case]") ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const case_ = cases[at];
    const step = STEPS[event.key];
    if (step !== undefined) links[Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
    else if (event.key === "?") onHelp();
    else if (event.key === "a" && case_?.state === "open") onAsk({ what: "acknowledge", case_ });
    else if (event.key === "r" && case_ && case_.state !== "resolved") onAsk({ what: "resolve", case_ });
    else if (event.key === "v" && case_?.vehicle.id)
      navigate(`/vehicles/${encodeURIComponent(case_.vehicle.id)}`);
    else return;
    event.preventDefault();
  }

  if (cases.length === 0) {
    return tab === "unresolved" ? (
      <EmptyState icon={Check} title={text("cases.empty")}>
        <p>{text("cases.emptyWhy")}</p>
      </EmptyState>
    ) : (
      <EmptyState title={text("cases.emptyResolved")} />
    );
  }
  return (
    <ul ref={list} onKeyDown={onKeyDown} className="inbox__list">
      {cases.map((case_) => (
        <CaseRow key={case_.id} case_={case_} nowMs={nowMs} isShown={case_.id === shownId} />
      ))}
    </ul>
  );
}

export default function CasesPage() {
  const text = useText();
  const { id } = useParams();
  const [tab, setTab] = useState<Tab>("unresolved");
  const [asking, setAsking] = useState<Asking | null>(null);
  const [helping, setHelping] = useState(false);
  const query = useCases(tab);
  const tabs = [
    { id: "unresolved", text: text("cases.unresolved") },
    { id: "resolved", text: text("cases.resolved") },
  ];
  return (
    <div className={id ? "inbox inbox--open" : "inbox"}>
      <div className="inbox__side">
        <Page
          title={text("cases.title")}
          isAside={id !== undefined}
          actions={
            <Button look={["quiet", "small"]} onPress={() => setHelping(true)}>
              <Keyboard size={16} aria-hidden />
              {text("keys.open")}
            </Button>
          }
        >
          <Choice
            label={text("cases.which")}
            hideLabel
            value={tab}
            onChange={(chosen) => setTab(chosen as Tab)}
            options={tabs}
          />
          <Loaded query={query}>
            {({ items }) => (
              <InboxList
                cases={[...items].sort(byWaiting)}
                tab={tab}
                onAsk={setAsking}
                onHelp={() => setHelping(true)}
              />
            )}
          </Loaded>
        </Page>
      </div>
      <div className="inbox__main">{id ? <Outlet /> : <EmptyState title={text("cases.choose")} />}</div>
      {asking?.what === "acknowledge" ? (
        <AcknowledgeSheet case_={asking.case_} onClose={() => setAsking(null)} />
      ) : null}
      {asking?.what === "resolve" ? (
        <ResolveSheet case_={asking.case_} onClose={() => setAsking(null)} />
      ) : null}
      <Shortcuts isOpen={helping} onClose={() => setHelping(false)} />
    </div>
  );
}
