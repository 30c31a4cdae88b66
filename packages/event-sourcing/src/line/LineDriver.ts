import type { Loaded } from "../aggregate/Loaded.ts"
import type { Answer, DecisionCause, Input, Line, LineRequest, LineRules, Output, Question } from "./Line.ts"
import type { OnTransition } from "./LineWatch.ts"
import { idle, step } from "./step.ts"

/** A command as the driver knows it. */
export interface DrivenRequest extends LineRequest {
  readonly aggregateId: string
}

/** What the driver carries outputs to. */
export interface LinePorts<State, Request, Rejection> {
  /**
   * Asks the store, on behalf of `request`. What comes of it goes to `tell`, once, perhaps before this returns.
   *
   * Gives what ends it, called once: when the line has taken what was told, or does not want to know any more.
   */
  readonly ask: (
    aggregateId: string,
    question: Question<State>,
    request: Request,
    tell: (input: Input<State, never>) => void
  ) => () => void
  readonly answer: (request: Request, answer: Answer<Rejection>) => void
  readonly learn: (state: Loaded<State>, snapshotDue: boolean) => void
  readonly count: (cause: DecisionCause, commands: number) => void
  /** What one of the others threw, where no line can do anything about it. */
  readonly defect: (defect: unknown) => void
  readonly watch?: OnTransition | undefined
}

/** Lines that are known at once before those that nobody is in are let go. */
const knownMost = 4_096

/** The line of one aggregate, and what it waits for. */
interface Place<State, Request, Event, Rejection> {
  readonly aggregateId: string
  line: Line<State, Request, Event, Rejection>
  /** Ends what is asked now. */
  end: (() => void) | undefined
  readonly tell: (input: Input<State, never>) => void
}

/**
 * Carries what the lines of all aggregates put out to the ports, and what comes of it back. Plain calls: what needs to wait is
 * behind the ports.
 *
 * Inputs are taken one after the other: what is called back while one is being carried out (an answer that is known at once, a
 * requester that asks again from within its answer) waits until that is done. So nothing here is entered twice, and a long line
 * does not grow the stack.
 *
 * Lines stay known for a while when nobody is in them: a map that every command enters and leaves costs more than it keeps.
 */
export class LineDriver<State, Request extends DrivenRequest, Event, Rejection> {
  readonly #rules: LineRules<State, Request, Event, Rejection>
  readonly #ports: LinePorts<State, Request, Rejection>
  readonly #places = new Map<string, Place<State, Request, Event, Rejection>>()
  readonly #knownMost: number
  #sweepAt: number
  #isClosed = false
  #isBusy = false
  readonly #next: Array<readonly [Place<State, Request, Event, Rejection>, Input<State, Request>]> = []

  constructor(
    rules: LineRules<State, Request, Event, Rejection>,
    ports: LinePorts<State, Request, Rejection>,
    most = knownMost
  ) {
    this.#rules = rules
    this.#ports = ports
    this.#knownMost = most
    this.#sweepAt = most
  }

  /** Takes a command, which is answered once unless it leaves before. */
  arrive(request: Request): void {
    if (this.#isClosed) return this.#ports.answer(request, { _tag: "Closed", mayBeStored: false })
    const { aggregateId } = request
    let place = this.#places.get(aggregateId)
    if (place === undefined) this.#places.set(aggregateId, place = this.#makePlace(aggregateId))
    this.#feed(place, { _tag: "Arrived", request })
  }

  /** Takes commands of any aggregates out of their lines; they are told when they are `late`, else nothing. */
  leave(requests: ReadonlyArray<Request>, late: boolean): void {
    // `Map.groupBy` is not in Node 20.
    const byAggregate = new Map<string, Array<Request>>()
    for (const request of requests) {
      const own = byAggregate.get(request.aggregateId)
      if (own === undefined) byAggregate.set(request.aggregateId, [request])
      else own.push(request)
    }
    for (const [aggregateId, own] of byAggregate) {
      const place = this.#places.get(aggregateId)
      if (place !== undefined) this.#feed(place, { _tag: "Left", requests: own, late })
    }
  }

  /** Tells everybody that it is over, now and from now on. */
  close(): void {
    this.#isClosed = true
    for (const place of this.#places.values()) this.#feed(place, { _tag: "Closed" })
  }

  #makePlace(aggregateId: string): Place<State, Request, Event, Rejection> {
    const place: Place<State, Request, Event, Rejection> = {
      aggregateId,
      line: idle,
      end: undefined,
      tell: (input) => this.#feed(place, input)
    }
    return place
  }

  #feed(place: Place<State, Request, Event, Rejection>, input: Input<State, Request>): void {
    if (this.#isBusy) return void this.#next.push([place, input])
    this.#isBusy = true
    try {
      this.#advance(place, input)
      for (let n = 0; n < this.#next.length; n++) this.#advance(...this.#next[n]!)
    } finally {
      this.#next.length = 0
      this.#isBusy = false
    }
    if (this.#places.size > this.#sweepAt) this.#sweep()
  }

  /** One transition and what is to be done after it. What was asked before ends last: what came of it is learned by then. */
  #advance(place: Place<State, Request, Event, Rejection>, input: Input<State, Request>): void {
    const before = place.line
    const [line, outputs] = step(this.#rules, before, input)
    this.#ports.watch?.(before, input, line)
    if (line === before) return
    place.line = line
    const { end } = place
    const isOver = line.asked !== before.asked
    if (isOver) place.end = undefined
    for (const output of outputs) this.#perform(place, output)
    if (!isOver || end === undefined) return
    try {
      end()
    } catch (defect) {
      this.#ports.defect(defect)
    }
  }

  /** Whatever is wrong with a requester or a cache, the others in line go on. */
  #perform(place: Place<State, Request, Event, Rejection>, output: Output<State, Request, Rejection>): void {
    try {
      switch (output._tag) {
        case "Answer":
          return this.#ports.answer(output.request, output.answer)
        case "Learned":
          return this.#ports.learn(output.state, output.snapshotDue)
        case "Decided":
          return this.#ports.count(output.cause, output.commands)
        default:
          return this.#ask(place, output)
      }
    } catch (defect) {
      this.#ports.defect(defect)
    }
  }

  #ask(place: Place<State, Request, Event, Rejection>, question: Question<State>): void {
    try {
      place.end = this.#ports.ask(place.aggregateId, question, place.line.group[0]!.request, place.tell)
    } catch (error) {
      place.tell({ _tag: "Failed", question, why: "died", error })
    }
  }

  /** Once nothing is being carried out, or one that is about to be entered would be let go. */
  #sweep(): void {
    for (const [aggregateId, { line }] of this.#places) if (line.group.length === 0) this.#places.delete(aggregateId)
    this.#sweepAt = Math.max(this.#knownMost, 2 * this.#places.size)
  }
}
