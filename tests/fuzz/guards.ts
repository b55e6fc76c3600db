// What hostile input must never bring about while it is read: network, code from text, changed prototypes.

const NETWORK = ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "WebTransport", "Worker", "SharedWorker", "importScripts"] as const;

const async = async (): Promise<void> => {};
function* generator(): Generator<void> {}
async function* asyncGenerator(): AsyncGenerator<void> {}
/** Each of them has a constructor that runs text as code. */
const MAKERS: readonly object[] = [() => {}, async, generator, asyncGenerator].map((made) => Object.getPrototypeOf(made) as object);

const PROTOTYPES = [Object, Array, Function, String, Number, Boolean, Map, Set, Promise, Error].map(
  (maker) => [maker.name, maker.prototype as object] as const,
);
/** Keys and what they hold, as text that differs when one of them was added, removed or replaced. */
const ownKeys = (): string =>
  PROTOTYPES.map(([name, prototype]) => `${name}: ${Reflect.ownKeys(prototype).map(String).join(" ")}`).join("\n");
const CLEAN = ownKeys();

/**
 * Runs `read` with every way out of the process closed.
 * @throws TypeError when it was tried (even if `read` caught that), or a prototype is not as before.
 */
export async function guarded<T>(read: () => T | Promise<T>): Promise<T> {
  const tried: string[] = [];
  const trap = (name: string): object =>
    new Proxy(Function, {
      apply: () => refuse(name),
      construct: () => refuse(name),
    });
  const refuse = (name: string): never => {
    tried.push(name);
    throw new TypeError(`${name} was used while hostile input was read`);
  };
  const restore = [...NETWORK, "eval", "Function"].map((name) => replace(globalThis, name, trap(name)));
  for (const made of MAKERS) restore.push(replace(made, "constructor", trap("a function's constructor")));
  const outcome = await settled(read);
  for (const undo of restore) undo();
  if (tried.length > 0) throw new TypeError(`Expected data to be read only, but ${tried.join(", ")} was used.`);
  if (ownKeys() !== CLEAN) throw new TypeError("Expected prototypes as they were, but one was changed.");
  if ("reason" in outcome) throw outcome.reason;
  return outcome.value;
}

async function settled<T>(read: () => T | Promise<T>): Promise<{ readonly value: T } | { readonly reason: unknown }> {
  try {
    return { value: await read() };
  } catch (reason) {
    return { reason };
  }
}

function replace(owner: object, name: string, value: object): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true, enumerable: false });
  return () => {
    if (before) Object.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  };
}
