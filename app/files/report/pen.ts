// The few drawing operations that the report needs, on a canvas.

import { type Colour, LIGHT } from "./palette";

export interface TextStyle {
  readonly size: number;
  readonly colour?: Colour;
  readonly weight?: 400 | 500 | 600 | 700;
  readonly align?: "left" | "right" | "center";
  /** A white rim, for text over lines. */
  readonly halo?: boolean;
}

export type Point = readonly [x: number, y: number];

const FONT = '"Inter Variable", system-ui, "Segoe UI", Roboto, sans-serif';

const fontOf = ({ size, weight = 400 }: TextStyle): string => `${weight} ${size}px ${FONT}`;

/** Loads the fonts that `text` needs; fonts that do not come are replaced by the system's. */
export async function loadFonts(text: string): Promise<void> {
  await Promise.allSettled([400, 500, 600, 700].map((weight) => document.fonts.load(`${weight} 16px ${FONT}`, text)));
}

export class Pen {
  private readonly context: CanvasRenderingContext2D;

  constructor(context: CanvasRenderingContext2D) {
    this.context = context;
    context.textBaseline = "alphabetic";
    context.lineJoin = "round";
  }

  width(text: string, style: TextStyle): number {
    this.context.font = fontOf(style);
    return this.context.measureText(text).width;
  }

  /** One line; `y` is its base line. Longer than `most` pixels it is cut with an ellipsis. */
  text(text: string, x: number, y: number, style: TextStyle, most = Number.POSITIVE_INFINITY): void {
    const { context } = this;
    context.font = fontOf(style);
    context.fillStyle = LIGHT[style.colour ?? "text"];
    context.textAlign = style.align ?? "left";
    if (style.halo === true) {
      context.strokeStyle = LIGHT.surface;
      context.lineWidth = 5;
      context.strokeText(text, x, y);
    }
    context.fillText(this.cut(text, style, most), x, y);
  }

  /** Words in lines of at most `most` pixels. */
  lines(text: string, style: TextStyle, most: number): string[] {
    const lines: string[] = [];
    let line = "";
    for (const word of text.split(/\s+/)) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (line === "" || this.width(longer, style) <= most) line = longer;
      else {
        lines.push(line);
        line = word;
      }
    }
    return [...lines, line];
  }

  box(
    x: number,
    y: number,
    width: number,
    height: number,
    fill: string,
    { stroke, radius = 0 }: { stroke?: string; radius?: number } = {},
  ): void {
    const { context } = this;
    context.beginPath();
    context.roundRect(x, y, width, height, radius);
    context.fillStyle = fill;
    context.fill();
    if (stroke === undefined) return;
    context.lineWidth = 1.5;
    context.strokeStyle = stroke;
    context.stroke();
  }

  /** A line through the points; null lifts the pen. */
  line(
    points: readonly (Point | null)[],
    stroke: string,
    { width = 1, dash = [] }: { width?: number; dash?: readonly number[] } = {},
  ): void {
    const { context } = this;
    context.beginPath();
    let down = false;
    for (const point of points) {
      if (point === null) down = false;
      else {
        if (down) context.lineTo(...point);
        else context.moveTo(...point);
        down = true;
      }
    }
    context.lineWidth = width;
    context.strokeStyle = stroke;
    context.setLineDash([...dash]);
    context.stroke();
    context.setLineDash([]);
  }

  diamond(x: number, y: number, radius: number, fill: string, stroke: string): void {
    this.fillShape([x, y - radius, x + radius, y, x, y + radius, x - radius, y], fill);
    this.context.lineWidth = 2;
    this.context.strokeStyle = stroke;
    this.context.stroke();
  }

  /** A small flag at the top of a marker's line. */
  flag(x: number, y: number, fill: string): void {
    this.fillShape([x, y, x + 11, y, x + 7.5, y + 5, x + 11, y + 10, x, y + 10], fill);
  }

  /** @param corners x and y in turn */
  private fillShape(corners: readonly number[], fill: string): void {
    const { context } = this;
    context.beginPath();
    for (let i = 0; i < corners.length; i += 2) context.lineTo(corners[i] as number, corners[i + 1] as number);
    context.closePath();
    context.fillStyle = fill;
    context.fill();
  }

  circle(x: number, y: number, radius: number, fill: string): void {
    const { context } = this;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = fill;
    context.fill();
  }

  private cut(text: string, style: TextStyle, most: number): string {
    if (most === Number.POSITIVE_INFINITY || this.width(text, style) <= most) return text;
    const letters = Array.from(text.slice(0, 4000));
    let fits = 0;
    let tooMany = letters.length + 1;
    while (tooMany - fits > 1) {
      const half = (fits + tooMany) >> 1;
      if (this.width(`${letters.slice(0, half).join("")}…`, style) <= most) fits = half;
      else tooMany = half;
    }
    return `${letters.slice(0, fits).join("")}…`;
  }
}
