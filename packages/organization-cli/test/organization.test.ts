import { NatsConnection, parseNatsUrl } from "@cim-domain/nats"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { startReadyReplica } from "@cim-domain/testbed/startReplica"
import { assert, it, layer } from "@effect/vitest"
import { Context, Deferred, Effect, Fiber, Layer, Result } from "effect"
import { Broker } from "./Broker.ts"
import { runHere } from "./runHere.ts"
import { runProcess } from "./runProcess.ts"

const process = (...args: ReadonlyArray<string>) => Effect.flatMap(Broker, ({ url }) => runProcess(args, { url }))
const cli = (...args: ReadonlyArray<string>) => Effect.flatMap(Broker, ({ url }) => runHere(args, { NATS_URL: url }))
const id = "0198c0de-0000-7000-8000-00000000c11a"

layer(Broker.layer, { timeout: "60 seconds", excludeTestServices: true })("organization", (it) => {
  it.effect("the life of an organization, from create to dissolve", () =>
    Effect.gen(function*() {
      const created = yield* process(
        "create",
        "Acme Corporation",
        "--display-name",
        "Acme",
        "--id",
        id,
        "--actor",
        "zoe"
      )
      assert.strictEqual(created.code, 0, created.err)
      assert.include(created.out, "✓ CreateOrganization: done")
      assert.include(
        (yield* cli("update", id, "--description", "Makes everything", "--founded", "2020-01-15T00:00:00Z")).out,
        "done"
      )
      assert.include((yield* cli("update", id, "--clear", "description", "--type", "Other:Joint venture")).out, "done")
      assert.include((yield* cli("status", id, "Suspended", "--reason", "Licence review")).out, "done")
      const shown = yield* cli("show", id)
      assert.strictEqual(shown.code, 0)
      for (
        const part of [
          "Acme Corporation (Acme)",
          "Joint venture",
          "Suspended: Licence review",
          "2020-01-15",
          "version       4"
        ]
      ) {
        assert.include(shown.out, part)
      }
      assert.notInclude(shown.out, "Makes everything")
      assert.include((yield* cli("dissolve", id, "--reason", "Voluntary winding-up")).out, "done")
      const state = JSON.parse((yield* process("show", id, "--json")).out)
      assert.deepInclude(state, { id, version: 5 })
      assert.strictEqual(state.organization.status, "Dissolved")
    }), { timeout: 30_000 })

  it.effect("tail prints what happened, from a point, as lines and as JSON", () =>
    Effect.gen(function*() {
      const lines = (yield* cli("tail", "--from", "beginning", "--organization", id, "--count", "2")).out.trim().split(
        "\n"
      )
      assert.match(lines[0]!, /^#\d+ .* v1 OrganizationCreated name="Acme Corporation".* by zoe$/)
      assert.match(lines[1]!, /v2 OrganizationUpdated description="Makes everything"/)
      const json = yield* cli("tail", "--from", "beginning", "-n", "1", "--json")
      assert.strictEqual(JSON.parse(json.out).type, "OrganizationCreated")
    }), { timeout: 30_000 })

  it.effect(
    "a refusal exits with 1 and says why; the same command id is answered as before",
    () =>
      Effect.gen(function*() {
        const refused = yield* process("create", "Again", "--id", id)
        assert.strictEqual(refused.code, 1)
        assert.include(refused.out, "ORGANIZATION_ALREADY_EXISTS")
        const commandId = "0198c0de-1000-7000-8000-00000000c11b"
        yield* cli("create", "Twice", "--command-id", commandId)
        const again = yield* cli("create", "Twice", "--command-id", commandId, "--json")
        assert.strictEqual(again.code, 0)
        assert.deepInclude(JSON.parse(again.out), { outcome: "duplicate", command_id: commandId, version: 1 })
        assert.strictEqual((yield* cli("show", "0198c0de-0000-7000-8000-0000000000ff")).code, 1)
      }),
    { timeout: 30_000 }
  )

  it.effect("a dry run stores nothing", () =>
    Effect.gen(function*() {
      const other = "0198c0de-0000-7000-8000-00000000c11c"
      const dry = yield* cli("create", "Maybe", "--id", other, "--dry-run")
      assert.include(dry.out, "nothing was stored")
      assert.strictEqual((yield* cli("show", other)).code, 1)
    }), { timeout: 30_000 })

  it.effect("send takes raw lines from a file or a pipe, answers each and sums up", () =>
    Effect.gen(function*() {
      const { url } = yield* Broker
      const create = {
        command_type: "CreateOrganization",
        name: "Raw",
        organization_type: "LLC",
        organization_id: "0198c0de-0000-7000-8000-00000000c11d"
      }
      const rename = { command_type: "UpdateOrganization", name: "Rawer", organization_id: create.organization_id }
      const input = [JSON.stringify(create), "", JSON.stringify(rename), "{nonsense", "{\"command_type\":\"Explode\"}"]
        .join("\n")
      const { code, err, out } = yield* runProcess(["send", "-", "--json"], { url, input })
      const answers = out.trim().split("\n").map((line) => JSON.parse(line))
      assert.deepStrictEqual(
        answers.map((answer) => answer.outcome ?? answer.failure.code),
        ["applied", "applied", "MALFORMED_MESSAGE", "UNKNOWN_COMMAND_TYPE"]
      )
      assert.include(err, "2 done, 2 refused")
      assert.include(err, "UNKNOWN_COMMAND_TYPE  1  line 5")
      assert.strictEqual(code, 1)
    }), { timeout: 30_000 })
})

layer(Broker.layerSnapshots, { timeout: "60 seconds", excludeTestServices: true })(
  "an organization whose first events are gone",
  (it) => {
    it.effect("is shown from its snapshot, and not at all without one", () =>
      Effect.gen(function*() {
        const { url } = yield* Broker
        const connection = NatsConnection.layer({ url: Result.getOrThrow(parseNatsUrl(url)), name: "operator" })
        const { main } = Context.get(yield* Layer.build(connection), NatsConnection)
        const api = (subject: string, body: unknown) =>
          main.request(`$JS.API.STREAM.${subject}`, JSON.stringify(body), { timeoutMillis: 5_000 })
        yield* cli("create", "Acme Corporation", "--id", id)
        yield* cli("update", id, "--name", "Acme Limited")
        const snapshotOf2 = api("MSG.GET.ORGANIZATION_SNAPSHOTS", { last_by_subj: `organization.snapshots.${id}` })
          .pipe(
            Effect.map((answer) => answer.json<{ readonly message?: { readonly hdrs: string } }>().message?.hdrs ?? ""),
            Effect.map((headers) => Buffer.from(headers, "base64").toString())
          )
        yield* Effect.repeat(snapshotOf2, { until: (headers) => headers.includes("X-Snapshot-Version: 2") })
        yield* api("PURGE.ORGANIZATION_EVENTS", { filter: `organization.events.${id}.created` })
        const shown = yield* cli("show", id)
        assert.strictEqual(shown.code, 0, shown.err)
        assert.match(shown.out, /^Acme Limited/)
        yield* api("PURGE.ORGANIZATION_SNAPSHOTS", {})
        const refused = yield* cli("show", id)
        assert.strictEqual(refused.code, 1)
        assert.include(refused.err, "gap before version 2")
      }).pipe(Effect.scoped))
  }
)

it.live("without a broker, or without a replica, it says so and exits with 3", () =>
  Effect.gen(function*() {
    const broker = yield* NatsServer.server({ jetstream: false })
    const nobody = yield* runProcess(["create", "A", "--timeout", "1"], { url: broker.url })
    assert.strictEqual(nobody.code, 3)
    assert.include(nobody.err, `no replica of organization-service listens at ${broker.url}; gave up after `)
    assert.include(nobody.err, "Nothing was done")
    assert.include(nobody.err, "--command-id")
    yield* broker.stop
    const nowhere = yield* runHere(["show", id, "--timeout", "1"], { NATS_URL: broker.url })
    assert.strictEqual(nowhere.code, 3)
    assert.include(nowhere.err, broker.url)
    assert.include(nowhere.err, "Nothing was sent")
  }), { timeout: 30_000 })

it.live("says what it waits for, and goes on when a replica comes", () =>
  Effect.gen(function*() {
    const { url } = yield* NatsServer.server()
    const waiting = yield* Deferred.make<string>()
    const run = yield* Effect.forkChild(runHere(
      ["create", "Late", "--timeout", "60"],
      { NATS_URL: url },
      undefined,
      undefined,
      (line) => Deferred.doneUnsafe(waiting, Effect.succeed(line))
    ))
    assert.strictEqual(
      yield* Deferred.await(waiting),
      `no replica of organization-service listens at ${url}; trying again, 60 s in all`
    )
    yield* startReadyReplica({ NATS_URL: url })
    const { code, err, out } = yield* Fiber.join(run)
    assert.strictEqual(code, 0, err)
    assert.include(out, "✓ CreateOrganization: done")
    assert.strictEqual(err.split("\n").length, 1, "one notice is enough")
  }), { timeout: 60_000 })
