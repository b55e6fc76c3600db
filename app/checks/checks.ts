// What the gates said about the options, and whether that keeps a run from starting.

import type { LabConfig } from "../../src/config";
import type { GateReport } from "../../src/gates/inspection";
import type { LabConnection } from "../../src/worker/client";
import { serverOrigin } from "../config/serverAddress";

export interface Checks {
  /** The options they are about. */
  readonly config: LabConfig;
  readonly reports: readonly GateReport[];
  /** Why there are no reports; else null. */
  readonly problem: string | null;
}

export async function checksOf(config: LabConfig, connection: Pick<LabConnection, "inspect">): Promise<Checks> {
  try {
    return { config, reports: await connection.inspect(config), problem: null };
  } catch (reason) {
    return { config, reports: [], problem: reason instanceof Error ? reason.message : String(reason) };
  }
}

/** What keeps the next run from starting. */
export type Block =
  | { readonly kind: "gate"; readonly report: GateReport }
  /** Nobody allowed this reward server yet. */
  | { readonly kind: "consent"; readonly origin: string }
  /** The reward server's address is none. */
  | { readonly kind: "address" };

interface BeforeRun {
  readonly status: string;
  readonly config: LabConfig;
  readonly runConfig: LabConfig | null;
  readonly checks: Checks | null;
  readonly allowedOrigin: string | null;
}

/** A run under way goes on whatever the options have become; reports on other options than these say nothing. */
export function blockedBy({ status, config, runConfig, checks, allowedOrigin }: BeforeRun): Block | null {
  if (runConfig !== null && status !== "finished") return null;
  if (config.rewardModelType === "api") {
    const origin = serverOrigin(config.rewardModel);
    if (origin === null) return { kind: "address" };
    if (origin !== allowedOrigin) return { kind: "consent", origin };
  }
  const report = checks?.config === config ? checks.reports.find(({ verdict }) => verdict === "stop") : undefined;
  return report === undefined ? null : { kind: "gate", report };
}

/** The worst verdict and how many reports have it. */
export interface Overall {
  readonly verdict: GateReport["verdict"];
  readonly count: number;
}

/** null without reports. */
export function overallOf(reports: readonly Pick<GateReport, "verdict">[]): Overall | null {
  if (reports.length === 0) return null;
  for (const verdict of ["stop", "warn"] as const) {
    const count = reports.filter((report) => report.verdict === verdict).length;
    if (count > 0) return { verdict, count };
  }
  return { verdict: "pass", count: reports.length };
}
