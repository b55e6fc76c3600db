// Whether an address holds a link of the lab; small, so that a page without one loads nothing more.

/** Everything else in a hash, such as a place on the page, is none of ours. */
export function isLinkHash(hash: string): boolean {
  return /^#v\d/.test(hash);
}
