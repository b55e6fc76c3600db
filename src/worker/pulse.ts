// The worker's signs of life: posted from its work, so that the page can tell a long computation from a hang.

import type { Engine, EngineModel } from "../engine/engine";

/** At most one sign of life in so many milliseconds. */
const GAP_MS = 500;

export class Pulse {
  private readonly post: () => void;
  private last = Number.NEGATIVE_INFINITY;

  /** `post` tells the page. */
  constructor(post: () => void) {
    this.post = post;
  }

  /** To be called often from any work; costs next to nothing. */
  beat(): void {
    const now = performance.now();
    if (now - this.last < GAP_MS) return;
    this.last = now;
    this.post();
  }

  /** Beats while `work` waits for something outside this thread, such as the network or a GPU. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => this.beat(), GAP_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }
}

/** The same engine; it and its models beat at every call. */
export function beatingEngine(engine: Engine, pulse: Pulse): Engine {
  const createModel: Engine["createModel"] = async (spec) => {
    pulse.beat();
    return beating<EngineModel>(await engine.createModel(spec), pulse);
  };
  return beating<Engine>(engine, pulse, { createModel });
}

function beating<T extends object>(target: T, pulse: Pulse, own: Partial<T> = {}): T {
  return new Proxy(target, {
    get: (_, key) => {
      if (key in own) return own[key as keyof T];
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...passed: unknown[]): unknown => {
        pulse.beat();
        return Reflect.apply(value, target, passed);
      };
    },
  });
}
