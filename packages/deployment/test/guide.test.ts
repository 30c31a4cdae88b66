import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Nix, root } from "./Nix.ts"

const isSkipped = Nix.skipped("snippets of the guide", Nix.obstacle)

const isBuildSkipped = Nix.skipped("configurations of the guide", Nix.buildObstacle)

const guide = readFileSync(join(root, "docs/deployment.md"), "utf8")
const blocks = (language: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, text]) => text!)

/** A value as the table of options shows it. */
const shown = (value: unknown): string =>
  Array.isArray(value)
    ? value.length === 0 ? "[ ]" : `[ ${value.map((each) => JSON.stringify(each)).join(" ")} ]`
    : typeof value === "object" && value !== null
    ? "{ }"
    : String(value)

it.live.skipIf(isSkipped)("the table of options has every option, and its default", () =>
  Effect.gen(function*() {
    const options: Record<string, { default: any; description: string }> = yield* Nix.evaluate(
      "nix/tests/modules.nix",
      "options"
    )
    const section = guide.slice(guide.indexOf("\n## Options"), guide.indexOf("\n## Proxmox LXC"))
    const rows = [...section.matchAll(/^\| `([a-zA-Z.]+)` +\| (.+?) +\| (.*?) *\|$/gm)]
    assert.sameMembers(rows.map(([, name]) => name), Object.keys(options))
    for (const [, name, fallback] of rows) {
      const { default: value, description } = options[name!]!
      assert.isAbove(description.trim().length, 0, name)
      // A text instead of a value, such as that of the package, is in words.
      if (value?._type === undefined) assert.include(fallback!, `\`${shown(value)}\``, name)
    }
  }))

it.effect("what the table of troubles tells to look for is what the programs say", () =>
  Effect.sync(() => {
    const said: Record<string, string> = {
      "waiting for the broker at": "packages/service/src/Supervision.ts",
      "cannot be reached": "packages/nats/src/connection/NatsError.ts",
      "authentication refused": "packages/nats/src/connection/NatsError.ts",
      "TLS refused": "packages/nats/src/connection/NatsError.ts",
      "answers no JetStream requests": "packages/nats/src/stream/ensureStream.ts",
      "is missing": "nix/module.nix",
      "; accepted: ": "packages/service/src/Settings.ts",
      "is too old": "packages/nats/src/connection/brokerVersion.ts",
      "cannot be used": "packages/nats/src/stream/EventStreamError.ts",
      "it is gone, and stream": "packages/nats/src/stream/formerLife.ts",
      "is full": "packages/nats/src/events/appendTrouble.ts",
      "refuses permission": "packages/nats/src/events/appendTrouble.ts",
      "this is a hang": "packages/service/src/Supervision.ts",
      "not settled": "packages/commands/src/replica/UnsettledLog.ts",
      "spans and metrics are dropped": "packages/service/src/makeCollector.ts",
      "answers with status": "packages/service/src/makeCollector.ts"
    }
    const table = guide.slice(guide.indexOf("## Troubleshooting"))
    for (const [words, file] of Object.entries(said)) {
      assert.include(table, words)
      assert.include(readFileSync(join(root, file), "utf8"), words, file)
    }
  }))

it.live("what is to be typed is well formed, and every container is created with nesting", () =>
  Effect.gen(function*() {
    const typed = blocks("sh")
    assert.isAbove(typed.length, 10)
    for (const text of typed) {
      const { code, err } = yield* Nix.run("bash", ["-n", "-c", text])
      assert.strictEqual(code, 0, `${text}\n${err}`)
    }
    // A command goes on where a line ends with a backslash.
    const creates = typed.flatMap((text) => text.replaceAll("\\\n", " ").split("\n"))
      .filter((line) => line.trim().startsWith("pct create "))
    assert.strictEqual(creates.length, 3)
    for (const create of creates) assert.include(create, "--features nesting=1")
  }))

it.live.skipIf(isSkipped)(
  "what is to be written in Nix is well formed",
  () => Effect.forEach(blocks("nix"), (text) => Nix.nix("nix-instantiate", "--parse", "-E", text), { discard: true })
)

it.live.skipIf(isBuildSkipped)("the configurations work as they stand there", () =>
  Effect.gen(function*() {
    // Each snippet becomes a file in the store.
    const { darwin, one, resources, three } = yield* Nix.evaluateAll("nix/tests/guide.nix", "--read-write-mode")
    assert.deepInclude(one, { NATS_URL: "nats://10.0.0.41:4222", STREAM_NAME: "ORGANIZATION_EVENTS" })
    assert.deepStrictEqual(Object.keys(three), [1, 2, 3].map((number) => `organization-service-${number}`))
    for (const number of [1, 2, 3]) {
      assert.deepInclude(three[`organization-service-${number}`], {
        localAddress: `10.0.64.14${number}`,
        NATS_URL: "tls://nats.example.org:4222",
        NATS_CREDS_FILE: "%d/NATS_CREDS_FILE"
      })
    }
    assert.strictEqual(darwin.serviceConfig.Label, "com.cim.organization-service")
    assert.strictEqual(darwin.environment.LOG_LEVEL, "debug")
    assert.deepInclude(resources, { NODE_OPTIONS: "--max-old-space-size=800", CACHE_CAPACITY: "50000" })
  }))
