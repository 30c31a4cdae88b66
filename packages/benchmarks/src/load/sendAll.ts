import { createInbox, type Msg, type NatsConnection } from "@nats-io/transport-node"
import type { EncodedCommand } from "./encodeCommands.ts"
import type { Load, LoadResult } from "./Load.ts"

/** A command without an answer by then is counted as unanswered. */
const patienceMillis = 15_000

/**
 * Sends commands at a pace and waits for all answers. As cheap as the client allows: one subscription for all answers, no
 * promise for each.
 */
export const sendAll = (
  client: NatsConnection,
  commands: ReadonlyArray<EncodedCommand>,
  pace: Load["pace"]
): Promise<LoadResult> =>
  new Promise((resolve) => {
    const inbox = createInbox()
    const sentAt = new Float64Array(commands.length)
    const micros = new Float64Array(commands.length)
    const answers: Record<string, number> = {}
    const started = performance.now()
    let [sent, answered, lastAnswer, lateAtWorst] = [0, 0, started, 0]

    const send = () => {
      const { body, subject } = commands[sent]!
      sentAt[sent] = performance.now()
      client.publish(subject, body, { reply: `${inbox}.${sent}` })
      sent += 1
    }
    const count = (answer: string, times = 1) => answers[answer] = (answers[answer] ?? 0) + times

    const finish = () => {
      clearInterval(ticking)
      clearInterval(watching)
      subscription.unsubscribe()
      if (answered < commands.length) count("UNANSWERED", commands.length - answered)
      resolve({ seconds: (lastAnswer - started) / 1_000, answers, ...quantilesOf(micros), lateAtWorst })
    }

    const onAnswer = (message: Msg) => {
      const index = Number(message.subject.slice(inbox.length + 1))
      lastAnswer = performance.now()
      answered += 1
      const outcome = outcomeOf(message)
      count(outcome)
      // At a fixed rate the wait begins when the command was due: a generator that is held up must not hide it.
      const since = "perSecond" in pace ? dueAt(index) : sentAt[index]!
      if (outcome === "ok") micros[index] = (lastAnswer - since) * 1_000
      if (answered === commands.length) finish()
      else if ("inFlight" in pace && sent < commands.length) send()
    }
    const subscription = client.subscribe(`${inbox}.*`, { callback: (_error, message) => onAnswer(message) })

    // The clock of Node ticks once a millisecond; what is due by then goes out together.
    const tick = () => {
      if (!("perSecond" in pace)) return
      const now = performance.now()
      for (let due = dueAt(sent); due <= now && sent < commands.length; due = dueAt(sent)) {
        lateAtWorst = Math.max(lateAtWorst, (now - due) * 1_000)
        send()
      }
    }
    const dueAt = (index: number) => "perSecond" in pace ? started + index / pace.perSecond * 1_000 : Infinity
    const ticking = setInterval(tick, "perSecond" in pace ? 1 : 60_000)
    const watching = setInterval(() => {
      if (performance.now() - Math.max(lastAnswer, sentAt[sent - 1] ?? started) > patienceMillis) finish()
    }, 1_000)
    if (commands.length === 0) finish()
    else if ("inFlight" in pace) {
      for (let n = Math.min(pace.inFlight, commands.length); n > 0; n--) send()
    }
  })

/** Of those that were answered. */
const quantilesOf = (micros: Float64Array): Pick<LoadResult, "p50" | "p99" | "p999"> => {
  const sorted = micros.filter((value) => value > 0).toSorted()
  const quantile = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
  return { p50: quantile(0.5), p99: quantile(0.99), p999: quantile(0.999) }
}

const ok = Buffer.from("{\"status\":\"ok\"")

/** Looks at the first bytes only, as long as all is well. */
const outcomeOf = (message: Msg): string => {
  if (ok.equals(message.data.subarray(0, ok.length))) return "ok"
  if (message.headers?.code === 503) return "NO_RESPONDERS"
  return message.json<{ readonly failure?: { readonly code?: string } }>().failure?.code ?? "UNREADABLE"
}
