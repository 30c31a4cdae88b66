import { assert, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Schedule, Tracer } from "effect"
import { TestClock } from "effect/testing"
import { type Answer, attemptTimeoutDefault, makeCommandClient, retrySchedule } from "../src/client/CommandClient.ts"
import { type CommandToSend, CommandTransport } from "../src/client/CommandTransport.ts"
import type { CommandUnsettled } from "../src/client/CommandUnsettled.ts"
import {
  CommandTooLarge,
  NobodyListens,
  NotConnected,
  PermissionRefused,
  TransportError,
  type TransportErrorReason,
  Unanswered
} from "../src/client/TransportError.ts"
import { TraceState } from "../src/telemetry/TraceContext.ts"

const command: CommandToSend = {
  subject: "things.commands.1.add",
  headers: { "X-Dry-Run": "true" },
  body: "{\"add\":1}",
  commandId: "command-1"
}

const read = (body: string): Answer<string> =>
  body.startsWith("later")
    ? { _tag: "NotNow", detail: body, mayHaveTakenEffect: body === "later, perhaps stored" }
    : body === "gibberish"
    ? { _tag: "Unreadable", detail: "not a reply" }
    : { _tag: "Final", reply: body }

const failing = (reason: TransportErrorReason) => Effect.fail(new TransportError({ reason }))
const nobody = failing(new NobodyListens({ subject: command.subject }))
const disconnected = failing(new NotConnected({ detail: "waiting" }))
const lost = failing(new Unanswered({ detail: "the connection was lost" }))
const silence = Effect.never

type Turn = Effect.Effect<string, TransportError>

/** A client whose attempts meet these turns, one each, the last one for ever; and what was sent. */
const makeClient = Effect.fnUntraced(function*(
  turns: ReadonlyArray<Turn>,
  options: Partial<Parameters<typeof makeCommandClient<string>>[0]> = {}
) {
  const sent: Array<CommandToSend> = []
  const transport = CommandTransport.layerMemory((command) => {
    sent.push(command)
    return turns[Math.min(sent.length, turns.length) - 1]!
  })
  const client = yield* Effect.provide(makeCommandClient({ read, ...options }), transport)
  return { sent, send: client.send }
})

/** Runs with as much time as it takes. */
const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(effect)
    yield* TestClock.adjust("10 minutes")
    return yield* Fiber.join(fiber)
  })

const troubles: ReadonlyArray<readonly [string, Turn, boolean]> = [
  ["no connection", disconnected, false],
  ["nobody there", nobody, false],
  ["silence", silence, true],
  ["a lost connection", lost, true],
  ["an answer to try later", Effect.succeed("later"), false],
  ["an answer to try later after a lost acknowledgement", Effect.succeed("later, perhaps stored"), true]
]

for (const [what, trouble, mayHaveTakenEffect] of troubles) {
  it.effect(`${what} is tried again with the very same message until there is an answer`, () =>
    Effect.gen(function*() {
      const { send, sent } = yield* makeClient([trouble, trouble, trouble, Effect.succeed("done")])
      const settled = yield* inTime(send(command))
      assert.deepInclude(settled, { reply: "done", attempts: 4 })
      assert.strictEqual(sent.length, 4)
      for (const each of sent) assert.deepStrictEqual(each, sent[0])
      assert.deepInclude(sent[0], { body: command.body, subject: command.subject, commandId: command.commandId })
      assert.deepInclude(sent[0]?.headers, command.headers)
    }))

  it.effect(`${what} until the deadline is unsettled, and ${mayHaveTakenEffect ? "open" : "without effect"}`, () =>
    Effect.gen(function*() {
      const { send, sent } = yield* makeClient([trouble], { deadline: "20 seconds" })
      const error = yield* inTime(Effect.flip(send(command)))
      assert.deepInclude(error, { commandId: "command-1", attempts: sent.length, mayHaveTakenEffect })
      assert.isTrue(error.isRetryable)
      assert.isAbove(error.attempts, 3)
      assert.strictEqual(error.elapsedMillis, 20_000)
      assert.include(
        error.message,
        mayHaveTakenEffect ? "the command may or may not have taken effect" : "without effect"
      )
    }))
}

const settlements = ["done", "refused"]
for (const answer of settlements) {
  it.effect(`an answer for good is given at once and never asked for again: ${answer}`, () =>
    Effect.gen(function*() {
      const { send, sent } = yield* makeClient([Effect.succeed(answer)])
      assert.deepStrictEqual(yield* send(command), { reply: answer, attempts: 1, unanswered: 0 })
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(sent.length, 1)
    }))
}

const hopeless: ReadonlyArray<readonly [string, Turn, boolean]> = [
  ["a command that is too large", failing(new CommandTooLarge({ maxBytes: 1, actualBytes: 2 })), false],
  [
    "a subject that one may not send to",
    failing(new PermissionRefused({ detail: "publish", mayHaveTakenEffect: false })),
    false
  ],
  [
    "answers that one may not receive",
    failing(new PermissionRefused({ detail: "subscribe", mayHaveTakenEffect: true })),
    true
  ],
  ["an answer that cannot be read", Effect.succeed("gibberish"), true]
]
for (const [what, trouble, mayHaveTakenEffect] of hopeless) {
  it.effect(`${what} ends it at once`, () =>
    Effect.gen(function*() {
      const { send, sent } = yield* makeClient([trouble, Effect.succeed("done")])
      const error = yield* Effect.flip(send(command))
      assert.deepInclude(error, { attempts: 1, elapsedMillis: 0, mayHaveTakenEffect })
      assert.isFalse(error.isRetryable)
      assert.strictEqual(sent.length, 1)
    }))
}

it.effect("one attempt that may have had an effect leaves it open, whatever came after it", () =>
  Effect.gen(function*() {
    const { send } = yield* makeClient([nobody, silence, nobody])
    const error = yield* inTime(Effect.flip(send(command)))
    assert.strictEqual(error.reason._tag, "NobodyListens")
    assert.isTrue(error.mayHaveTakenEffect)
  }))

it.effect("an answer says how many copies of the command were left with somebody silent", () =>
  Effect.gen(function*() {
    const { send } = yield* makeClient([silence, nobody, lost, Effect.succeed("later"), Effect.succeed("refused")])
    assert.deepStrictEqual(yield* inTime(send(command)), { reply: "refused", attempts: 5, unanswered: 2 })
  }))

it.effect("the deadline of a call goes before that of the client, and ends a long wait for an answer", () =>
  Effect.gen(function*() {
    const { send, sent } = yield* makeClient([silence], { deadline: "1 hour", attemptTimeout: "1 hour" })
    const error = yield* inTime(Effect.flip(send(command, { deadline: "700 millis" })))
    assert.deepInclude(error, { attempts: 1, elapsedMillis: 700, mayHaveTakenEffect: true })
    assert.strictEqual(sent.length, 1)
  }))

it.effect("without a deadline it goes on", () =>
  Effect.gen(function*() {
    const { send, sent } = yield* makeClient([nobody])
    const fiber = yield* Effect.forkChild(send(command, { deadline: Duration.infinity }))
    yield* TestClock.adjust("10 minutes")
    assert.isUndefined(fiber.pollUnsafe())
    assert.isAbove(sent.length, 250)
    yield* Fiber.interrupt(fiber)
  }))

it.effect("a schedule that ends, ends it before the deadline", () =>
  Effect.gen(function*() {
    const { send } = yield* makeClient([nobody], { schedule: Schedule.recurs(2) })
    const error = yield* inTime(Effect.flip(send(command)))
    assert.deepInclude(error, { attempts: 3, elapsedMillis: 0 })
  }))

it.effect("each attempt has the time of an attempt, and pauses grow up to 2 s", () =>
  Effect.gen(function*() {
    const { send } = yield* makeClient([silence], { deadline: "5 minutes" })
    const heard: Array<CommandUnsettled> = []
    yield* inTime(Effect.ignore(send(command, { onRetry: (soFar) => Effect.sync(() => heard.push(soFar)) })))
    assert.deepStrictEqual(heard.map(({ attempts }) => attempts), heard.map((_, index) => index + 1))
    const waited = heard.map(({ elapsedMillis }, index) => elapsedMillis - (heard[index - 1]?.elapsedMillis ?? 0))
    const pauses = waited.map((millis) => millis - Duration.toMillis(attemptTimeoutDefault))
    assert.strictEqual(pauses[0], 0)
    for (const [index, pause] of pauses.slice(1).entries()) {
      const middle = Math.min(2_000, 50 * 2 ** index)
      assert.isTrue(pause >= 0.79 * middle && pause <= 1.21 * middle, `pause ${index} is ${pause} ms`)
    }
  }))

it.effect("many clients that lost the same replica do not come back together", () =>
  Effect.gen(function*() {
    const first = yield* Effect.forEach(Array.from({ length: 20 }), () =>
      Effect.flatMap(Schedule.toStep(retrySchedule), (step) =>
        Effect.map(step(0, undefined), ([, delay]) =>
          Duration.toMillis(delay))))
    assert.isAbove(new Set(first).size, 10)
  }))

it.effect("interrupting it interrupts the attempt", () =>
  Effect.gen(function*() {
    let interrupted = false
    const { send } = yield* makeClient([Effect.onInterrupt(silence, () => Effect.sync(() => interrupted = true))])
    const fiber = yield* Effect.forkChild(send(command))
    yield* TestClock.adjust("1 second")
    yield* Fiber.interrupt(fiber)
    assert.isTrue(interrupted)
  }))

it.effect("is one span, whose context goes with every attempt, and so does the state of the trace", () =>
  Effect.gen(function*() {
    const spans: Array<Tracer.Span> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = Tracer.nativeTracer.span(options)
        spans.push(span)
        return span
      }
    })
    const { send, sent } = yield* makeClient([nobody, Effect.succeed("done")])
    yield* inTime(send(command)).pipe(
      Effect.provideService(TraceState, "vendor=abc"),
      Effect.withSpan("requester"),
      Effect.provideService(Tracer.Tracer, tracer)
    )
    const [requester, client, ...others] = spans
    assert.isEmpty(others)
    assert.strictEqual(client?.kind, "client")
    assert.strictEqual(client?.traceId, requester?.traceId)
    assert.deepStrictEqual(
      sent.map(({ headers }) => [headers["traceparent"], headers["tracestate"]]),
      [1, 2].map(() => [`00-${client?.traceId}-${client?.spanId}-01`, "vendor=abc"])
    )
  }))

it.effect("carries no trace where tracing is off, nor a state that no header can hold", () =>
  Effect.gen(function*() {
    const { send, sent } = yield* makeClient([Effect.succeed("done")])
    yield* Effect.withTracerEnabled(send(command), false)
    yield* Effect.provideService(send(command), TraceState, "vendor=a\r\nNats-Msg-Id: 7")
    assert.deepStrictEqual(sent[0]?.headers, command.headers)
    assert.deepStrictEqual(Object.keys(sent[1]?.headers ?? {}).toSorted(), ["X-Dry-Run", "traceparent"])
  }))

for (const [direction, jump] of [["forward", 1], ["back", -1]] as const) {
  it.effect(`the deadline stands when the wall clock is put ${direction} by an hour`, () =>
    Effect.gen(function*() {
      const clock = yield* Clock.Clock
      let offset = 0n
      const nanos = () => clock.currentTimeNanosUnsafe() + offset
      const jumping: Clock.Clock = {
        sleep: (duration) => clock.sleep(duration),
        monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
        monotonicTimeNanos: clock.monotonicTimeNanos,
        currentTimeNanosUnsafe: nanos,
        currentTimeNanos: Effect.sync(nanos),
        currentTimeMillisUnsafe: () => Number(nanos() / 1_000_000n),
        currentTimeMillis: Effect.sync(() => Number(nanos() / 1_000_000n))
      }
      const jumps = Effect.suspend(() => {
        offset = BigInt(jump * 3_600) * 1_000_000_000n
        return nobody
      })
      const { send } = yield* makeClient([nobody, jumps, nobody])
      const sending = Effect.provideService(send(command, { deadline: "30 seconds" }), Clock.Clock, jumping)
      const { elapsedMillis } = yield* inTime(Effect.flip(sending))
      assert.isAtLeast(elapsedMillis, 27_000)
      assert.isAtMost(elapsedMillis, 30_000)
    }))
}
