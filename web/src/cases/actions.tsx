/** What a person does with a case: say that somebody has it, or that it is over and why. */

import { type FormEvent, useState } from "react";
import { useAcknowledge, useResolve } from "~/api/queries";
import type { Case, ResolveReason } from "~/api/types";
import { useTerm, useText } from "~/i18n/language";
import { Banner, Button, useProblemText } from "~/kit/basics";
import { Sheet } from "~/kit/dialog";
import { Choice, Line } from "~/kit/fields";
import { useTell } from "~/kit/told";

const REASONS: readonly ResolveReason[] = [
  "repaired",
  "rescued",
  "false_alarm",
  "driver_declined",
  "duplicate",
  "other",
];

interface SheetProps {
  case_: Case;
  onClose: () => void;
}

const COMMENT_MAX = 2_000;

function useAbout(case_: Case): { plate: string; cause: string } {
  const term = useTerm();
  return { plate: case_.vehicle.plate, cause: term("cause", case_.cause) };
}

interface Change {
  error: unknown;
  isPending: boolean;
}

/** The foot of both sheets: what went wrong, the way back, the way on. */
function Foot({ change, onClose, go }: { change: Change; onClose: () => void; go: string }) {
  const text = useText();
  const problem = useProblemText();
  return (
    <>
      {change.error ? (
        <div role="alert">
          <Banner tone="critical">{problem(change.error)}</Banner>
        </div>
      ) : null}
      <div className="sheet__actions">
        <Button onPress={onClose}>{text("dialog.cancel")}</Button>
        <Button look="main" type="submit" isPending={change.isPending}>
          {go}
        </Button>
      </div>
    </>
  );
}

export function AcknowledgeSheet({ case_, onClose }: SheetProps) {
  const text = useText();
  const about = useAbout(case_);
  const { tell } = useTell();
  const [comment, setComment] = useState("");
  const change = useAcknowledge();

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate(
      { case_, body: { comment } },
      {
        onSuccess: () => {
          tell(text("cases.acknowledged", about));
          onClose();
        },
      },
    );
  }

  return (
    <Sheet isOpen onClose={onClose} title={text("cases.acknowledgeTitle", about)}>
      <form onSubmit={submit} className="gate__form">
        <Line
          autoFocus
          label={text("cases.comment")}
          tall
          value={comment}
          onChange={setComment}
          maxLength={COMMENT_MAX}
        />
        <Foot change={change} onClose={onClose} go={text("cases.acknowledge")} />
      </form>
    </Sheet>
  );
}

export function ResolveSheet({ case_, onClose }: SheetProps) {
  const text = useText();
  const term = useTerm();
  const about = useAbout(case_);
  const { tell } = useTell();
  const [reason, setReason] = useState<ResolveReason>("repaired");
  const [comment, setComment] = useState("");
  const change = useResolve();

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate(
      { case_, body: { reason, comment } },
      {
        onSuccess: () => {
          tell(text("cases.resolvedNow", about));
          onClose();
        },
      },
    );
  }

  return (
    <Sheet isOpen onClose={onClose} title={text("cases.resolveTitle", about)}>
      <form onSubmit={submit} className="gate__form">
        <Choice
          label={text("cases.why")}
          autoFocus
          value={reason}
          onChange={(chosen) => setReason(chosen as ResolveReason)}
          options={REASONS.map((id) => ({ id, text: term("resolve", id) }))}
        />
        <p className="faint">{text("cases.whyHint")}</p>
        <Line
          label={text("cases.comment")}
          tall
          value={comment}
          onChange={setComment}
          maxLength={COMMENT_MAX}
        />
        <Foot change={change} onClose={onClose} go={text("cases.resolve")} />
      </form>
    </Sheet>
  );
}
