/** What stays while pages change: where one can go, the clock, whether the page is live. */

import {
  BellRing,
  CarFront,
  Handshake,
  type LucideIcon,
  Map as MapIcon,
  Phone,
  Plug,
  Truck,
  Wrench,
} from "lucide-react";
import type { ReactNode } from "react";
import { Link, NavLink } from "react-router";
import { type Connection, useLiveChanges } from "~/api/events";
import { useCases, useJobs, useReminders } from "~/api/queries";
import { type TextId, useText } from "~/i18n/language";
import { isEnded } from "~/jobs/promise";
import { Banner, buttonClass } from "~/kit/basics";
import { useSession } from "~/session/session";
import { Brand } from "~/shell/Brand";
import { DomainClock } from "~/shell/DomainClock";
import { Preferences } from "~/shell/Preferences";
import { useNews } from "~/shell/useNews";

interface Place {
  to: string;
  text: TextId;
  icon: LucideIcon;
  count?: number;
}

function usePlaces(): Place[] {
  const cases = useCases("open").data?.items;
  const jobs = useJobs().data?.items;
  const reminders = useReminders().data?.items;
  useNews(cases);
  return [
    { to: "/fleet", text: "nav.fleet", icon: CarFront },
    { to: "/cases", text: "nav.cases", icon: BellRing, count: cases?.length ?? 0 },
    {
      to: "/rescues",
      text: "nav.rescues",
      icon: Truck,
      count: jobs?.filter((job) => !isEnded(job.state)).length ?? 0,
    },
    { to: "/map", text: "nav.map", icon: MapIcon },
    {
      to: "/reminders",
      text: "nav.reminders",
      icon: Wrench,
      count: reminders?.filter(({ state }) => state === "due" || state === "overdue").length ?? 0,
    },
    { to: "/partners", text: "nav.partners", icon: Handshake },
  ];
}

function Places() {
  const text = useText();
  return (
    <nav className="places" aria-label={text("nav.label")}>
      <ul>
        {usePlaces().map(({ to, text: id, icon: Icon, count = 0 }) => (
          <li key={to}>
            <NavLink to={to} className="place">
              <Icon size={20} strokeWidth={1.9} aria-hidden />
              <span className="place__word">{text(id)}</span>
              {count > 0 ? (
                <span className="place__count">
                  <span aria-hidden="true">{count}</span>
                  <span className="unseen">{text("nav.count", { count })}</span>
                </span>
              ) : null}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const LIVE_TEXT: Record<Connection, TextId> = {
  live: "live.live",
  connecting: "live.connecting",
  lost: "live.lost",
};

function Live({ connection }: { connection: Connection }) {
  const text = useText();
  return (
    <span className="live" data-live={connection} role="status">
      <span className="live__dot" aria-hidden />
      <span className="live__word">{text(LIVE_TEXT[connection])}</span>
    </span>
  );
}

export function Shell({ children }: { children: ReactNode }) {
  const text = useText();
  const { token, signOut, refused } = useSession();
  const connection = useLiveChanges(token, refused);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {text("nav.skip")}
      </a>
      <header className="bar">
        <Link to="/fleet" className="bar__brand">
          <Brand />
        </Link>
        <Live connection={connection} />
        <DomainClock />
        <div className="bar__end">
          <Link to="/rescues/new" className={buttonClass(["main", "small"])} aria-label={text("rescue.open")}>
            <Phone size={16} aria-hidden />
            <span className="bar__call">{text("rescue.open")}</span>
          </Link>
          <Preferences signOut={signOut} />
        </div>
      </header>
      <Places />
      <main id="main" tabIndex={-1}>
        {connection === "lost" ? (
          <Banner tone="risk" icon={Plug}>
            {text("live.lostLong")}
          </Banner>
        ) : null}
        {children}
      </main>
    </div>
  );
}
