import type { Randomness } from "@cim-domain/simulation/time/Randomness"
import type { ScriptMessage, Step } from "./Script.ts"

export const stream = "S"
const subjects = ["s.a.x", "s.a.y", "s.b.x", "s.b.y", "s.c.x"] as const
const filters = ["s.a.>", "s.b.>", "s.c.>", "s.*.x", "s.a.x", "s.>", "s.none.>"] as const

/** What the script knows of the stream while it is made, to guess right often. */
interface Guess {
  readonly randomness: Randomness
  last: number
  messages: number
  batches: number
}

const guards = ({ last, randomness }: Guess): Record<string, string> => {
  const expected = String(randomness.pick([last, last, last - 1, 0, 1, randomness.below(last + 2)]))
  switch (randomness.below(8)) {
    case 0:
      return { "Nats-Expected-Last-Subject-Sequence": expected }
    case 1:
    case 2:
    case 3:
      return {
        "Nats-Expected-Last-Subject-Sequence": expected,
        "Nats-Expected-Last-Subject-Sequence-Subject": randomness.pick(filters)
      }
    case 4:
      return { "Nats-Expected-Last-Sequence": expected }
    case 5:
      return { "Nats-Expected-Stream": randomness.pick([stream, stream, "OTHER"]) }
    case 6:
      return randomness.chance(0.3) ? { "Nats-Expected-Last-Subject-Sequence-Subject": "s.a.>" } : {}
    default:
      return randomness.chance(0.1) ? { "Nats-Expected-Last-Subject-Sequence": "many" } : {}
  }
}

const message = (guess: Guess): ScriptMessage => {
  const { randomness } = guess
  guess.messages += 1
  const id = randomness.chance(0.5)
    ? { "Nats-Msg-Id": `m${randomness.chance(0.3) ? randomness.below(guess.messages + 1) : guess.messages}` }
    : {}
  const headers = { ...id, ...guards(guess), ...(randomness.chance(0.3) ? { "X-Some": "text" } : {}) }
  return {
    subject: randomness.pick(subjects),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    body: randomness.chance(0.1) ? "" : `body ${guess.messages} ${"x".repeat(randomness.below(40))}`
  }
}

const batch = (guess: Guess): ReadonlyArray<ScriptMessage> => {
  const { randomness } = guess
  guess.batches += 1
  const count = 1 + randomness.below(4)
  const flaw = randomness.below(12)
  return Array.from({ length: count }, (_, index) => {
    const one = message(guess)
    const isLast = index === count - 1
    const sequence = flaw === 0 && isLast ? index + 2 : index + 1
    return {
      ...one,
      headers: {
        ...one.headers,
        "Nats-Batch-Id": flaw === 1 ? "b".repeat(65) : `b${guess.batches}`,
        ...(flaw === 2 && isLast ? {} : { "Nats-Batch-Sequence": String(sequence) }),
        ...(isLast && flaw !== 3 ? { "Nats-Batch-Commit": flaw === 4 ? "eob" : flaw === 5 ? "yes" : "1" } : {}),
        ...(flaw === 6 && isLast ? { "Nats-Expected-Last-Msg-Id": "m1" } : {})
      }
    }
  })
}

const direct = ({ last, randomness }: Guess): Step => {
  const seq = randomness.below(last + 3)
  switch (randomness.below(7)) {
    case 0:
      return { _tag: "Direct", stream, body: { last_by_subj: randomness.pick([...subjects, ...filters]) }, isOne: true }
    case 1:
      return { _tag: "Direct", stream, body: { multi_last: [randomness.pick(filters)] } }
    case 2:
      return {
        _tag: "Direct",
        stream,
        body: { multi_last: [randomness.pick(filters), randomness.pick(subjects)], up_to_seq: seq }
      }
    case 3:
      return {
        _tag: "Direct",
        stream,
        body: { seq, next_by_subj: randomness.pick([...subjects, ...filters]), batch: 1 + randomness.below(5) }
      }
    case 4:
      return {
        _tag: "Direct",
        stream,
        body: { seq, batch: 1 + randomness.below(5), max_bytes: 1 + randomness.below(300) }
      }
    case 5:
      return { _tag: "Direct", stream, body: { seq: seq + 1 }, isOne: true }
    default:
      return { _tag: "Direct", stream, body: { seq: seq + 1, last_by_subj: "s.a.x" }, isOne: true }
  }
}

const leader = ({ last, randomness }: Guess): Step => {
  const seq = randomness.below(last + 3)
  const subject = `STREAM.MSG.GET.${stream}`
  const body = randomness.pick<object>([
    { last_by_subj: randomness.pick([...subjects, ...filters]) },
    { last_by_subj: randomness.pick(filters) },
    { seq, next_by_subj: randomness.pick([...subjects, ...filters]) },
    { seq },
    {}
  ])
  return { _tag: "Api", subject, body }
}

/** So many things that a client does to one stream, drawn by chance. `reads` says whether replicas are read. */
export const randomScript = (randomness: Randomness, steps: number, reads: boolean): ReadonlyArray<Step> => {
  const guess: Guess = { randomness, last: 0, messages: 0, batches: 0 }
  return Array.from({ length: steps }, (): Step => {
    switch (randomness.below(reads ? 12 : 9)) {
      case 0:
      case 1:
      case 2:
      case 3:
        if (randomness.chance(0.5)) guess.last += 1
        return { _tag: "Publish", message: message(guess) }
      case 4:
      case 5:
        if (randomness.chance(0.4)) guess.last += 2
        return { _tag: "Batch", messages: batch(guess) }
      case 6:
      case 7:
        return leader(guess)
      case 8:
        return randomness.pick<Step>([
          { _tag: "Api", subject: `STREAM.INFO.${stream}` },
          { _tag: "Api", subject: `STREAM.INFO.${stream}`, body: { subjects_filter: randomness.pick(filters) } },
          { _tag: "Api", subject: `STREAM.MSG.DELETE.${stream}`, body: { seq: randomness.below(guess.last + 2) } },
          {
            _tag: "Api",
            subject: `STREAM.PURGE.${stream}`,
            body: { filter: randomness.pick(filters), keep: randomness.below(4) }
          }
        ])
      default:
        return direct(guess)
    }
  })
}
