/** Who did what, when and why; the newest first. */

import {
  BadgeCheck,
  CircleDot,
  ClipboardCheck,
  type LucideIcon,
  MessageCircleQuestion,
  Scale,
  TriangleAlert,
  Truck,
  UserRound,
} from "lucide-react";
import type { TimelineEvent } from "~/api/types";
import { useFormat } from "~/format/useFormat";
import { useActor, useSaid } from "~/i18n/language";

const ICONS: Record<string, LucideIcon> = {
  opened: TriangleAlert,
  decision: Scale,
  decided: Scale,
  acknowledged: ClipboardCheck,
  resolved: BadgeCheck,
  asked: MessageCircleQuestion,
  answer: MessageCircleQuestion,
  answered: MessageCircleQuestion,
  job: Truck,
  offer: Truck,
  person: UserRound,
};

export function Timeline({ events, nowMs }: { events: readonly TimelineEvent[]; nowMs: number }) {
  const actor = useActor();
  const said = useSaid();
  const format = useFormat();
  const newestFirst = [...events].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return (
    <ol className="timeline">
      {newestFirst.map((event) => {
        const Icon = ICONS[event.kind] ?? CircleDot;
        return (
          <li key={`${event.at}${event.kind}${event.actor}${event.en}`}>
            <span className="timeline__icon" aria-hidden="true">
              <Icon size={15} />
            </span>
            <div>
              <p>{said(event)}</p>
              <p className="faint">
                <time dateTime={event.at}>{format.moment(event.at, nowMs)}</time> · {actor(event.actor)}
              </p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
