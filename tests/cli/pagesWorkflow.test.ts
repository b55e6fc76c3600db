import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: { readonly group: string; readonly "cancel-in-progress": unknown };
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<"build" | "publish", Job>>;
}

const document = parseDocument(read(".github/workflows/pages.yml"), { strict: true, uniqueKeys: true });
const workflow = document.toJS() as Workflow;
const { build, publish } = workflow.jobs;
const steps = [...build.steps, ...publish.steps];
const MAIN = "github.ref == 'refs/heads/main'";

test("is YAML without errors or warnings", () => {
  expect([...document.errors, ...document.warnings]).toEqual([]);
  expect(Object.keys(workflow.on)).toEqual(["push", "pull_request", "workflow_dispatch"]);
  expect(workflow.on["push"]).toEqual({ branches: ["main"] });
});

test("installs, tests, then builds; every npm command exists in package.json", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const commands = steps.flatMap(({ run }) => run ?? []);
  expect(commands).toEqual(["npm ci", "npm test", "npm run build"]);
  for (const command of commands) {
    const [, name = ""] = /^npm (?:run )?(\w+)$/.exec(command) ?? [];
    expect(name === "ci" || name in scripts, command).toBe(true);
  }
});

test("the Node version is one that package.json allows", () => {
  const { engines } = JSON.parse(read("package.json")) as { engines: { node: string } };
  const version = build.steps.find(({ uses }) => uses?.startsWith("actions/setup-node@"))?.with?.["node-version"];
  expect(Number(version)).toBeGreaterThanOrEqual(Number(/^>=(\d+)/.exec(engines.node)?.[1]));
});

test("actions are GitHub's own, at a major version", () => {
  const used = steps.flatMap(({ uses }) => uses ?? []);
  expect(used.length).toBeGreaterThan(4);
  for (const action of used) expect(action).toMatch(/^actions\/[a-z-]+@v\d+$/);
});

describe("publishing", () => {
  test("only from main, after the tests, and never cut short", () => {
    expect(publish).toMatchObject({ needs: "build", if: MAIN, concurrency: { group: "pages", "cancel-in-progress": false } });
    for (const action of ["actions/configure-pages", "actions/upload-pages-artifact"])
      expect(build.steps.find(({ uses }) => uses?.startsWith(action))?.if, action).toBe(MAIN);
  });
  test("with the least permissions: only the publishing job may write, and only Pages", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    expect(build.permissions).toEqual({ contents: "read", pages: "read" });
    expect(publish.permissions).toEqual({ pages: "write", "id-token": "write" });
  });
  test("the build knows the site's address, and its folder is what is uploaded", () => {
    const built = build.steps.find(({ run }) => run === "npm run build");
    expect(built?.env).toEqual({ VITE_PUBLIC_URL: "${{ steps.pages.outputs.base_url }}" });
    expect(build.steps.some(({ id, uses }) => id === "pages" && uses?.startsWith("actions/configure-pages@"))).toBe(true);
    expect(read("app/share/publicUrl.ts")).toContain("VITE_PUBLIC_URL");
    expect(build.steps.find(({ uses }) => uses?.startsWith("actions/upload-pages-artifact@"))?.with).toEqual({ path: "dist" });
  });
});

test("there is no other workflow that nobody tests", () => {
  const folder = fileURLToPath(new URL(".github/workflows", root));
  expect(existsSync(folder) && readdirSync(folder)).toEqual(["pages.yml"]);
});
