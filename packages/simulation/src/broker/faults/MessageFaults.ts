import type { Timeline } from "../../time/Timeline.ts"
import type { MessageKind } from "./BrokerFault.ts"

/** What happens to the next messages of a kind. */
interface Pending {
  readonly kind: MessageKind
  readonly effect: "lost" | "late" | "doubled"
  readonly millis: number
  left: number
}

/** Faults that wait for messages. */
export class MessageFaults {
  readonly #timeline: Timeline
  #pending: Array<Pending> = []
  #oncePassed: Array<() => void> = []

  constructor(timeline: Timeline) {
    this.#timeline = timeline
  }

  /** The next so many messages of a kind are lost, late, or doubled. */
  add(kind: MessageKind, effect: Pending["effect"], count: number, millis: number): void {
    if (count > 0) this.#pending.push({ kind, effect, millis, left: count })
  }

  /** Nothing happens to any more. */
  clear(): void {
    this.#pending = []
    this.#tellPassed()
  }

  /** Calls back once nothing is to happen to any more, but for what is late. */
  oncePassed(told: () => void): void {
    this.#oncePassed.push(told)
  }

  #tellPassed(): void {
    for (const told of this.#oncePassed.splice(0)) told()
  }

  /** Lets a message through: never, later, twice, or as nearly always at once. */
  pass(kind: MessageKind, run: () => void): void {
    const pending = this.#pending.length === 0 ? undefined : this.#pending.find((each) => each.kind === kind)
    if (pending === undefined) return run()
    pending.left -= 1
    if (pending.left === 0) this.#pending = this.#pending.filter((each) => each !== pending)
    if (this.#pending.length === 0) this.#tellPassed()
    if (pending.effect === "lost") return
    if (pending.effect === "doubled") run()
    this.#timeline.after(pending.millis, run)
  }
}
