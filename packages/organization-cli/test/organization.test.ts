import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { assert, it, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"

const main = join(import.meta.dirname, "../src/main.ts")
const service = join(import.meta.dirname, "../../organization-service/src/main.ts")

interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs the CLI as a shell would. */
const runCli = (
  args: ReadonlyArray<string>,
  options: { readonly url: string; readonly input?: string }
): Effect.Effect<Run> =>
  Effect.callback((resume) => {
    const child = spawn(process.execPath, [main, ...args], {
      env: { PATH: process.env["PATH"], NATS_URL: options.url }
    })
    let [out, err] = ["", ""]
    child.stdout.on("data", (chunk) => out += String(chunk))
    child.stderr.on("data", (chunk) => err += String(chunk))
    child.stdin.end(options.input ?? "")
    child.on("close", (code) => resume(Effect.succeed({ code: code ?? -1, out, err })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

/** A broker with a replica; the CLI reaches the service only through the broker. */
class Broker extends Context.Service<Broker, { readonly url: string }>()(
  "@cim-domain/organization-cli/test/organization.test/Broker"
) {
  static readonly layer = Layer.effect(
    Broker,
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      yield* Effect.acquireRelease(
        Effect.promise(async () => {
          const child = spawn(process.execPath, [service], { env: { PATH: process.env["PATH"], NATS_URL: url } })
          let log = ""
          for await (const chunk of child.stdout) {
            log += String(chunk)
            if (log.includes("\"ready\"")) break
          }
          return child
        }),
        (child) =>
          Effect.promise(async () => {
            child.kill("SIGKILL")
            await once(child, "close")
          })
      )
      return Broker.of({ url })
    })
  )
}

const cli = (...args: ReadonlyArray<string>) => Effect.flatMap(Broker, ({ url }) => runCli(args, { url }))
const id = "0198c0de-0000-7000-8000-00000000c11a"

layer(Broker.layer, { timeout: "60 seconds", excludeTestServices: true })("organization", (it) => {
  it.effect("the life of an organization, from create to dissolve", () =>
    Effect.gen(function*() {
      const created = yield* cli("create", "Acme Corporation", "--display-name", "Acme", "--id", id, "--actor", "zoe")
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
      const state = JSON.parse((yield* cli("show", id, "--json")).out)
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
        const refused = yield* cli("create", "Again", "--id", id)
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
      const { code, err, out } = yield* runCli(["send", "-", "--json"], { url, input })
      const answers = out.trim().split("\n").map((line) => JSON.parse(line))
      assert.deepStrictEqual(
        answers.map((answer) => answer.outcome ?? answer.failure.code),
        ["applied", "applied", "MALFORMED_MESSAGE", "UNKNOWN_COMMAND_TYPE"]
      )
      assert.include(err, "2 done, 2 refused, 0 to be sent again later")
      assert.strictEqual(code, 1)
    }), { timeout: 30_000 })

  it.effect("every sub-command explains itself", () =>
    Effect.gen(function*() {
      const help = yield* cli("--help")
      assert.strictEqual(help.code, 0)
      for (const name of ["create", "update", "status", "dissolve", "send", "show", "tail"]) {
        assert.include(help.out, name)
        const own = yield* cli(name, "--help")
        assert.strictEqual(own.code, 0)
        assert.include(own.out, `organization ${name}`)
        assert.include(own.out, "EXAMPLES")
      }
    }), { timeout: 30_000 })

  for (
    const [what, ...args] of [
      ["an unknown sub-command", "explode"],
      ["a missing argument", "create"],
      ["an empty name", "create", ""],
      ["a bad id", "update", "no-uuid", "--name", "x"],
      ["a bad status", "status", id, "Sleeping"],
      ["a bad time", "dissolve", id, "--reason", "x", "--effective", "yesterday"],
      ["a bad point", "tail", "--from", "here"],
      ["a missing file", "send", "/nowhere/commands.jsonl"],
      ["a bad server", "show", id, "--server", "http://broker"]
    ] as const
  ) {
    it.effect(`${what} exits with 2 and sends nothing`, () =>
      Effect.gen(function*() {
        const { code, err, out } = yield* cli(...args)
        assert.strictEqual(code, 2, out + err)
        assert.isNotEmpty(err)
      }), { timeout: 30_000 })
  }
})

it.live("without a broker, or without a replica, it says so and exits with 3", () =>
  Effect.gen(function*() {
    const broker = yield* NatsServer.server()
    const nobody = yield* runCli(["create", "A"], { url: broker.url })
    assert.strictEqual(nobody.code, 3)
    assert.include(nobody.err, "no replica of organization-service listens")
    assert.include(nobody.err, "--command-id")
    yield* broker.stop
    const nowhere = yield* runCli(["show", id, "--timeout", "1"], { url: broker.url })
    assert.strictEqual(nowhere.code, 3)
    assert.include(nowhere.err, broker.url)
  }), { timeout: 30_000 })
