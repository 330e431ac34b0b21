/** Levels, states and freshness: always a shape and a word, the colour only repeats them. */

import {
  BatteryCharging,
  CircleCheck,
  CircleDashed,
  CircleParking,
  Eye,
  Gauge,
  type LucideIcon,
  OctagonAlert,
  RadioTower,
  TriangleAlert,
  WifiOff,
} from "lucide-react";
import type { ReactNode } from "react";
import type { Level, VehicleState } from "~/api/types";
import { useFormat } from "~/format/useFormat";
import { useTerm, useText } from "~/i18n/language";

const LEVEL_ICON: Record<Level, LucideIcon> = {
  critical: OctagonAlert,
  risk: TriangleAlert,
  watch: Eye,
  ok: CircleCheck,
  unknown: CircleDashed,
};

export function LevelIcon({ level, size = 16 }: { level: Level; size?: number }) {
  const Icon = LEVEL_ICON[level];
  return <Icon size={size} strokeWidth={2.2} aria-hidden />;
}

/** A level; one that rests on old data is never shown as a lit lamp when it says "no signs". */
export function LevelLamp({ level, isCurrent = true }: { level: Level; isCurrent?: boolean }) {
  const term = useTerm();
  const text = useText();
  const isOldGood = level === "ok" && !isCurrent;
  return (
    <span className={isOldGood ? "lamp lamp--old" : "lamp"} data-tone={isOldGood ? "unknown" : level}>
      {isOldGood ? <CircleDashed size={16} strokeWidth={2.2} aria-hidden /> : <LevelIcon level={level} />}
      {isOldGood ? text("level.oldOk") : term("level", level)}
    </span>
  );
}

export function Tag({
  tone,
  icon: Icon,
  children,
}: {
  tone: string;
  icon?: LucideIcon;
  children: ReactNode;
}) {
  return (
    <span className={Icon ? "lamp" : "lamp lamp--plain"} data-tone={tone}>
      {Icon ? <Icon size={15} strokeWidth={2.2} aria-hidden /> : null}
      {children}
    </span>
  );
}

const STATE_ICON: Record<VehicleState, LucideIcon> = {
  driving: Gauge,
  parked: CircleParking,
  charging: BatteryCharging,
  silent: WifiOff,
  unknown: CircleDashed,
};

interface FreshnessProps {
  lastSeen: string | null;
  fresh: boolean;
  nowMs: number;
}

/** How old the newest data are, in words; old data say so and do not rely on being grey. */
export function Freshness({ lastSeen, fresh, nowMs }: FreshnessProps) {
  const format = useFormat();
  const text = useText();
  if (lastSeen === null) {
    return (
      <span className="fresh fresh--old">
        <WifiOff size={15} aria-hidden />
        {text("fresh.never")}
      </span>
    );
  }
  const age = format.ago((nowMs - Date.parse(lastSeen)) / 1000);
  return (
    <span className={fresh ? "fresh" : "fresh fresh--old"} title={format.full(lastSeen)}>
      {fresh ? <RadioTower size={15} aria-hidden /> : <WifiOff size={15} aria-hidden />}
      {fresh ? age : text("fresh.old", { age })}
    </span>
  );
}

export function StateWord({ state }: { state: VehicleState }) {
  const term = useTerm();
  const Icon = STATE_ICON[state];
  return (
    <span className="fresh">
      <Icon size={15} aria-hidden />
      {term("state", state)}
    </span>
  );
}
