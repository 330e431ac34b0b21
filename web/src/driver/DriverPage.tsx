/** The driver's page, by a link and without signing in: what is wrong, what is offered, yes or no. */

import { CircleCheck, Clock, Truck } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useParams } from "react-router";
import type { DriverQuestion, Pin } from "~/api/types";
import { useDomainNow } from "~/clock/domainNow";
import { type Answering, useDriverQuestion } from "~/driver/useDriverQuestion";
import { countdownText } from "~/format/duration";
import { useFormat } from "~/format/useFormat";
import { useSaid, useTerm, useText } from "~/i18n/language";
import { Banner, Button, EmptyState, Plate, Skeleton, useProblemText } from "~/kit/basics";
import { PinField } from "~/map/PinField";
import { Brand } from "~/shell/Brand";
import { Preferences } from "~/shell/Preferences";
import "~/driver/driver.css";
import "~/rescue/rescue.css";

function Frame({ children }: { children: ReactNode }) {
  const text = useText();
  useEffect(() => {
    document.title = `${text("driver.title")} · Outrider`;
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

function What({ question }: { question: DriverQuestion }) {
  const text = useText();
  const term = useTerm();
  const said = useSaid();
  return (
    <>
      <p className="driver__car">
        <Plate>{question.vehicle.plate}</Plate> {question.vehicle.name} · {question.vehicle.model}
      </p>
      <h1>{said(question)}</h1>
      {question.reasons.length > 0 ? (
        <section aria-labelledby="why">
          <h2 id="why">{text("driver.why")}</h2>
          <ol className="reasons">
            {question.reasons.map((reason) => (
              <li key={reason.code}>{said(reason)}</li>
            ))}
          </ol>
        </section>
      ) : null}
      <dl className="driver__facts">
        <div>
          <dt>{text("driver.what")}</dt>
          <dd>{term("service", question.service)}</dd>
        </div>
        {question.eta_minutes === null ? null : (
          <div>
            <dt>{text("driver.when")}</dt>
            <dd>{text("driver.inMinutes", { minutes: Math.ceil(question.eta_minutes) })}</dd>
          </div>
        )}
      </dl>
    </>
  );
}

function Ask({ question, answering }: { question: DriverQuestion; answering: Answering }) {
  const text = useText();
  const problem = useProblemText();
  const nowMs = useDomainNow();
  const [pin, setPin] = useState<Pin | null>(null);
  const leftS = (Date.parse(question.deadline) - nowMs) / 1000;
  if (leftS <= 0) {
    return (
      <Banner tone="unknown" icon={Clock}>
        {text("driver.tooLate")}
      </Banner>
    );
  }
  return (
    <>
      {question.needs_position ? (
        <PinField label={text("driver.pin")} hint={text("driver.pinHint")} pin={pin} onPin={setPin} />
      ) : null}
      {answering.error ? (
        <div role="alert">
          <Banner tone="critical">{problem(answering.error)}</Banner>
        </div>
      ) : null}
      <div className="driver__answers">
        <Button
          look="main"
          isPending={answering.isPending}
          onPress={() => answering.answer({ answer: "yes", ...(pin ? { position: pin } : {}) })}
        >
          <Truck size={24} aria-hidden />
          {text("driver.yes")}
        </Button>
        <Button isPending={answering.isPending} onPress={() => answering.answer({ answer: "no" })}>
          {text("driver.no")}
        </Button>
      </div>
      <p className="faint">{text("driver.deadline", { time: countdownText(leftS) })}</p>
      <p className="faint">{text("driver.privacy")}</p>
    </>
  );
}

function Answered({ question }: { question: DriverQuestion }) {
  const text = useText();
  const term = useTerm();
  const format = useFormat();
  const isYes = question.answer === "yes";
  return (
    <div className="driver__done" role="status" data-tone={isYes ? "ok" : "unknown"}>
      <CircleCheck size={40} aria-hidden />
      <p className="driver__said">{text(isYes ? "driver.saidYes" : "driver.saidNo")}</p>
      {isYes && question.job_state ? (
        <p>{text("driver.job", { state: term("job", question.job_state) })}</p>
      ) : null}
      {isYes && question.eta_minutes !== null ? (
        <p>{text("driver.eta", { time: format.duration(question.eta_minutes * 60) })}</p>
      ) : null}
      {isYes ? null : <p>{text("driver.saidNoThen")}</p>}
    </div>
  );
}

export default function DriverPage() {
  const { token = "" } = useParams();
  const text = useText();
  const problem = useProblemText();
  const { question, error, retry, answering } = useDriverQuestion(token);
  if (question === null) {
    return (
      <Frame>
        {error === null ? (
          <Skeleton rows={4} />
        ) : (
          <div role="alert">
            <h1>{text("driver.title")}</h1>
            <EmptyState icon={Clock} title={text("driver.noQuestion")}>
              <p>{problem(error)}</p>
              <Button onPress={retry}>{text("load.retry")}</Button>
            </EmptyState>
          </div>
        )}
      </Frame>
    );
  }
  return (
    <Frame>
      <What question={question} />
      {question.answer === null ? (
        <Ask question={question} answering={answering} />
      ) : (
        <Answered question={question} />
      )}
    </Frame>
  );
}
