// The report as a picture, 1600 pixels wide: what run it is, its options, three charts, the chosen token, and where it comes from.

import type { NumberWriter } from "../../strings/numbers";
import type { Translate } from "../../strings/strings";
import { chartHeight, drawChart } from "./drawChart";
import { LIGHT } from "./palette";
import { loadFonts, Pen, type TextStyle } from "./pen";
import { type ReportContent, type ReportList, reportText, type ReportToken, type ReportWords } from "./reportContent";

export const REPORT_WIDTH = 1600;
const EDGE = 48;
const INNER = REPORT_WIDTH - 2 * EDGE;
const GAP = 20;

export interface ReportImage {
  readonly png: Blob;
  readonly width: number;
  readonly height: number;
  /** The same in words. */
  readonly text: string;
}

/** @throws Error when the browser gives no canvas or no PNG. */
export async function drawReport(content: ReportContent, words: ReportWords): Promise<ReportImage> {
  const text = reportText(content, words);
  await loadFonts(text);
  const canvas = document.createElement("canvas");
  canvas.width = REPORT_WIDTH;
  // Drawn twice: how high it gets shows only then, and setting a canvas's size empties it.
  canvas.height = Math.ceil(draw(penOf(canvas), content, words));
  const pen = penOf(canvas);
  pen.box(0, 0, canvas.width, canvas.height, LIGHT.page);
  draw(pen, content, words);
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (png === null) throw new Error("Expected a picture from the browser, got none. Close other pages and try again.");
  return { png, width: canvas.width, height: canvas.height, text };
}

function penOf(canvas: HTMLCanvasElement): Pen {
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("Expected a canvas from the browser, got none. Use a browser that draws pictures.");
  return new Pen(context);
}

/** @returns the picture's height */
function draw(pen: Pen, content: ReportContent, { t, numbers }: ReportWords): number {
  let y = drawHead(pen, content);
  for (const list of [content.options, content.turned]) if (list !== null) y = drawList(pen, list, y);
  y = drawCharts(pen, content, y + 8, t, numbers);
  if (content.token !== null) y = drawToken(pen, content.token, y + GAP, t);
  return drawFooter(pen, content, y + 38);
}

function drawHead(pen: Pen, { title, facts }: ReportContent): number {
  pen.box(EDGE, 40, 52, 52, LIGHT.accent, { radius: 13 });
  pen.line(
    [
      [EDGE + 9, 57],
      [EDGE + 43, 57],
    ],
    "rgb(255 255 255 / 45%)",
    { width: 2.5, dash: [5, 5] },
  );
  pen.line(
    [
      [EDGE + 9, 77],
      [EDGE + 43, 77],
    ],
    "rgb(255 255 255 / 45%)",
    { width: 2.5, dash: [5, 5] },
  );
  pen.line(
    [
      [EDGE + 9, 75],
      [EDGE + 18, 72],
      [EDGE + 25, 60],
      [EDGE + 33, 66],
      [EDGE + 43, 58],
    ],
    "#fff",
    { width: 4 },
  );
  const name = { size: 30, weight: 700 } as const;
  pen.text(`PPO Lab: ${title}`, EDGE + 70, 64, name, INNER - 70);
  pen.text(facts.join("  ·  "), EDGE + 70, 90, { size: 18, colour: "dim" }, INNER - 70);
  return 116;
}

const CHIP: TextStyle = { size: 15 };

/** A heading and its items as chips in lines. */
function drawList(pen: Pen, { heading, items }: ReportList, top: number): number {
  pen.text(heading, EDGE, top + 18, { size: 15, weight: 600, colour: "dim" }, INNER);
  let x = EDGE;
  let y = top + 30;
  for (const item of items) {
    const width = Math.min(INNER, pen.width(item, CHIP) + 24);
    if (x + width > EDGE + INNER) {
      x = EDGE;
      y += 38;
    }
    pen.box(x, y, width, 30, LIGHT.surface, { stroke: LIGHT.border, radius: 15 });
    pen.text(item, x + 12, y + 20, CHIP, width - 24);
    x += width + 8;
  }
  return y + 30 + 10;
}

/** The link to this view where it fits, since a cut one leads nowhere; else the lab's address. */
function drawFooter(pen: Pen, { footer, address, link }: ReportContent, y: number): number {
  const print = { size: 15, colour: "dim" } as const;
  const fits = link !== null && pen.width(link, print) <= INNER;
  pen.text([...footer, ...(fits ? [] : [address])].join("  ·  "), EDGE, y, print, INNER);
  if (fits) pen.text(link, EDGE, y + 24, print, INNER);
  return y + (fits ? 24 : 0) + 28;
}

function drawCharts(pen: Pen, { charts }: ReportContent, y: number, t: Translate, numbers: NumberWriter): number {
  const width = (INNER - GAP * (charts.length - 1)) / charts.length;
  const height = Math.max(...charts.map(chartHeight));
  charts.forEach((chart, i) => drawChart(pen, chart, { x: EDGE + i * (width + GAP), y, width }, height, t, numbers));
  return y + height;
}

const TOKEN: TextStyle = { size: 18 };
const COLUMNS = 6;

function drawToken(pen: Pen, token: ReportToken, top: number, t: Translate): number {
  const x = EDGE + 20;
  const width = INNER - 40;
  const height = layToken(pen, token, top, t, x, width) - top;
  pen.box(EDGE, top, INNER, height, LIGHT.surface, { stroke: LIGHT.border, radius: 12 });
  return layToken(pen, token, top, t, x, width);
}

/** Prompt, response with the token framed, numbers. @returns where it ends */
function layToken(pen: Pen, token: ReportToken, top: number, t: Translate, x: number, width: number): number {
  const chosen = token.tokens[token.chosen] ?? "";
  const name = { size: 22, weight: 700 } as const;
  pen.text(chosen, x, top + 38, name, 360);
  pen.text(`${token.heading}  ·  ${token.score}`, x + Math.min(360, pen.width(chosen, name)) + 16, top + 37, { size: 16, colour: "dim" });
  let y = top + 68;
  const prompt = `${t("report.prompt")}: ${token.prompt}`;
  for (const line of pen.lines(prompt, TOKEN, width).slice(0, 4)) {
    pen.text(line, x, y, { ...TOKEN, colour: "dim" }, width);
    y += 26;
  }
  let at = x;
  y += 4;
  token.tokens.forEach((text, i) => {
    const style: TextStyle = i === token.chosen ? { ...TOKEN, weight: 600 } : TOKEN;
    const wide = Math.min(width, pen.width(text, style) + 12);
    if (at + wide > x + width) {
      at = x;
      y += 32;
    }
    if (i === token.chosen) pen.box(at, y - 21, wide, 29, LIGHT["accent-soft"], { stroke: LIGHT.accent, radius: 6 });
    pen.text(text, at + 6, y, style, wide - 11);
    at += wide;
  });
  y += 30;
  const column = width / COLUMNS;
  token.numbers.forEach((entry, i) => {
    const left = x + (i % COLUMNS) * column;
    const line = y + Math.floor(i / COLUMNS) * 52;
    pen.text(entry.name, left, line + 14, { size: 14, colour: "dim" }, column - 12);
    pen.text(entry.value, left, line + 36, { size: 18, weight: 600 }, column - 12);
  });
  return y + Math.ceil(token.numbers.length / COLUMNS) * 52;
}
