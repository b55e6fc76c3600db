// Reverse-mode differentiation of scalars in float64: every operation writes its value and its partial derivatives on a tape.

/** Index of a number on the tape. */
export type Scalar = number;

export class Tape {
  private readonly values: number[] = [];
  /** Edges of scalar i stand at edgeEnds[i - 1] <= e < edgeEnds[i]. */
  private readonly edgeEnds: number[] = [];
  private readonly parents: Scalar[] = [];
  private readonly partials: number[] = [];

  value(x: Scalar): number {
    return this.values[x] as number;
  }

  leaf(value: number): Scalar {
    return this.push(value);
  }

  add(a: Scalar, b: Scalar): Scalar {
    this.edge(a, 1);
    this.edge(b, 1);
    return this.push(this.value(a) + this.value(b));
  }

  sub(a: Scalar, b: Scalar): Scalar {
    this.edge(a, 1);
    this.edge(b, -1);
    return this.push(this.value(a) - this.value(b));
  }

  mul(a: Scalar, b: Scalar): Scalar {
    this.edge(a, this.value(b));
    this.edge(b, this.value(a));
    return this.push(this.value(a) * this.value(b));
  }

  /** Product with a plain number. */
  scale(a: Scalar, factor: number): Scalar {
    this.edge(a, factor);
    return this.push(this.value(a) * factor);
  }

  /** Sum with a plain number. */
  shift(a: Scalar, offset: number): Scalar {
    this.edge(a, 1);
    return this.push(this.value(a) + offset);
  }

  square(a: Scalar): Scalar {
    return this.mul(a, a);
  }

  reciprocal(a: Scalar): Scalar {
    const result = 1 / this.value(a);
    this.edge(a, -result * result);
    return this.push(result);
  }

  sqrt(a: Scalar): Scalar {
    const result = Math.sqrt(this.value(a));
    this.edge(a, 0.5 / result);
    return this.push(result);
  }

  exp(a: Scalar): Scalar {
    const result = Math.exp(this.value(a));
    this.edge(a, result);
    return this.push(result);
  }

  log(a: Scalar): Scalar {
    this.edge(a, 1 / this.value(a));
    return this.push(Math.log(this.value(a)));
  }

  /** The larger; a tie passes the gradient to the first. */
  max(a: Scalar, b: Scalar): Scalar {
    return this.same(this.value(a) >= this.value(b) ? a : b);
  }

  /** min(max(a, low), high) for plain bounds; no gradient outside them. */
  clamp(a: Scalar, low: number, high: number): Scalar {
    if (this.value(a) < low) return this.leaf(low);
    return this.value(a) > high ? this.leaf(high) : this.same(a);
  }

  sum(terms: readonly Scalar[]): Scalar {
    let total = 0;
    for (const term of terms) {
      this.edge(term, 1);
      total += this.value(term);
    }
    return this.push(total);
  }

  dot(a: readonly Scalar[], b: readonly Scalar[]): Scalar {
    if (a.length !== b.length) throw new RangeError(`dot: expected vectors of equal length, got ${a.length} and ${b.length}`);
    let total = 0;
    for (const [i, x] of a.entries()) {
      const y = b[i] as Scalar;
      this.edge(x, this.value(y));
      this.edge(y, this.value(x));
      total += this.value(x) * this.value(y);
    }
    return this.push(total);
  }

  /** d result / d x for every scalar x on the tape. */
  gradients(result: Scalar): Float64Array {
    const gradients = new Float64Array(this.values.length);
    gradients[result] = 1;
    for (let i = result; i >= 0; i--) {
      const gradient = gradients[i] as number;
      if (gradient === 0) continue;
      const first = i === 0 ? 0 : (this.edgeEnds[i - 1] as number);
      for (let e = first; e < (this.edgeEnds[i] as number); e++) {
        const parent = this.parents[e] as Scalar;
        gradients[parent] = (gradients[parent] as number) + gradient * (this.partials[e] as number);
      }
    }
    return gradients;
  }

  private same(a: Scalar): Scalar {
    this.edge(a, 1);
    return this.push(this.value(a));
  }

  /** Notes a parent of the scalar that the next `push` makes. */
  private edge(parent: Scalar, partial: number): void {
    this.parents.push(parent);
    this.partials.push(partial);
  }

  private push(value: number): Scalar {
    this.values.push(value);
    this.edgeEnds.push(this.parents.length);
    return this.values.length - 1;
  }
}
