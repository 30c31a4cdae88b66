import type { Loaded } from "../../src/aggregate/Aggregate.ts"
import type { Answer, LineRules } from "../../src/line/Line.ts"
import type { LineDriver, LinePorts } from "../../src/line/LineDriver.ts"
import { type AnyMakeLinePorts, type Asking, barePorts, type Beyond, realPorts, type Said } from "./PortsUnderTest.ts"
import { type Added, addedBy, type Asked, fold, positionOf, rules, type Tally } from "./World.ts"

/** The driver under test, in whatever copy. */
export type AnyDriver = new(
  rules: LineRules<Tally, Asked, Added, string>,
  ports: LinePorts<Tally, Asked, string>,
  most?: number
) => LineDriver<Tally, Asked, Added, string>

/** A driver, and the ports that it is to have; without, there is nothing between it and the world. */
export interface UnderTest {
  readonly LineDriver: AnyDriver
  readonly makeLinePorts?: AnyMakeLinePorts
}

/** A decision among so many. */
export type Choose = (options: number, what: string) => number

/** What is tried with a driver. */
export interface DriverScene {
  readonly asked: ReadonlyArray<Asked>
  /** Amounts that the history of each aggregate begins with. */
  readonly before: ReadonlyArray<number>
  /** The store may answer while it is being asked. */
  readonly atOnce?: boolean
  /** From within the answer to a command: another one is sent, this one leaves, or whoever is told throws. */
  readonly onAnswer?: Readonly<
    Record<number, { readonly send?: number; readonly leave?: number; readonly throws?: true }>
  >
  /** How often each may happen. */
  readonly may: Readonly<Partial<Record<Mishap, number>>>
}

type Mishap = "lost" | "away" | "leave" | "late" | "close" | "throw" | "conflict" | "belated"

/** Events of an aggregate wait while an append is under way. */
interface Hold {
  readonly aggregateId: string
  /** The append, once it is on its way. */
  asking: Asking | undefined
  ends: number
}

/** Something is wrong with the driver. */
export class Wrong extends Error {}

/**
 * A driver between requesters and a store, whose answers come in an order that is chosen, or not at all. It tells what the
 * driver does wrong as soon as that shows.
 */
export class DriverWorld {
  readonly #scene: DriverScene
  readonly #choose: Choose
  readonly #driver: LineDriver<Tally, Asked, Added, string>
  readonly #stored = new Map<string, ReadonlyArray<Added>>()
  readonly #cache = new Map<string, Loaded<Tally>>()
  readonly #asking: Array<Asking> = []
  readonly #holds: Array<Hold> = []
  readonly #pauses: Array<() => void> = []
  readonly #isReal: boolean
  readonly #told = new Map<number, Answer<string>>()
  readonly #arrived = new Set<number>()
  readonly #gone = new Set<number>()
  readonly #left: Record<Mishap, number>
  #isClosed = false
  #defects = 0
  /** What was wrong within a call of the driver, which takes what is thrown there for a mistake of whoever it calls. */
  #wrong: string | undefined

  constructor({ LineDriver, makeLinePorts }: UnderTest, scene: DriverScene, choose: Choose) {
    this.#scene = scene
    this.#choose = choose
    this.#left = { lost: 0, away: 0, leave: 0, late: 0, close: 0, throw: 0, conflict: 0, belated: 0, ...scene.may }
    this.#isReal = makeLinePorts !== undefined
    const beyond: Beyond = {
      cached: (aggregateId) => this.#cache.get(aggregateId),
      learn: (state) => void this.#cache.set(state.aggregateId, { ...state, confirmed: false }),
      ask: (aggregateId, wanted, tell) => this.#ask({ aggregateId, wanted, tell, said: undefined, ends: 0 }),
      end: (asking) => this.#end(asking),
      hold: (aggregateId) => this.#hold(aggregateId),
      pause: (over) => this.#pause(over)
    }
    this.#driver = new LineDriver(rules, {
      ...makeLinePorts === undefined ? barePorts(beyond) : realPorts(makeLinePorts, beyond),
      answer: ({ n }, answer) => this.#answer(n, answer),
      defect: () => void (this.#defects += 1)
    }, 1)
  }

  /** Goes one way to its end. */
  run(): void {
    for (let next = this.#options(); next.length > 0; next = this.#options()) {
      const [what, happens] = next[this.#choose(next.length, next.map(([name]) => name).join(", "))]!
      happens()
      if (this.#wrong !== undefined) throw new Wrong(this.#wrong)
      this.#check(what)
    }
    for (const n of this.#arrived) {
      if (!this.#told.has(n) && !this.#gone.has(n)) throw new Wrong(`${n} is never answered`)
    }
    if (this.#asking.some(({ ends }) => ends !== 1)) throw new Wrong("a question is never over")
    if (this.#holds.some(({ ends }) => ends !== 1)) throw new Wrong("events are held for ever")
    const throwing = Object.entries(this.#scene.onAnswer ?? {}).filter(([n, { throws }]) =>
      throws && this.#told.has(Number(n))
    )
    if (this.#defects !== throwing.length) throw new Wrong(`${this.#defects} defects`)
  }

  #storedOf(aggregateId: string): ReadonlyArray<Added> {
    let stored = this.#stored.get(aggregateId)
    if (stored === undefined) {
      stored = this.#scene.before.map((amount, n) => ({ id: `before${n}`, amount, by: -1 }))
      this.#stored.set(aggregateId, stored)
    }
    return stored
  }

  #may(what: Mishap): boolean {
    return this.#left[what] > 0
  }

  #options(): Array<readonly [what: string, happens: () => void]> {
    const found: Array<readonly [string, () => void]> = []
    const mishap = (kind: Mishap, what: string, happens: () => void) => {
      if (!this.#may(kind)) return
      found.push([what, () => {
        this.#left[kind] -= 1
        happens()
      }])
    }
    const { asked, onAnswer = {} } = this.#scene
    const later = new Set(Object.values(onAnswer).map(({ send }) => send))
    const next = asked.find(({ n }) => !this.#arrived.has(n) && !later.has(n))
    if (next !== undefined) found.push([`${next.n} arrives`, () => this.#send(next)])
    for (const asking of this.#asking) {
      if (asking.said !== undefined) continue
      const { _tag } = asking.wanted
      if (asking.ends > 0) {
        // It need not come any more; should it, nothing must come of it.
        mishap("belated", "a belated answer", () => this.#tell(asking, this.#carryOut(asking)))
        continue
      }
      found.push([`answer ${_tag}`, () => this.#tell(asking, this.#carryOut(asking))])
      mishap("away", "the store is away", () => this.#tell(asking, fail("away")))
      if (_tag !== "Append") continue
      mishap("lost", "an answer is lost", () => {
        this.#carryOut(asking)
        this.#tell(asking, fail("unanswered"))
      })
      mishap("conflict", "a conflict", () => {
        this.#stored.set(asking.aggregateId, [...this.#storedOf(asking.aggregateId), { id: "x", amount: 0, by: -1 }])
        this.#tell(asking, this.#carryOut(asking))
      })
    }
    for (const over of this.#pauses) found.push(["a pause is over", over])
    for (const request of asked) {
      if (!this.#arrived.has(request.n) || this.#told.has(request.n) || this.#gone.has(request.n)) continue
      mishap("leave", `${request.n} leaves`, () => this.#leave(request))
    }
    const present = asked.filter(({ n }) => this.#arrived.has(n) && !this.#told.has(n) && !this.#gone.has(n))
    if (present.length > 0) {
      mishap("late", "all are late", () => {
        this.#driver.leave(present, true)
        if (present.some(({ n }) => this.#told.get(n)?._tag !== "Late")) throw new Wrong("who is late is not told so")
      })
    }
    if (!this.#isClosed) {
      mishap("close", "it is closed", () => {
        this.#isClosed = true
        this.#driver.close()
      })
    }
    return found
  }

  #send(request: Asked): void {
    this.#arrived.add(request.n)
    this.#driver.arrive(request)
  }

  #leave(request: Asked): void {
    this.#gone.add(request.n)
    this.#driver.leave([request], false)
  }

  #ask(asking: Asking): Asking {
    const { aggregateId, wanted } = asking
    if (this.#isClosed) this.#wrong = "the store is asked after the end"
    if (this.#isReal && wanted._tag === "Append") {
      const hold = this.#holds.find((each) => each.aggregateId === aggregateId && each.ends === 0)
      if (hold === undefined) this.#wrong = "events pass while an append is under way"
      else hold.asking = asking
    }
    if (this.#may("throw")) {
      if (this.#choose(2, "ask, throw") === 1) {
        this.#left.throw -= 1
        throw new Error("a mistake below")
      }
    }
    this.#asking.push(asking)
    const cached = wanted._tag === "Load" ? this.#cache.get(aggregateId) : undefined
    if (cached !== undefined) this.#tell(asking, { _tag: "Loaded", state: cached })
    else if (this.#scene.atOnce === true && this.#choose(2, "later, at once") === 1) {
      this.#tell(asking, this.#carryOut(asking))
    }
    return asking
  }

  #end(asking: Asking): void {
    const { aggregateId, said } = asking
    asking.ends += 1
    if (asking.ends > 1) this.#wrong = "a question is over twice"
    if (said?._tag !== "Appended") return
    const known = this.#cache.get(aggregateId)?.cursor.position ?? 0
    if (known < said.positions.at(-1)!) this.#wrong = "an append is over before it is learned"
  }

  #hold(aggregateId: string): () => void {
    const hold: Hold = { aggregateId, asking: undefined, ends: 0 }
    this.#holds.push(hold)
    return () => {
      hold.ends += 1
      if (hold.ends > 1) this.#wrong = "events that were held are let go twice"
      else if (hold.asking !== undefined && this.#asking.includes(hold.asking)) this.#end(hold.asking)
    }
  }

  #pause(over: () => void): () => void {
    const remove = () => {
      const at = this.#pauses.indexOf(isOver)
      if (at !== -1) this.#pauses.splice(at, 1)
    }
    const isOver = () => {
      remove()
      over()
    }
    this.#pauses.push(isOver)
    return remove
  }

  #tell(asking: Asking, said: Said): void {
    asking.said = said
    if (said._tag === "Loaded" && asking.ends === 0) {
      this.#cache.set(asking.aggregateId, { ...said.state, confirmed: false })
    }
    asking.tell(said, asking)
  }

  /** What the store does. */
  #carryOut({ aggregateId, wanted }: Asking): Said {
    const stored = this.#storedOf(aggregateId)
    if (wanted._tag !== "Append") {
      return { _tag: "Loaded", state: { ...fold(stored, stored.length, true), aggregateId } }
    }
    if (wanted.base.cursor.position !== positionOf(stored.length)) return fail("conflict")
    const added = wanted.events.map(addedBy)
    this.#stored.set(aggregateId, [...stored, ...added])
    return { _tag: "Appended", positions: added.map((_, n) => positionOf(stored.length + n + 1)) }
  }

  #answer(n: number, answer: Answer<string>): void {
    if (this.#told.has(n)) this.#wrong = `${n} is answered twice`
    if (this.#gone.has(n)) this.#wrong = `${n} is gone and answered`
    this.#told.set(n, answer)
    const { leave, send, throws } = this.#scene.onAnswer?.[n] ?? {}
    if (send !== undefined) this.#send(this.#scene.asked[send]!)
    if (leave !== undefined && this.#arrived.has(leave) && !this.#told.has(leave)) {
      this.#leave(this.#scene.asked[leave]!)
    }
    if (throws === true) throw new Error("whoever is told is broken")
  }

  /** What must hold whenever the driver has done what there was to do. */
  #check(what: string): void {
    const open = this.#asking.filter(({ ends }) => ends === 0)
    for (const { aggregateId, said } of open) {
      if (said !== undefined) throw new Wrong(`after ${what} an answer is not taken`)
      if (open.filter((each) => each.aggregateId === aggregateId).length > 1) throw new Wrong("two are asked at once")
    }
    for (const [n, answer] of this.#told) {
      const { aggregateId } = this.#scene.asked[n]!
      if (isNo(answer) && this.#storedOf(aggregateId).some(({ by }) => by === n)) {
        throw new Wrong(`${n} is stored, and told that it is not`)
      }
      if (answer._tag !== "Applied") continue
      if (this.#storedOf(aggregateId)[answer.version - 1]?.by !== n) throw new Wrong(`${n} is applied, and not stored`)
    }
  }
}

const fail = (why: "away" | "unanswered" | "conflict"): Said => ({ _tag: "Failed", why })

/** Whether it is certain that nothing of the command was stored, and that nothing will be. */
const isNo = (answer: Answer<string>): boolean =>
  "mayBeStored" in answer
    ? !answer.mayBeStored
    : answer._tag === "Rejected" || answer._tag === "NoChange" || answer._tag === "WouldApply"
