import { expect, test } from "vitest";
import { checkPublicUrl } from "../../src/cli/publicUrl.mjs";

test.each([undefined, "", "https://name.github.io/ppo-lab", "http://lab.example:8080/"])("%s is taken", (given) =>
  expect(() => checkPublicUrl(given)).not.toThrow(),
);

test.each(["name.github.io/ppo-lab", "javascript:alert(1)", "/ppo-lab/", "ftp://lab.example/"])("%s stops the build", (given) =>
  expect(() => checkPublicUrl(given)).toThrow(/expected the full address .* got ".+"/),
);
