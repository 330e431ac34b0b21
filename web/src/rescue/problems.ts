/** What people call about, and what is usually sent for it. */

export const PROBLEMS = [
  "no_start",
  "flat_tyre",
  "empty_battery",
  "no_fuel",
  "warning_lamp",
  "overheating",
  "accident",
  "other",
] as const;

/** Left to the service where a person has not said enough to choose. */
export const SERVICE_OF_PROBLEM: Record<string, string | undefined> = {
  no_start: "jump_start",
  flat_tyre: "tyre_change",
  empty_battery: "mobile_charge",
  no_fuel: "fuel_delivery",
  warning_lamp: "mobile_mechanic",
  overheating: "tow",
  accident: "flatbed_tow",
};

export const SERVICES = [
  "jump_start",
  "battery_exchange",
  "tyre_change",
  "mobile_charge",
  "fuel_delivery",
  "mobile_mechanic",
  "tow",
  "flatbed_tow",
] as const;
