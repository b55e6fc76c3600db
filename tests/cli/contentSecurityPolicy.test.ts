import { describe, expect, test } from "vitest";
import { inlineStyles } from "../../app/inlineStyles";
import { contentSecurityPolicy, pagePolicy, WORKER_POLICY } from "../../src/cli/contentSecurityPolicy.mjs";

const directivesOf = (policy: string): Record<string, string[]> =>
  Object.fromEntries(
    policy.split("; ").map((directive) => {
      const [name = "", ...sources] = directive.split(" ");
      return [name, sources];
    }),
  );

test("the page reaches its own host only, and runs no text as code", () => {
  const directives = directivesOf(pagePolicy(["a{}"]));
  expect(directives).toMatchObject({
    "default-src": ["'none'"],
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    "connect-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
  });
  // sha256 of "a{}", made with openssl.
  expect(directives["style-src"]).toEqual(["'self'", "'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk='"]);
  expect(Object.values(directives).flat()).not.toContain("'unsafe-inline'");
  expect(Object.values(directives).flat()).not.toContain("'unsafe-eval'");
});

test("the worker may ask any http(s) address, which its consents narrow down", () => {
  expect(directivesOf(WORKER_POLICY)).toEqual({
    "default-src": ["'none'"],
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    "connect-src": ["'self'", "https:", "http:"],
  });
});

test("Mantine writes two style sheets: the theme's variables and its helper classes", () => {
  const [variables = "", classes = "", ...more] = inlineStyles();
  expect(variables).toContain("--mantine-color-ink-7: #2a60c4");
  expect(classes).toContain("mantine-visible-from-sm");
  expect(more).toEqual([]);
});

describe("in index.html", () => {
  const { transformIndexHtml } = contentSecurityPolicy(() => ["a{}"]);
  if (typeof transformIndexHtml !== "object") throw new Error("Expected a hook with an order.");
  const handler = transformIndexHtml.handler as (html: string) => string;

  test("the policy stands before everything that it governs", () => {
    const html = handler('<head><meta charset="utf-8"><script src="a.js"></script></head>');
    expect(html.indexOf('<meta http-equiv="Content-Security-Policy"')).toBeLessThan(html.indexOf("<script"));
    expect(html).toContain(`content="${pagePolicy(["a{}"])}"`);
  });

  test("a page without its first line stops the build", () => {
    expect(() => handler("<head></head>")).toThrow('Expected <meta charset="utf-8"> in index.html');
  });
});
