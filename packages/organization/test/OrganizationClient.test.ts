import { mayHaveTakenEffect } from "@cim-domain/commands/client/answerReader"
import { overloaded, storeUnavailable } from "@cim-domain/commands/errors/serviceErrors"
import { inMemoryTransport } from "@cim-domain/commands/replica/inMemoryTransport"
import { type CommandToSend, CommandTransport } from "@cim-domain/event-sourcing/CommandTransport"
import { noTrace } from "@cim-domain/event-sourcing/TraceContext"
import { TransportError, Unanswered } from "@cim-domain/event-sourcing/TransportError"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Result } from "effect"
import { TestClock } from "effect/testing"
import { OrganizationId } from "../src/Identifiers.ts"
import { Organization } from "../src/Organization.ts"
import { OrganizationClient } from "../src/OrganizationClient.ts"
import { errorKinds, type OrganizationError } from "../src/OrganizationError.ts"
import { encodeReply, failureReply } from "../src/protocol.ts"
import { makeCommand } from "../src/protocol.ts"
import { readAnswer } from "../src/protocol.ts"
import { acme } from "./golden.ts"

const commandId = "0198c0de-1000-7000-8000-00000000c0de"
const creation = Result.getOrThrow(
  makeCommand("CreateOrganization", commandId, { name: "Acme", organization_id: acme, organization_type: "LLC" })
)
const lost = Effect.fail(new TransportError({ reason: new Unanswered({ detail: "the connection was lost" }) }))
const nothing = {
  commandType: null,
  commandId,
  correlationId: null,
  aggregateId: null,
  warnings: [],
  trace: noTrace
}
const answered = (error: OrganizationError) => Effect.succeed(encodeReply(failureReply(nothing, error, null)).body)

/** The service in memory, on a line that does this to the first attempts, one each. */
const troubled = (
  sent: Array<CommandToSend>,
  troubles: Array<(answer: Effect.Effect<string, TransportError>) => Effect.Effect<string, TransportError>>
) =>
  OrganizationClient.layer().pipe(
    Layer.provide(Layer.effect(
      CommandTransport,
      Effect.map(CommandTransport, ({ request }) =>
        CommandTransport.of({
          request: (command, timeout) => {
            sent.push(command)
            const answer = request(command, timeout)
            return troubles.shift()?.(answer) ?? answer
          }
        }))
    )),
    Layer.provide(inMemoryTransport(Organization))
  )

const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(effect)
    yield* TestClock.adjust("2 minutes")
    return yield* Fiber.join(fiber)
  })

const inMemory = Effect.provide(OrganizationClient.layer().pipe(Layer.provide(inMemoryTransport(Organization))))

describe("the client", () => {
  it.effect("the life of an organization: done, refused with its reason, sent again", () =>
    Effect.gen(function*() {
      const client = yield* OrganizationClient
      const created = yield* client.submit("CreateOrganization", { name: "Acme", organization_type: "LLC" })
      assert.deepInclude(created, { status: "ok", outcome: "applied", version: 1 })
      const organization_id = OrganizationId.make(created.aggregate_id!)
      const options = { commandId }
      const suspend = { organization_id, new_status: "Suspended", reason: "Licence review" } as const
      const first = yield* client.submit("ChangeOrganizationStatus", suspend, options)
      const again = yield* client.submit("ChangeOrganizationStatus", suspend, options)
      assert.deepStrictEqual(again, { ...first, outcome: "duplicate" })
      const refused = yield* Effect.flip(client.submit("CreateDepartment", { organization_id, name: "X", code: "X" }))
      assert.strictEqual(refused._tag, "CommandRefused")
      if (refused._tag !== "CommandRefused" || refused.failure._tag !== "CommandNotAllowedInStatus") {
        return assert.fail(refused.message)
      }
      assert.deepStrictEqual(refused.failure.details.allowed_in, ["Pending", "Active"])
      assert.deepInclude(refused, { attempts: 1, unanswered: 0 })
      assert.isFalse(refused.mayHaveTakenEffect)
    }).pipe(inMemory))

  it.effect("a dry run changes nothing", () =>
    Effect.gen(function*() {
      const client = yield* OrganizationClient
      assert.strictEqual((yield* client.send(creation, { dryRun: true })).outcome, "dry_run")
      assert.strictEqual((yield* client.send(creation)).outcome, "applied")
    }).pipe(inMemory))

  it.effect("fields that make no command are refused with all issues, and nothing is sent", () => {
    const sent: Array<CommandToSend> = []
    return Effect.gen(function*() {
      const client = yield* OrganizationClient
      const refused = yield* Effect.flip(client.submit("CreateOrganization", {
        name: "",
        // @ts-expect-error: no such type of organization
        organization_type: "Club"
      }))
      assert.deepInclude(refused, { _tag: "CommandRefused", attempts: 0 })
      assert.include(refused.message, "VALIDATION_FAILED")
      assert.isEmpty(sent)
    }).pipe(Effect.provide(troubled(sent, [])))
  })

  it.effect("whatever came between, every attempt is the same message, and the answer to the first is given", () => {
    const sent: Array<CommandToSend> = []
    const troubles = [
      () => answered(overloaded(256)),
      () => answered(storeUnavailable("no leader")),
      // Carried out, and the answer lost on its way.
      (answer: Effect.Effect<string, TransportError>) => Effect.andThen(answer, lost)
    ]
    return Effect.gen(function*() {
      const client = yield* OrganizationClient
      const reply = yield* inTime(client.send(creation))
      assert.deepInclude(reply, { outcome: "duplicate", version: 1, command_id: commandId, stream_sequence: 1 })
      assert.strictEqual(sent.length, 4)
      for (const { body, commandId: id, subject } of sent) {
        assert.deepStrictEqual([id, subject], [commandId, `organization.commands.${acme}.create_organization`])
        assert.strictEqual(body, sent[0]?.body)
      }
      assert.strictEqual(JSON.parse(sent[0]!.body).identity.message_id, commandId)
    }).pipe(Effect.provide(troubled(sent, troubles)))
  })

  it.effect("a lost acknowledgement leaves it open whether a command took effect, but not a dry run", () => {
    const troubles = Array.from({ length: 200 }, () => () => answered(storeUnavailable("no leader")))
    return Effect.gen(function*() {
      const client = yield* OrganizationClient
      for (const dryRun of [false, true]) {
        const error = yield* inTime(Effect.flip(client.send(creation, { dryRun, deadline: "20 seconds" })))
        if (error._tag !== "CommandUnsettled") return assert.fail(error.message)
        assert.strictEqual(error.mayHaveTakenEffect, !dryRun)
        assert.strictEqual(error.reason._tag, "NotNow")
        assert.include(error.message, "STORE_UNAVAILABLE")
      }
    }).pipe(Effect.provide(troubled([], troubles)))
  })
})

describe("what an answer means", () => {
  const details = { _tag: "X", code: "X", message: "x", retryable: false, details: {} }
  it("a rejection of the domain is a definite no; trouble of the service may hide an effect", () => {
    const definite = [
      overloaded(1),
      errorKinds.VersionConflict.make({ expected: 1, actual: 2 }),
      errorKinds.ConcurrencyExhausted.make({ attempts: 8 }),
      errorKinds.CommandNotSupported.make({ command_type: "X", supported: [] }),
      errorKinds.IdempotencyConflict.make({ command_id: "1", recorded_type: "X", why: "type" }),
      errorKinds.LimitExceeded.make({ limit: "x", max: 1, actual: 2 })
    ]
    const open = [
      storeUnavailable("x"),
      errorKinds.Internal.make({}),
      // These are found before the command ids are looked at.
      errorKinds.StreamUnreadable.make({ sequence: 1 }),
      errorKinds.HistoryTruncated.make({ first_version: 2 }),
      errorKinds.UpgradeRequired.make({ event_type: "X", schema_version: 3 })
    ]
    for (const failure of definite) assert.isFalse(mayHaveTakenEffect(failure), failure.code)
    for (const failure of open) assert.isTrue(mayHaveTakenEffect(failure), failure.code)
  })
  it("an answer that is none, or of a service from the future, is read with care", () => {
    assert.deepInclude(readAnswer("nonsense"), { _tag: "Unreadable" })
    assert.deepInclude(readAnswer("{\"status\":\"ok\",\"version\":\"seven\"}"), { _tag: "Unreadable" })
    const said = (failure: object) =>
      readAnswer(JSON.stringify({ status: "error", error: "x", failure: { ...details, ...failure } }))
    assert.deepInclude(said({ category: "unavailable", retryable: true }), {
      _tag: "NotNow",
      mayHaveTakenEffect: true
    })
    assert.deepInclude(said({ category: "state" }), { _tag: "Final" })
  })
})
