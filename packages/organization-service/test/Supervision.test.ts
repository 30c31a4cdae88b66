import { parseNatsUrl } from "@cim-domain/nats"
import { hangGraceMillis, supervised, Supervision } from "@cim-domain/service/Supervision"
import { SystemdNotify } from "@cim-domain/service/SystemdNotify"
import { assert, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Result } from "effect"
import { TestClock } from "effect/testing"

const settings = { commandTimeoutMillis: 4_000, natsUrl: Result.getOrThrow(parseNatsUrl("nats://user:secret@broker")) }

/** Supervision by a systemd that watches every 30 s and writes down what it is told. */
const watched = (isWanted = true) => {
  const told: Array<string> = []
  const systemd = Layer.succeed(SystemdNotify, {
    isWanted,
    watchdogMillis: isWanted ? 30_000 : undefined,
    send: (...assignments) => Effect.sync(() => void told.push(assignments.join(" ")))
  })
  return { told, layer: Layer.provide(Supervision.layerNoDeps(settings), systemd) }
}

const sinceThen = (told: Array<string>) => told.splice(0)

/** An effect for a command that has to end in time. */
const inTime = <A, E>({ command }: Supervision["Service"], effect: Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(Effect.sync(command), () => effect, (ended) => Effect.sync(ended))

it.effect("a start that waits for the broker asks for time as long as it lives", () =>
  Effect.gen(function*() {
    const { told, layer } = watched()
    yield* Effect.forkChild(Effect.provide(supervised(Effect.never), layer))
    yield* TestClock.adjust("1 hour")
    const [first, ...beats] = told
    assert.strictEqual(first, "STATUS=waiting for the broker at nats://broker:4222")
    assert.strictEqual(beats.length, 361)
    assert.deepStrictEqual([...new Set(beats)], ["WATCHDOG=1 EXTEND_TIMEOUT_USEC=60000000"])
  }))

it.effect("a ready replica feeds the watchdog, with commands or without, and says when it stops", () =>
  Effect.gen(function*() {
    const { told, layer } = watched()
    const replica = Effect.flatMap(Supervision, (supervision) =>
      supervision.ready.pipe(
        Effect.andThen(Effect.forever(inTime(supervision, Effect.sleep("4 seconds")))),
        Effect.onInterrupt(() => Effect.sync(() => told.push("drained")))
      ))
    const fiber = yield* Effect.forkChild(Effect.provide(supervised(replica), layer))
    yield* TestClock.adjust("10 minutes")
    assert.include(told, "READY=1")
    assert.isAtLeast(sinceThen(told).filter((line) => line === "WATCHDOG=1").length, 60)
    yield* Fiber.interrupt(fiber)
    assert.sameMembers(told, ["STOPPING=1 STATUS=stopping", "drained"])
  }))

it.effect("a command that is not answered in its time stops the signs of life, until it is", () =>
  Effect.gen(function*() {
    const { told, layer } = watched()
    const stuck = yield* Deferred.make<void>()
    const replica = Effect.flatMap(Supervision, (supervision) =>
      Effect.all([
        supervision.ready,
        inTime(supervision, Deferred.await(stuck)),
        Effect.forever(inTime(supervision, Effect.sleep("1 second")))
      ], { concurrency: "unbounded" }))
    yield* Effect.forkChild(Effect.provide(supervised(replica), layer))
    yield* TestClock.adjust(settings.commandTimeoutMillis + hangGraceMillis)
    assert.include(sinceThen(told), "WATCHDOG=1")
    yield* TestClock.adjust("10 minutes")
    assert.deepStrictEqual(told, [])
    yield* Deferred.succeed(stuck, undefined)
    yield* TestClock.adjust("10 seconds")
    assert.deepStrictEqual(told, ["WATCHDOG=1"])
  }))

it.effect("a replica whose loops end gives no more signs of life", () =>
  Effect.gen(function*() {
    const { told, layer } = watched()
    const end = yield* Effect.flip(Effect.provide(supervised(Effect.fail("a loop ended")), layer))
    assert.strictEqual(end, "a loop ended")
    sinceThen(told)
    yield* TestClock.adjust("1 minute")
    assert.deepStrictEqual(told, [])
  }))

it.effect("where nobody watches nothing is said", () =>
  Effect.gen(function*() {
    const { told, layer } = watched(false)
    const fiber = yield* Effect.forkChild(Effect.provide(supervised(Effect.never), layer))
    yield* TestClock.adjust("1 hour")
    yield* Fiber.interrupt(fiber)
    assert.deepStrictEqual(told, [])
  }))
