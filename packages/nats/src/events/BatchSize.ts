/** From batches of one on, so many appends have to be stored in a row before two share a batch again. */
const storedBeforeSharing = 8

/**
 * How many appends may share a batch, by how often batches are refused: one more after each full batch that was stored, half as
 * many after one that was refused. As the windows of congestion control, it comes to rest where sharing gains as much as it loses.
 */
export class BatchSize {
  readonly #max: number
  #limit: number
  #inARow = 0

  constructor(max: number) {
    this.#max = max
    this.#limit = max
  }

  get limit(): number {
    return this.#limit
  }

  /** So many appends were stored together. Fewer than the limit say nothing about it. */
  stored(appends: number): void {
    this.#inARow += 1
    if (appends < this.#limit || (this.#limit === 1 && this.#inARow < storedBeforeSharing)) return
    this.#limit = Math.min(this.#max, this.#limit + 1)
    this.#inARow = 0
  }

  /** So many appends were refused together. Batches sent before the limit was halved do not halve it again. */
  refused(appends: number): void {
    this.#inARow = 0
    if (appends > 1) this.#limit = Math.max(1, Math.min(this.#limit, appends >> 1))
  }
}
