/** Maintenance that is due, soonest first; each can be booked and marked as done. */

import { CalendarCheck, CheckCheck, Wrench } from "lucide-react";
import { Link } from "react-router";
import { useReminderStep, useReminders } from "~/api/queries";
import type { Reminder, ReminderState } from "~/api/types";
import { useDomainNow } from "~/clock/domainNow";
import { useFormat } from "~/format/useFormat";
import { useSaid, useTerm, useText } from "~/i18n/language";
import { Button, EmptyState, Loaded, Plate, useProblemText } from "~/kit/basics";
import { Tag } from "~/kit/lamps";
import { useTell } from "~/kit/told";
import { Page } from "~/shell/Page";
import "~/reminders/reminders.css";

const ORDER: readonly ReminderState[] = ["overdue", "due", "due_soon", "booked", "done"];
const TONE: Record<ReminderState, string> = {
  overdue: "critical",
  due: "risk",
  due_soon: "watch",
  booked: "accent",
  done: "ok",
};

function Due({ reminder, nowMs }: { reminder: Reminder; nowMs: number }) {
  const text = useText();
  const format = useFormat();
  const { due_km: dueKm, due_at: dueAt, odometer_km: odometerKm } = reminder;
  return (
    <p className="faint reminder__due">
      {dueAt ? <span>{text("reminders.dueAt", { at: format.moment(dueAt, nowMs) })}</span> : null}
      {dueKm !== null ? <span>{text("reminders.dueKm", { km: format.number(dueKm) })}</span> : null}
      {odometerKm !== null ? (
        <span>{text("reminders.odometer", { km: format.number(odometerKm) })}</span>
      ) : null}
    </p>
  );
}

function ReminderRow({ reminder, nowMs }: { reminder: Reminder; nowMs: number }) {
  const text = useText();
  const term = useTerm();
  const said = useSaid();
  const problem = useProblemText();
  const { tell } = useTell();
  const change = useReminderStep();
  const { vehicle, state } = reminder;
  const about = { plate: vehicle.plate };

  const step = (to: "book" | "complete") =>
    change.mutate(
      { id: reminder.id, step: to },
      {
        onSuccess: () => tell(text(to === "book" ? "reminders.booked" : "reminders.completed", about)),
        onError: (error) => tell(problem(error), "critical"),
      },
    );

  return (
    <li className="panel reminder" data-tone={TONE[state]}>
      <div>
        <p className="reminder__top">
          <Tag tone={TONE[state]}>{term("reminder", state)}</Tag>
          {vehicle.id ? (
            <Link to={`/vehicles/${encodeURIComponent(vehicle.id)}`} className="case__vehicle">
              <Plate>{vehicle.plate}</Plate> {vehicle.name}
            </Link>
          ) : (
            <Plate>{vehicle.plate}</Plate>
          )}
          <b>{term("kind", reminder.kind)}</b>
        </p>
        <p>{said(reminder)}</p>
        <Due reminder={reminder} nowMs={nowMs} />
      </div>
      {state === "done" ? null : (
        <div className="reminder__actions">
          {state === "booked" ? null : (
            <Button look="small" onPress={() => step("book")} isPending={change.isPending}>
              <CalendarCheck size={16} aria-hidden />
              {text("reminders.book")}
              <span className="unseen">{vehicle.plate}</span>
            </Button>
          )}
          <Button look="small" onPress={() => step("complete")} isPending={change.isPending}>
            <CheckCheck size={16} aria-hidden />
            {text("reminders.complete")}
            <span className="unseen">{vehicle.plate}</span>
          </Button>
        </div>
      )}
    </li>
  );
}

function List({ reminders }: { reminders: readonly Reminder[] }) {
  const text = useText();
  const nowMs = useDomainNow();
  if (reminders.length === 0) {
    return (
      <EmptyState icon={Wrench} title={text("reminders.empty")}>
        <p>{text("reminders.emptyWhy")}</p>
      </EmptyState>
    );
  }
  const inOrder = [...reminders].sort(
    (a, b) =>
      ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
      Date.parse(a.due_at ?? a.created_at) - Date.parse(b.due_at ?? b.created_at),
  );
  return (
    <ul className="reminders">
      {inOrder.map((reminder) => (
        <ReminderRow key={reminder.id} reminder={reminder} nowMs={nowMs} />
      ))}
    </ul>
  );
}

export default function RemindersPage() {
  const text = useText();
  const query = useReminders();
  return (
    <Page title={text("reminders.title")} lead={text("reminders.lead")}>
      <Loaded query={query}>{({ items }) => <List reminders={items} />}</Loaded>
    </Page>
  );
}
