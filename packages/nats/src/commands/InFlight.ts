import { Ring } from "@cim-domain/event-sourcing/Ring"
import { Effect } from "effect"

/** A request that is being handled. */
interface Handled {
  readonly bytes: number
  giveUp: (() => void) | undefined
}

/** The requests that are being handled: how many, when there are none, and what gives them up. */
export class InFlight {
  readonly #handled = new Ring<Handled>()
  #count = 0
  #bytes = 0
  #onNone: (() => void) | undefined

  get count(): number {
    return this.#count
  }

  /** Of the bodies of all of them. */
  get bytes(): number {
    return this.#bytes
  }

  /** One with a body of so many bytes. Gives the number that the others take. */
  begin(bytes: number): number {
    this.#count += 1
    this.#bytes += bytes
    return this.#handled.put({ bytes, giveUp: undefined })
  }

  /** Nothing when it has ended already. */
  canGiveUp(number: number, giveUp: () => void): void {
    const handled = this.#handled.get(number)
    if (handled !== undefined) handled.giveUp = giveUp
  }

  /** Whether it had not ended before. */
  end(number: number): boolean {
    const handled = this.#handled.take(number)
    if (handled === undefined) return false
    this.#count -= 1
    this.#bytes -= handled.bytes
    if (this.#count === 0) this.#onNone?.()
    return true
  }

  /** Waits until there are none. */
  readonly none: Effect.Effect<void> = Effect.callback((resume) => {
    if (this.#count === 0) return resume(Effect.void)
    this.#onNone = () => resume(Effect.void)
  })

  /** Gives up all that can be; nobody waits for them any more. */
  giveUp(): void {
    this.#handled.forEach(({ giveUp }, number) => {
      this.#handled.take(number)
      giveUp?.()
    })
    this.#count = 0
    this.#bytes = 0
  }
}
