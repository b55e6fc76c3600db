// Reads one object out of the database field by field; nothing that a disk gives back is trusted.

/** A stored row is not what the lab writes. */
export class RowError extends Error {
  override readonly name = "RowError";
}

export class StoredFields {
  private readonly fields: Readonly<Record<string, unknown>>;
  private readonly path: string;

  /** @throws RowError when `value` is no object. */
  constructor(value: unknown, path: string) {
    if (typeof value !== "object" || value === null) throw new RowError(`${path}: expected an object, got ${describe(value)}.`);
    this.fields = value as Readonly<Record<string, unknown>>;
    this.path = path;
  }

  names(): string[] {
    return Object.keys(this.fields);
  }

  value(name: string): unknown {
    return Object.hasOwn(this.fields, name) ? this.fields[name] : undefined;
  }

  object(name: string): StoredFields {
    return new StoredFields(this.value(name), `${this.path}.${name}`);
  }

  optional(name: string): StoredFields | null {
    return this.value(name) === null ? null : this.object(name);
  }

  text(name: string, maxLength: number): string {
    const value = this.value(name);
    if (typeof value !== "string" || value.length > maxLength) throw this.wrong(name, `a text of at most ${maxLength} characters`);
    return value;
  }

  /** A whole number from 0 to `max`. */
  count(name: string, max = Number.MAX_SAFE_INTEGER): number {
    const value = this.value(name);
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0 || value > max)
      throw this.wrong(name, `a whole number from 0 to ${max}`);
    return value;
  }

  flag(name: string): boolean {
    const value = this.value(name);
    if (typeof value !== "boolean") throw this.wrong(name, "true or false");
    return value;
  }

  list<T>(name: string, read: (item: unknown, path: string) => T, maxLength: number): T[] {
    const value = this.value(name);
    if (!Array.isArray(value) || value.length > maxLength) throw this.wrong(name, `a list of at most ${maxLength}`);
    return value.map((item, i) => read(item, `${this.path}.${name}[${i}]`));
  }

  wrong(name: string, expected: string): RowError {
    return new RowError(`${this.path}.${name}: expected ${expected}, got ${describe(this.value(name))}. The row is damaged.`);
  }
}

function describe(value: unknown): string {
  return typeof value === "object" && value !== null ? "another kind of object" : String(value).slice(0, 80);
}
