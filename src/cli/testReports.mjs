// What failed, out of the JSON reports of Vitest and Playwright: a line for each test.

import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** @param {string} where @param {string | undefined} message */
const failureLine = (where, message) => `${where}: ${stripVTControlCharacters(message ?? "failed").split("\n")[0]}`;

/**
 * @param {any} report
 * @param {string} root folder that paths are shown relative to
 * @returns {string[]}
 */
export function vitestFailures({ testResults }, root) {
  return testResults.flatMap((/** @type {any} */ { name, message, assertionResults }) => {
    const path = relative(root, name);
    const failed = assertionResults.filter((/** @type {any} */ test) => test.status === "failed");
    // A file that does not even load has a message and no test.
    if (failed.length === 0) return message ? [failureLine(path, message)] : [];
    return failed.map((/** @type {any} */ test) => failureLine(`${path} > ${test.fullName}`, test.failureMessages[0]));
  });
}

/** @param {any} reportOrSuite @returns {string[]} */
export function playwrightFailures({ specs = [], suites = [] }) {
  const failed = specs.filter((/** @type {any} */ spec) => !spec.ok);
  const lines = failed.map((/** @type {any} */ spec) =>
    failureLine(`${spec.file}:${spec.line} ${spec.title}`, spec.tests.at(-1)?.results.at(-1)?.error?.message),
  );
  return [...lines, ...suites.flatMap(playwrightFailures)];
}
