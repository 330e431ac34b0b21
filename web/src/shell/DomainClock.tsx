/** The service's own time; where it runs faster than the real one, it says how much. */

import { useIntl } from "react-intl";
import { currentPace, useDomainNow } from "~/clock/domainNow";
import { useText } from "~/i18n/language";

const SEEN_AS_ONE = 0.1;

export function DomainClock() {
  const nowMs = useDomainNow();
  const intl = useIntl();
  const text = useText();
  const pace = currentPace();
  const isScaled = Math.abs(pace - 1) > SEEN_AS_ONE;
  const day = intl.formatDate(nowMs, { weekday: "short", month: "short", day: "numeric" });
  const time = intl.formatTime(nowMs, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
  return (
    <div className="clock">
      <span className="unseen">{text("clock.label")}</span>
      <span className="clock__day">{day}</span>
      <time className="clock__time" dateTime={new Date(nowMs).toISOString()}>
        {time}
      </time>
      {isScaled ? (
        <span className="clock__pace">
          <span aria-hidden="true">×{intl.formatNumber(pace, { maximumFractionDigits: 0 })}</span>
          <span className="unseen">{text("clock.pace", { pace: Math.round(pace) })}</span>
        </span>
      ) : null}
    </div>
  );
}
