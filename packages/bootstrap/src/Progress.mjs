import { secondsSince } from "./secondsSince.mjs"

/**
 * One line per step on stdout: what it is, how it ended, how long it took. The first half is written when the step
 * begins, so that a person knows what is being waited for.
 */
export class Progress {
  /** @type {Array<string>} */
  #notes = []
  #write

  /** @param {(text: string) => void} [write] where the lines go; standard output unless told */
  constructor(write = (text) => void process.stdout.write(text)) {
    this.#write = write
  }

  /**
   * @template {string | undefined} A
   * @param {string} title
   * @param {() => Promise<{ detail: string, value: A }>} action
   * @returns {Promise<A>}
   */
  async step(title, action) {
    const started = performance.now()
    this.#write(`${title.padEnd(14)} `)
    try {
      const { detail, value } = await action()
      this.#write(`${detail} (${secondsSince(started)})\n`)
      return value
    } catch (error) {
      this.#write(`failed (${secondsSince(started)})\n`)
      throw error
    } finally {
      for (const note of this.#notes.splice(0)) this.#write(`  ${note}\n`)
    }
  }

  /**
   * Says what the running step does now, on the step's own line.
   * @param {string} doing
   */
  doing(doing) {
    this.#write(`${doing} … `)
  }

  /**
   * Remembers a line that is printed under the running step when it ends.
   * @param {string} line
   */
  note(line) {
    this.#notes.push(line)
  }
}
