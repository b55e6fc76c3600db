// Words on their way to the GPU.

/** Words that go up before the commands run; grows, and starts anew with every submit. */
export class Arena {
  words: Uint32Array<ArrayBuffer>;
  floats: Float32Array<ArrayBuffer>;
  used = 0;
  constructor(words: number) {
    this.words = new Uint32Array(words);
    this.floats = new Float32Array(this.words.buffer);
  }
  reserve(count: number): number {
    const at = this.used;
    this.used += count;
    if (this.used > this.words.length) {
      const grown = new Uint32Array(Math.max(this.used, 2 * this.words.length));
      grown.set(this.words);
      this.words = grown;
      this.floats = new Float32Array(grown.buffer);
    }
    return at;
  }
}
