// VITE_PUBLIC_URL, the address that the site is published at, checked before the build takes it over.

/**
 * @param {string | undefined} given undefined or empty: the build names no address
 * @throws {Error} unless it is a full http(s) address
 */
export function checkPublicUrl(given) {
  if (given === undefined || given === "") return;
  if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) return;
  throw new Error(
    `VITE_PUBLIC_URL: expected the full address that the site is published at, such as https://name.github.io/ppo-lab/, got "${given}". Correct it or leave it out.`,
  );
}
