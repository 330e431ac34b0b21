/** Where a time ahead lies on the "road ahead": near hours wide, far days narrow. Pure. */

export const ROAD_END_H = 168;
const NEAR_H = 6;

/** 0 is now, 1 is a week ahead; later times stay at the end. */
export function alongRoad(hours: number): number {
  const within = Math.min(Math.max(hours, 0), ROAD_END_H);
  return Math.log1p(within / NEAR_H) / Math.log1p(ROAD_END_H / NEAR_H);
}
