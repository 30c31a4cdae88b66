import type { Input, LineRules } from "../../src/line/Line.ts"
import { idle } from "../../src/line/step.ts"
import type { EventToAppend } from "../../src/store/Event.ts"
import {
  type Added,
  addedBy,
  type AnyStep,
  type Asked,
  type Budget,
  type Call,
  type Carried,
  fold,
  found,
  type Replica,
  store,
  type Tally,
  type Told,
  type World
} from "./World.ts"

/** Something that can happen, and what it leads to. */
export interface Move {
  readonly label: string
  readonly world: World
}

/** What is tried: who sends what where, what the store does, and the transition under test. */
export interface Setting {
  readonly step: AnyStep
  readonly asked: ReadonlyArray<Asked>
  readonly remembers: boolean
  /** What may go wrong at the beginning. */
  readonly budget: Budget
  /** What somebody else appends, who is no replica. */
  readonly foreign: number
  readonly rules: LineRules<Tally, Asked, Added, string>
}

type Add = (label: string, next: World) => void

const bytesOfAll = (events: ReadonlyArray<EventToAppend>) => events.reduce((sum, { data }) => sum + data.length, 0)

const with_ = <A>(all: ReadonlyArray<A>, n: number, value: A): ReadonlyArray<A> =>
  all.map((each, i) => i === n ? value : each)

const spend = (world: World, what: keyof Budget): World => ({
  ...world,
  left: { ...world.left, [what]: world.left[what] - 1 }
})

const tell = (world: World, n: number, change: Partial<Told>): World => ({
  ...world,
  told: with_(world.told, n, { ...world.told[n]!, ...change })
})

/** What it asked goes its way without anybody who waits for it: an append may be on its way still, or its answer. */
const abandon = (world: World, replica: number, call: Call | undefined, isThere = true): World => {
  if (call?.carried === undefined) return world
  const { carried, question, said } = call
  if (said === undefined) {
    return { ...world, adrift: [...world.adrift, { ...carried, asked: isThere ? { replica, question } : undefined }] }
  }
  return isThere ? { ...world, belated: [...world.belated, { replica, said }] } : world
}

const answerOf = (question: Call["question"], result: ReturnType<typeof store>[1]): Input<Tally, Asked> =>
  typeof result === "string"
    ? { _tag: "Failed", question, why: result, error: result }
    : { _tag: "Appended", question, positions: result }

/** Lets a replica's line take an input, and does what it puts out as the driver does. */
const feed = (setting: Setting, before: World, r: number, input: Input<Tally, Asked>): World => {
  const replica = before.replicas[r]!
  const [line, outputs] = setting.step(setting.rules, replica.line, input)
  if (line === replica.line) return before
  let world: World = before
  let { cache, call } = replica
  if (line.asked !== replica.line.asked) {
    // Nobody waits for it any more; an append may be on its way.
    world = abandon(world, r, call)
    call = undefined
  }
  let known: Input<Tally, Asked> | undefined
  for (const output of outputs) {
    switch (output._tag) {
      case "Answer": {
        const { n } = output.request
        if (world.told[n]!.answer !== undefined) throw new Error(`command ${n} is answered twice`)
        world = tell(world, n, { to: world.stored.length, answer: output.answer })
        break
      }
      case "Learned":
        cache = output.state.confirmed ? { ...output.state, confirmed: false } : output.state
        break
      case "Decided":
        break
      case "Load":
        if (cache === undefined) call = { question: output, said: undefined, carried: undefined }
        else known = { _tag: "Loaded", question: output, state: cache }
        break
      case "Refresh":
      case "Find":
      case "CatchUp":
        call = { question: output, said: undefined, carried: undefined }
        break
      case "Append": {
        const carries = output.events.map(addedBy)
        if (new Set(carries.map(({ by }) => by)).size > 1 && bytesOfAll(output.events) > setting.rules.bytesMax) {
          throw new Error("commands share an append that is larger than it may be")
        }
        for (const { by } of carries) world = tell(world, by, { sent: true })
        call = { question: output, said: undefined, carried: { ...output.base.cursor, carries } }
      }
    }
  }
  world = { ...world, replicas: with_(world.replicas, r, { ...replica, line, cache, call }) }
  return known === undefined ? world : feed(setting, world, r, known)
}

const withCall = (world: World, r: number, call: Call | undefined, cache = world.replicas[r]!.cache): World => ({
  ...world,
  replicas: with_(world.replicas, r, { ...world.replicas[r]!, call, cache })
})

/** Takes an answer back to the line; what a read says goes into the cache first. */
const deliver = (setting: Setting, world: World, r: number, said: Input<Tally, Asked>): World => {
  const cache = said._tag === "Loaded"
    ? fold(world.stored, said.state.cursor.version, false)
    : world.replicas[r]!.cache
  return feed(setting, withCall(world, r, undefined, cache), r, said)
}

/** The same, and nobody knows what became of the append. */
const deliverOpen = (setting: Setting, world: World, r: number, call: Call, why: "unanswered" | "died"): World => {
  const { carried, question } = call
  const { carries, version } = carried!
  const open = carries.reduce(
    (next, { by }, n) => tell(next, by, { open: [...next.told[by]!.open, version + n + 1] }),
    world
  )
  return deliver(setting, open, r, { _tag: "Failed", question, why, error: why })
}

const isUncertain = ({ answer }: Told) =>
  answer === "crashed" || answer === "gone" || (typeof answer === "object" && "mayBeStored" in answer)

/** All that can happen next; none when everything has come to an end. */
export const moves = (setting: Setting, world: World): ReadonlyArray<Move> => {
  const all: Array<Move> = []
  const add: Add = (label, next) => void all.push({ label, world: next })
  for (const request of setting.asked) ofRequest(setting, world, request, add)
  for (const [r, replica] of world.replicas.entries()) {
    if (replica.call !== undefined) ofCall(setting, world, r, replica.call, add)
    ends(setting, world, r, replica, add)
  }
  ofNobody(setting, world, add)
  if (world.left.foreign > 0) {
    const event = { id: "foreign", amount: setting.foreign, by: -1, version: world.stored.length + 1 }
    add("somebody else appends", { ...spend(world, "foreign"), stored: [...world.stored, event] })
  }
  return all
}

const ofRequest = (setting: Setting, world: World, request: Asked, add: Add) => {
  const { after, n, replica } = request
  const told = world.told[n]!
  if (told.from === -1) {
    if (world.replicas[replica]!.isClosed || !(after === undefined || isUncertain(world.told[after]!))) return
    const nth = world.told.filter((each) => each.from >= 0).length
    const next = tell(world, n, { nth, from: world.stored.length })
    add(`${n} arrives`, feed(setting, next, replica, { _tag: "Arrived", request }))
    return
  }
  if (told.answer !== undefined) return
  if (world.left.late > 0) {
    const left: Input<Tally, Asked> = { _tag: "Left", requests: [request], late: true }
    add(`${n} is late`, feed(setting, spend(world, "late"), replica, left))
  }
  if (world.left.gone > 0) {
    const left: Input<Tally, Asked> = { _tag: "Left", requests: [request], late: false }
    const next = tell(spend(world, "gone"), n, { answer: "gone", to: world.stored.length })
    add(`who sent ${n} is gone`, feed(setting, next, replica, left))
  }
}

/** A replica comes to an end. */
const ends = (setting: Setting, world: World, r: number, { call, line }: Replica, add: Add) => {
  if (line.group.length === 0) return
  const over = (next: World, isClosed: boolean): World => ({
    ...next,
    adrift: next.adrift.map((each) => each.asked?.replica === r ? { ...each, asked: undefined } : each),
    belated: next.belated.filter(({ replica }) => replica !== r),
    replicas: with_(next.replicas, r, { line: idle, cache: undefined, call: undefined, isClosed })
  })
  if (world.left.crash > 0) {
    const lost = [...line.group, ...line.waiting]
    const next = lost.reduce(
      (all, { request }) => tell(all, request.n, { to: world.stored.length, answer: "crashed" }),
      over(abandon(spend(world, "crash"), r, call, false), false)
    )
    add(`replica ${r} crashes`, next)
  }
  if (world.left.close > 0) {
    add(`replica ${r} is closed`, over(feed(setting, spend(world, "close"), r, { _tag: "Closed" }), true))
  }
}

/** What nobody waits for any more. */
const ofNobody = (setting: Setting, world: World, add: Add) => {
  for (const [n, carried] of world.adrift.entries()) {
    const next = { ...world, adrift: world.adrift.filter((_, i) => i !== n) }
    add(`an append at ${carried.version} never arrives`, next)
    const [after, result] = store(next, carried, setting.remembers)
    const { asked } = carried
    const heard = asked === undefined ? [] : [{ replica: asked.replica, said: answerOf(asked.question, result) }]
    add(`an append at ${carried.version} arrives late`, { ...after, belated: [...after.belated, ...heard] })
  }
  for (const [n, { replica, said }] of world.belated.entries()) {
    const next = { ...world, belated: world.belated.filter((_, i) => i !== n) }
    add(`replica ${replica} is told too late: ${said._tag}`, feed(setting, next, replica, said))
    add(`replica ${replica} is never told: ${said._tag}`, next)
  }
}

const ofCall = (setting: Setting, world: World, r: number, call: Call, add: Add) => {
  const { carried, question, said } = call
  const { left } = world
  if (said !== undefined) {
    add(`replica ${r} is told ${said._tag}`, deliver(setting, world, r, said))
    if (carried !== undefined && left.lost > 0) {
      const next = abandon(spend(world, "lost"), r, call)
      add(`replica ${r} is not told ${said._tag}`, deliverOpen(setting, next, r, call, "unanswered"))
    }
    return
  }
  const failed = (why: "away" | "final"): Input<Tally, Asked> => ({ _tag: "Failed", question, why, error: why })
  if (left.away > 0) add(`the store is away for ${r}`, deliver(setting, spend(world, "away"), r, failed("away")))
  if (carried === undefined) return reads(setting, world, r, call, add)
  if (setting.remembers && world.adrift.some((each) => sharesAnId(each, carried))) {
    const next = carried.carries.reduce((all, { by }) => tell(all, by, { copied: true }), world)
    const said: Input<Tally, Asked> = { _tag: "Failed", question, why: "copied", error: "copied" }
    add(`a copy of the append of ${r} is being stored`, deliver(setting, next, r, said))
  }
  const [next, result] = store(world, carried, setting.remembers)
  const answer = answerOf(question, result)
  add(`the append of ${r} at ${carried.version}: ${answer._tag}`, withCall(next, r, { ...call, said: answer }))
  if (left.lost > 0) {
    const held = abandon(spend(world, "lost"), r, call)
    add(`the append of ${r} at ${carried.version} is held up`, deliverOpen(setting, held, r, call, "unanswered"))
  }
  if (left.died > 0) {
    const held = abandon(spend(world, "died"), r, call)
    add(`something breaks below the append of ${r}`, deliverOpen(setting, held, r, call, "died"))
  }
  if (left.refused > 0) {
    add(`the append of ${r} is refused`, deliver(setting, spend(world, "refused"), r, failed("final")))
  }
}

const sharesAnId = (one: Carried, other: Carried): boolean =>
  one.carries.some(({ id }) => other.carries.some((each) => each.id === id))

const reads = (setting: Setting, world: World, r: number, call: Call, add: Add) => {
  const { question } = call
  if (question._tag === "Find") {
    const { base, commandId } = question
    const events = found(world.stored, commandId, base.cursor.version)
    return add(
      `${r} finds ${events.length} of ${commandId}`,
      deliver(setting, world, r, { _tag: "Found", question, events })
    )
  }
  const read = (upTo: number, confirmed: boolean): Input<Tally, Asked> => ({
    _tag: "Loaded",
    question,
    state: fold(world.stored, upTo, confirmed)
  })
  const all = world.stored.length
  add(`the leader says ${all} to ${r}`, withCall(world, r, { ...call, said: read(all, true) }))
  if (question._tag !== "CatchUp" && world.left.stale > 0) {
    // A cache, or a load that began before.
    for (let upTo = 0; upTo <= all; upTo++) {
      add(`somebody says ${upTo} to ${r}`, deliver(setting, spend(world, "stale"), r, read(upTo, false)))
    }
  }
  if (question._tag === "CatchUp" && world.left.hint > 0) {
    for (let upTo = question.base.cursor.version + 1; upTo <= all; upTo++) {
      add(`${r} has seen ${upTo} pass`, deliver(setting, spend(world, "hint"), r, read(upTo, false)))
    }
  }
}

/** Nothing has happened yet; the history begins with these amounts. */
export const beginning = ({ asked, budget }: Setting, amounts: ReadonlyArray<number>): World => {
  const replica = { line: idle, cache: undefined, call: undefined, isClosed: false }
  return {
    stored: amounts.map((amount, n) => ({ id: `before${n}`, amount, by: -1, version: n + 1 })),
    replicas: [replica, replica],
    adrift: [],
    belated: [],
    told: asked.map(() => ({ nth: -1, from: -1, to: -1, answer: undefined, sent: false, open: [], copied: false })),
    left: budget
  }
}
