import { Context, Random, References, Scheduler } from "effect"
import { Clock } from "effect/Clock"
import type { Randomness } from "../time/Randomness.ts"
import type { Timeline } from "../time/Timeline.ts"
import { TaskQueue } from "./TaskQueue.ts"
import { VirtualClock } from "./VirtualClock.ts"

/**
 * A process in virtual time: its clock, its scheduler, and a gate that everything passes that makes its code run: a task of a
 * fiber, a timer, a message from outside. Each such turn runs to its end, as in a real event loop, and between two of them the process
 * can crash, freeze, go on, or be slow. Nothing of it runs any more once it has crashed.
 */
export class VirtualProcess {
  readonly name: string
  readonly clock: VirtualClock
  /** What every fiber of the process starts with. */
  readonly context: Context.Context<never>
  readonly #timeline: Timeline
  readonly #waiting: Array<() => void> = []
  readonly #onCrash: Array<(defect: unknown) => void> = []
  #isPumping = false
  #isFrozen = false
  #lagMillis = 0
  #turns = 0
  #lastTurn = Number.POSITIVE_INFINITY
  #isOver = false

  constructor(name: string, timeline: Timeline, randomness: Randomness) {
    this.name = name
    this.#timeline = timeline
    const { turn } = this
    this.clock = new VirtualClock(timeline, turn)
    this.context = Context.empty().pipe(
      Context.add(Scheduler.Scheduler, new TaskQueue(timeline, turn)),
      Context.add(Clock, this.clock),
      Context.add(Random.Random, {
        nextDoubleUnsafe: randomness.next,
        nextIntUnsafe: () => Math.floor((randomness.next() * 2 - 1) * Number.MAX_SAFE_INTEGER)
      }),
      Context.add(References.MinimumLogLevel, "None"),
      Context.add(References.TracerEnabled, false)
    )
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** How many turns it has had. */
  get turns(): number {
    return this.#turns
  }

  /** Runs something when the process can: now, after what waits while it is frozen or slow, or never once it is over. */
  readonly turn = (run: () => void): void => {
    if (this.#isOver) return
    if (!this.#isFrozen && this.#lagMillis === 0 && this.#waiting.length === 0) return this.#run(run)
    this.#waiting.push(run)
    this.#pump()
  }

  /** Nothing runs any more. Whoever has to know is told: a broker finds the connections closed. */
  crash(defect?: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#waiting.length = 0
    for (const told of this.#onCrash) told(defect)
  }

  /** Crashes when so many turns more are over. */
  crashAfter(turns: number): void {
    this.#lastTurn = this.#turns + turns
  }

  freeze(): void {
    this.#isFrozen = true
  }

  thaw(): void {
    this.#isFrozen = false
    this.#pump()
  }

  /** Each turn takes so many milliseconds from now on. */
  slowDown(lagMillis: number): void {
    this.#lagMillis = lagMillis
  }

  /** Nothing is wrong with it any more, and nothing is to come. */
  recover(): void {
    this.#lastTurn = Number.POSITIVE_INFINITY
    this.#lagMillis = 0
    this.thaw()
  }

  /** Calls back when it is over, with what nothing in it has caught, if that is why. */
  onCrash(told: (defect: unknown) => void): void {
    this.#onCrash.push(told)
  }

  #run(run: () => void): void {
    this.#turns += 1
    try {
      run()
    } catch (defect) {
      return this.crash(defect)
    }
    if (this.#turns >= this.#lastTurn) this.crash()
  }

  #pump(): void {
    if (this.#isPumping || this.#isFrozen || this.#waiting.length === 0) return
    this.#isPumping = true
    this.#timeline.after(this.#lagMillis, () => {
      this.#isPumping = false
      if (this.#isOver || this.#isFrozen) return
      const run = this.#waiting.shift()
      if (run !== undefined) this.#run(run)
      this.#pump()
    })
  }
}
