// One tab stores runs at a time: whoever holds the lock. The others wait for it and get it when that tab closes or crashes.

const LOCK = "ppo-lab-library";
/** Milliseconds that a tab which is just closing gets before this one calls itself second. */
const GRACE = 500;

/**
 * Asks for the lock and keeps it as long as the page lives.
 * @param tell "own" when this tab has it, "foreign" while another one does
 */
export function claimStorage(tell: (access: "own" | "foreign") => void): void {
  // Pages that did not come safely have no locks; their runs never touch each other's rows, so nothing is lost.
  const locks = "locks" in navigator ? navigator.locks : null;
  if (locks === null) {
    tell("own");
    return;
  }
  const waiting = setTimeout(() => tell("foreign"), GRACE);
  const held = new Promise<never>(() => {});
  locks
    .request(LOCK, () => {
      clearTimeout(waiting);
      tell("own");
      return held;
    })
    .catch(() => {
      // Locks may be forbidden, as in a sandboxed frame.
      clearTimeout(waiting);
      tell("own");
    });
}
