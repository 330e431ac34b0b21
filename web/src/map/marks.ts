/** The marks on the map: each level has a shape of its own, so that colour only repeats it. */

import type { Map as MapLibre } from "maplibre-gl";
import { resolvedColours } from "~/shell/theme";

const SIZE = 28;
const RATIO = 2;
const FULL_TURN = 2 * Math.PI;

type Shape = (pen: CanvasRenderingContext2D) => void;

function polygon(corners: number, radius: number, turn: number): Shape {
  return (pen) => {
    for (let corner = 0; corner < corners; corner += 1) {
      const angle = turn + (corner * FULL_TURN) / corners;
      pen.lineTo(SIZE / 2 + radius * Math.cos(angle), SIZE / 2 + radius * Math.sin(angle));
    }
    pen.closePath();
  };
}

const circle: Shape = (pen) => pen.arc(SIZE / 2, SIZE / 2, 8, 0, FULL_TURN);

/** A truck seen from its side. */
const truck: Shape = (pen) => {
  pen.rect(4, 8, 12, 10);
  pen.rect(16, 11, 7, 7);
};

interface Mark {
  shape: Shape;
  colour: "critical" | "risk" | "watch" | "ok" | "unknown" | "accent" | "ink";
  sign: string;
  isHollow?: boolean;
}

const MARKS: Record<string, Mark> = {
  critical: { shape: polygon(8, 11, FULL_TURN / 16), colour: "critical", sign: "!" },
  risk: { shape: polygon(3, 12, -FULL_TURN / 4), colour: "risk", sign: "!" },
  watch: { shape: polygon(4, 10, 0), colour: "watch", sign: "" },
  ok: { shape: circle, colour: "ok", sign: "" },
  unknown: { shape: circle, colour: "unknown", sign: "?", isHollow: true },
  job: { shape: polygon(5, 12, -FULL_TURN / 4), colour: "accent", sign: "+" },
  partner: { shape: truck, colour: "ink", sign: "" },
};

function draw({ shape, colour, sign, isHollow }: Mark, palette: Record<string, string>): ImageData | null {
  const canvas = document.createElement("canvas");
  canvas.width = SIZE * RATIO;
  canvas.height = SIZE * RATIO;
  const pen = canvas.getContext("2d");
  if (pen === null) return null;
  const fill = palette[colour] ?? "";
  const surface = palette.surface ?? "";
  pen.scale(RATIO, RATIO);
  pen.beginPath();
  shape(pen);
  pen.lineWidth = 4;
  pen.lineJoin = "round";
  pen.strokeStyle = surface;
  pen.stroke();
  pen.fillStyle = isHollow ? surface : fill;
  pen.fill();
  pen.lineWidth = isHollow ? 2 : 1;
  pen.strokeStyle = fill;
  pen.stroke();
  pen.fillStyle = isHollow ? fill : surface;
  pen.font = "600 13px Barlow, sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(sign, SIZE / 2, SIZE / 2 + 1);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

export function addMarks(map: MapLibre): void {
  const palette = resolvedColours(["critical", "risk", "watch", "ok", "unknown", "accent", "ink", "surface"]);
  for (const [name, mark] of Object.entries(MARKS)) {
    const image = draw(mark, palette);
    if (image !== null && !map.hasImage(name)) map.addImage(name, image, { pixelRatio: RATIO });
  }
}
