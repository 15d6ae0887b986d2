/** Digests of 96 bits, each with a small number, in 16 bytes outside of JavaScript's heap: a Map of texts takes six times as much. */

/** 32 bits each. */
export type Digest = readonly [first: number, second: number, third: number]

/** 3 words of the digest, then the number + 1; 0 where free. */
const words = 4
/** Beyond it, looking for a free place takes long. */
const fullAt = 0.72

export class DigestTable {
  readonly slots: number
  readonly #cells: Uint32Array
  #used = 0

  /** `slots`: a power of two. */
  constructor(slots: number) {
    this.slots = slots
    this.#cells = new Uint32Array(slots * words)
  }

  get isFull(): boolean {
    return this.#used > this.slots * fullAt
  }

  /** In place of the number that the digest had. */
  set([first, second, third]: Digest, number: number): void {
    const cells = this.#cells
    let slot = second & (this.slots - 1)
    while (!this.#fits(slot * words, first, second, third)) slot = (slot + 1) & (this.slots - 1)
    const at = slot * words
    if (cells[at + 3] === 0) this.#used += 1
    cells[at] = first
    cells[at + 1] = second
    cells[at + 2] = third
    cells[at + 3] = number + 1
  }

  #fits(at: number, first: number, second: number, third: number): boolean {
    const cells = this.#cells
    return cells[at + 3] === 0 || (cells[at] === first && cells[at + 1] === second && cells[at + 2] === third)
  }

  /** A table of `slots` with those whose first word is below `end`. */
  copy(slots: number, end: number): DigestTable {
    const copy = new DigestTable(slots)
    const cells = this.#cells
    for (let at = 0; at < cells.length; at += words) {
      const first = cells[at]!
      if (cells[at + 3]! > 0 && first < end) copy.set([first, cells[at + 1]!, cells[at + 2]!], cells[at + 3]! - 1)
    }
    return copy
  }

  *numbers(): Generator<number> {
    for (let at = 3; at < this.#cells.length; at += words) {
      const number = this.#cells[at]!
      if (number > 0) yield number - 1
    }
  }
}
