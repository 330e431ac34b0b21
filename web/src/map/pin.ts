/** Reading a typed point. Pure. */

import type { Pin } from "~/api/types";

const POINT = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/;

/** "latitude, longitude" in degrees, or null when that is not what was typed. */
export function pinOf(words: string): Pin | null {
  const found = POINT.exec(words);
  if (found === null) return null;
  const lat = Number(found[1]);
  const lon = Number(found[2]);
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon, crs: "WGS84" } : null;
}
