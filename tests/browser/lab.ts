// The page as the browser tests handle it.

import type { Locator, Page } from "@playwright/test";
import { expect } from "./labTest";

export class LabPage {
  readonly page: Page;
  readonly status: Locator;
  readonly position: Locator;
  readonly failure: Locator;
  readonly samples: Locator;

  constructor(page: Page) {
    this.page = page;
    this.status = page.getByTestId("status");
    this.position = page.getByTestId("position");
    this.failure = page.getByTestId("failure");
    this.samples = page.getByTestId("sample");
  }

  /** Opens the page on the live lab and waits for the engine. */
  async open(): Promise<void> {
    await this.goto();
    await this.expectStatus("ready");
  }

  /** Opens the page on the live lab. */
  async goto(): Promise<void> {
    await this.page.goto("./");
    await this.leaveRecording();
  }

  /** From the recording that the page opens on to the live lab. */
  async leaveRecording(): Promise<void> {
    await this.page.locator("[data-action=closeRecording]").click();
    await expect(this.status).toHaveAttribute("data-source", "live");
  }

  async expectStatus(status: string): Promise<void> {
    await expect(this.status).toHaveAttribute("data-status", status, { timeout: 60_000 });
  }

  /** A button of the run bar; its name stays when its text changes with the state. */
  action(name: "run" | "pause" | "stepPhase" | "stepPpo" | "reset" | "runLive"): Locator {
    return this.page.locator(`[data-action=${name}]`);
  }

  knob(field: string): Locator {
    return this.page.locator(`[data-knob=${field}]`);
  }

  async setKnob(field: string, text: string): Promise<void> {
    const input = this.knob(field).locator("input");
    await input.fill(text);
    await input.press("Enter");
  }

  /** Waits until the run under way stands in one of these steps; looks often, because small steps are over soon. */
  async reach(first: number, last: number): Promise<void> {
    const step = async (): Promise<boolean> => {
      const at = Number((await this.position.textContent())?.match(/\d+/)?.[0] ?? Number.NaN);
      return at >= first && at <= last;
    };
    await expect.poll(step, { message: `a step from ${first} to ${last}`, intervals: [40], timeout: 30_000 }).toBe(true);
  }

  /** Fewer samples a step, so that a test need not wait long. */
  async shrinkBatch(): Promise<void> {
    await this.setKnob("ppoBufferSize", "1");
    await this.setKnob("ppoEpochs", "1");
  }

  chart(id: string): Locator {
    return this.page.locator(`[data-chart=${id}]`);
  }

  /** The value a chart's read-out shows for a series. */
  async readout(chart: string, series: string): Promise<string> {
    return (await this.chart(chart).locator(`[data-series=${series}] dd`).textContent()) ?? "";
  }

  phase(name: "rollout" | "score" | "advantages" | "update"): Locator {
    return this.page.locator(`[data-phase=${name}]`);
  }
}
