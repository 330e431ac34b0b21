/** The subject's page, by a link and without signing in: what is shared with whom, stop, copy, delete. */

import { Clock, ShieldOff } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useParams } from "react-router";
import type { DeletionView, SharingPage as Page, Read, Shared } from "~/api/sharing";
import { useFormat } from "~/format/useFormat";
import { useTerm, useText } from "~/i18n/language";
import { Banner, Button, EmptyState, Plate, Skeleton, useProblemText } from "~/kit/basics";
import { useSharing } from "~/sharing/useSharing";
import { Brand } from "~/shell/Brand";
import { Preferences } from "~/shell/Preferences";
import "~/driver/driver.css";

type Behind = ReturnType<typeof useSharing>;

function Frame({ children }: { children: ReactNode }) {
  const text = useText();
  useEffect(() => {
    document.title = `${text("sharing.title")} · Outrider`;
  }, [text]);
  return (
    <div className="driver">
      <header className="driver__bar">
        <Brand />
        <Preferences />
      </header>
      <main className="driver__main">{children}</main>
    </div>
  );
}

function Share({ share, behind }: { share: Shared; behind: Behind }) {
  const text = useText();
  const term = useTerm();
  const format = useFormat();
  const until = share.until ? format.full(share.until) : text("sharing.untilStopped");
  return (
    <section className="driver__facts" aria-label={`${share.recipient} ${term("purpose", share.purpose)}`}>
      <div>
        <dl>
          <dt>{share.recipient || text("sharing.rescue")}</dt>
          <dd>{term("purpose", share.purpose)}</dd>
        </dl>
        <p className="faint">{share.fields.map((field) => term("field", field)).join(" · ")}</p>
        <p className="faint">
          {share.stands
            ? text("sharing.since", { from: format.full(share.granted_at), until })
            : text("sharing.ended")}
        </p>
        {share.stands ? (
          <Button isPending={behind.isPending} onPress={() => behind.stop(share.recipient, share.purpose)}>
            {text("sharing.stop")}
          </Button>
        ) : null}
      </div>
    </section>
  );
}

function Accesses({ accesses }: { accesses: Read[] }) {
  const text = useText();
  const format = useFormat();
  if (accesses.length === 0) return <p className="faint">{text("sharing.nobodyRead")}</p>;
  return (
    <ul>
      {accesses.map((read) => (
        <li key={`${read.at} ${read.recipient} ${read.how} ${read.period}`}>
          {format.full(read.at)} · {read.recipient} {read.period}
        </li>
      ))}
    </ul>
  );
}

function Deletion({ deletion, behind }: { deletion: DeletionView | null; behind: Behind }) {
  const text = useText();
  const format = useFormat();
  const [isSure, setIsSure] = useState(false);
  if (deletion !== null) {
    return (
      <p role="status">
        {deletion.done_at
          ? text("sharing.deleted", { time: format.full(deletion.done_at) })
          : text("sharing.deletedBy", { time: format.full(deletion.due_at) })}
      </p>
    );
  }
  if (!isSure) return <Button onPress={() => setIsSure(true)}>{text("sharing.delete")}</Button>;
  return (
    <Button look="danger" isPending={behind.isPending} onPress={behind.remove}>
      {text("sharing.deleteSure")}
    </Button>
  );
}

function Whole({ page, behind }: { page: Page; behind: Behind }) {
  const text = useText();
  const stands = page.shares.some((share) => share.stands);
  return (
    <>
      <p className="driver__car">
        <Plate>{page.plate}</Plate> {page.vehicle}
      </p>
      <h1>{text("sharing.title")}</h1>
      {stands ? (
        <div className="driver__answers">
          <Button look="main" isPending={behind.isPending} onPress={() => behind.stop(null, null)}>
            <ShieldOff size={24} aria-hidden />
            {text("sharing.stopAll")}
          </Button>
        </div>
      ) : (
        <p role="status">{text("sharing.nothing")}</p>
      )}
      {page.shares.map((share) => (
        <Share key={`${share.recipient} ${share.purpose}`} share={share} behind={behind} />
      ))}
      <section aria-labelledby="reads">
        <h2 id="reads">{text("sharing.reads")}</h2>
        <Accesses accesses={page.accesses} />
      </section>
      <section aria-labelledby="own">
        <h2 id="own">{text("sharing.own")}</h2>
        <p>
          <a href={behind.copy("json")} download>
            {text("sharing.copyJson")}
          </a>{" "}
          ·{" "}
          <a href={behind.copy("csv")} download>
            {text("sharing.copyCsv")}
          </a>
        </p>
        <Deletion deletion={page.deletion} behind={behind} />
      </section>
    </>
  );
}

export default function SharingPage() {
  const { token = "" } = useParams();
  const text = useText();
  const problem = useProblemText();
  const behind = useSharing(token);
  const { page, error } = behind;
  if (page === null && error === null) {
    return (
      <Frame>
        <Skeleton rows={4} />
      </Frame>
    );
  }
  if (page === null) {
    return (
      <Frame>
        <div role="alert">
          <h1>{text("sharing.title")}</h1>
          <EmptyState icon={Clock} title={text("sharing.noLink")}>
            <p>{problem(error)}</p>
            <Button onPress={behind.retry}>{text("load.retry")}</Button>
          </EmptyState>
        </div>
      </Frame>
    );
  }
  return (
    <Frame>
      {error ? (
        <div role="alert">
          <Banner tone="critical">{problem(error)}</Banner>
        </div>
      ) : null}
      <Whole page={page} behind={behind} />
    </Frame>
  );
}
