// The page's side: a test file's address goes in, it runs under Vitest's runner, its results come out as plain data.

export interface TestOutcome {
  /** Names of the suites and of the test. */
  readonly name: string;
  readonly state: "pass" | "fail" | "skip";
  readonly milliseconds: number;
  /** Message and stack of every error. */
  readonly errors: readonly string[];
}

declare global {
  interface Window {
    /** Runs the tests whose name matches `pattern` (all when empty). */
    runTestFile?: (path: string, pattern: string) => Promise<readonly TestOutcome[]>;
  }
}

const config = {
  root: "/",
  setupFiles: [],
  name: "webgpu",
  passWithNoTests: false,
  testNamePattern: undefined as RegExp | undefined,
  allowOnly: false,
  sequence: { seed: 0, hooks: "stack" as const, setupFiles: "list" as const },
  chaiConfig: { truncateThreshold: 200 },
  maxConcurrency: 1,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  retry: 0,
  includeTaskLocation: false,
  tags: [],
  tagsFilter: undefined,
  strictTags: false,
  expect: {},
  experimental: {},
};

// Vitest's modules look for the state of their worker while they load.
Object.assign(globalThis, { __vitest_worker__: { config, environment: { name: "browser" }, ctx: {}, metaEnv: {} } });
const { startTests } = await import("vitest/internal/browser");

type File = Awaited<ReturnType<typeof startTests>>[number];
type Task = File["tasks"][number];

function outcomes(task: Task | File, prefix: string): TestOutcome[] {
  const name = prefix === "" ? task.name : `${prefix} > ${task.name}`;
  const { result } = task;
  const errors = (result?.errors ?? []).map(({ message, stack }) => (stack?.includes(message) ? stack : `${message}\n${stack ?? ""}`));
  if (task.type !== "suite")
    return [
      {
        name,
        state: result?.state === "pass" ? "pass" : task.mode === "skip" ? "skip" : "fail",
        milliseconds: result?.duration ?? 0,
        errors,
      },
    ];
  const own = errors.length > 0 ? [{ name, state: "fail" as const, milliseconds: 0, errors }] : [];
  return [...own, ...task.tasks.flatMap((inner) => outcomes(inner, "filepath" in task ? "" : name))];
}

window.runTestFile = async (path, pattern) => {
  config.testNamePattern = pattern === "" ? undefined : new RegExp(pattern);
  const files = await startTests([{ filepath: path }], {
    config,
    importFile: async (address: string) => import(/* @vite-ignore */ address) as Promise<unknown>,
  });
  return files.flatMap((file) => outcomes(file, ""));
};
