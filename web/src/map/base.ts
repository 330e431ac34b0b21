/** The base map: land and sea from a package of public-domain data, no borders, no tiles, no net. */

import type { FeatureCollection, GeoJSON } from "geojson";
import type { StyleSpecification } from "maplibre-gl";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import fineUrl from "world-atlas/land-10m.json?url";
import coarseUrl from "world-atlas/land-50m.json?url";
import { resolvedColours } from "~/shell/theme";

export const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
/** From this zoom on the finer coast is worth its size. */
export const FINE_FROM_ZOOM = 5;
const LAND: Record<"coarse" | "fine", string> = { coarse: coarseUrl, fine: fineUrl };
const FONTS = ["Barlow", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"];

const kept = new Map<string, Promise<GeoJSON>>();

async function read(url: string): Promise<GeoJSON> {
  const topology = (await (await fetch(url)).json()) as Topology<{ land: GeometryCollection }>;
  return feature(topology, topology.objects.land);
}

export function land(detail: "coarse" | "fine"): Promise<GeoJSON> {
  const url = LAND[detail];
  const known = kept.get(url) ?? read(url);
  kept.set(url, known);
  return known;
}

export function mapStyle(): StyleSpecification {
  const colour = resolvedColours(["sea", "land", "coast", "grid", "ink", "surface", "accent", "ink-3"]);
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: NOTHING },
      grid: { type: "geojson", data: NOTHING },
      cells: { type: "geojson", data: NOTHING },
      ways: { type: "geojson", data: NOTHING },
      places: { type: "geojson", data: NOTHING, cluster: true, clusterRadius: 34, clusterMaxZoom: 13 },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colour.sea } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": colour.land } },
      { id: "grid", type: "line", source: "grid", paint: { "line-color": colour.grid, "line-width": 0.7 } },
      { id: "coast", type: "line", source: "land", paint: { "line-color": colour.coast, "line-width": 1 } },
      {
        id: "cells",
        type: "line",
        source: "cells",
        paint: { "line-color": colour["ink-3"], "line-width": 1, "line-dasharray": [3, 2] },
      },
      {
        id: "ways",
        type: "line",
        source: "ways",
        layout: { "line-cap": "round" },
        paint: { "line-color": colour.accent, "line-width": 2.5, "line-dasharray": [2, 2] },
      },
      {
        id: "clusters",
        type: "circle",
        source: "places",
        filter: ["has", "point_count"],
        paint: {
          "circle-color": colour.ink,
          "circle-radius": 15,
          "circle-stroke-color": colour.surface,
          "circle-stroke-width": 2,
        },
      },
      {
        id: "cluster-counts",
        type: "symbol",
        source: "places",
        filter: ["has", "point_count"],
        layout: { "text-field": ["get", "point_count_abbreviated"], "text-font": FONTS, "text-size": 14 },
        paint: { "text-color": colour.surface },
      },
      {
        id: "places",
        type: "symbol",
        source: "places",
        filter: ["!", ["has", "point_count"]],
        layout: {
          "icon-image": ["get", "mark"],
          "icon-size": ["case", ["get", "isChosen"], 1.35, 1],
          "icon-allow-overlap": true,
          "text-field": ["get", "name"],
          "text-font": FONTS,
          "text-size": 13,
          "text-offset": [0, 1.15],
          "text-anchor": "top",
          "text-optional": true,
          "symbol-sort-key": ["get", "order"],
        },
        paint: { "text-color": colour.ink, "text-halo-color": colour.land, "text-halo-width": 1.6 },
      },
    ],
  };
}
