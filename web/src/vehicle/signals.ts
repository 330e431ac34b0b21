/** Which signals make one chart, and the levels worth a line in it. Pure. */

import type { ChartThreshold } from "~/chart/Chart";
import type { TextId } from "~/i18n/language";

interface Level {
  value: number;
  text: TextId;
  level: ChartThreshold["level"];
}

export interface ChartPlan {
  id: string;
  title: TextId;
  paths: readonly string[];
  unit: string;
  digits: number;
  /** Shown at least, so that noise does not look like an event. */
  span: readonly [number | null, number | null];
  thresholds: readonly Level[];
  /** The causes this chart speaks for. */
  causes: readonly string[];
}

const wheel = (row: number, side: string) => `Vehicle.Chassis.Axle.Row${row}.Wheel.${side}.Tire.Pressure`;

/** In the order in which a person would look at them. */
export const CHARTS: readonly ChartPlan[] = [
  {
    id: "low_voltage",
    title: "chart.low_voltage",
    paths: [
      "Vehicle.Rescue.SupplyVoltage",
      "Vehicle.LowVoltageBattery.CurrentVoltage",
      "Vehicle.OBD.ControlModuleVoltage",
    ],
    unit: "V",
    digits: 2,
    span: [11.5, 14.5],
    thresholds: [
      { value: 12.2, text: "threshold.half", level: "watch" },
      { value: 11.8, text: "threshold.noStart", level: "critical" },
    ],
    causes: ["low_voltage_battery", "charging_system"],
  },
  {
    id: "tyres",
    title: "chart.tyres",
    paths: [wheel(1, "Left"), wheel(1, "Right"), wheel(2, "Left"), wheel(2, "Right")],
    unit: "kPa",
    digits: 0,
    span: [200, 250],
    thresholds: [],
    causes: ["tyre"],
  },
  {
    id: "charge",
    title: "chart.charge",
    paths: [
      "Vehicle.Powertrain.TractionBattery.StateOfCharge.Displayed",
      "Vehicle.Powertrain.TractionBattery.StateOfCharge.Current",
    ],
    unit: "%",
    digits: 1,
    span: [0, 30],
    thresholds: [{ value: 8, text: "threshold.lowCharge", level: "risk" }],
    causes: ["traction_battery", "charging"],
  },
  {
    id: "coolant",
    title: "chart.coolant",
    paths: ["Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature"],
    unit: "°C",
    digits: 0,
    span: [20, 100],
    thresholds: [],
    causes: ["coolant", "dtc", "thermal_event"],
  },
  {
    id: "fuel",
    title: "chart.fuel",
    paths: ["Vehicle.Powertrain.FuelSystem.RelativeLevel"],
    unit: "%",
    digits: 0,
    span: [0, 100],
    thresholds: [],
    causes: ["fuel"],
  },
  {
    id: "codes",
    title: "chart.codes",
    paths: ["Vehicle.Diagnostics.DTCCount"],
    unit: "",
    digits: 0,
    span: [0, 4],
    thresholds: [],
    causes: ["dtc"],
  },
  {
    id: "speed",
    title: "chart.speed",
    paths: ["Vehicle.Speed"],
    unit: "km/h",
    digits: 0,
    span: [0, 60],
    thresholds: [],
    causes: [],
  },
];

/** The charts a vehicle has signals for, each with just the signals it has. */
export function chartsFor(signals: readonly string[]): ChartPlan[] {
  const has = new Set(signals);
  return CHARTS.map((plan) => ({ ...plan, paths: plan.paths.filter((path) => has.has(path)) })).filter(
    ({ paths }) => paths.length > 0,
  );
}

/** The chart that shows most of what a case is about. */
export function chartOfCause(cause: string, signals: readonly string[]): ChartPlan | null {
  return chartsFor(signals).find(({ causes }) => causes.includes(cause)) ?? null;
}
