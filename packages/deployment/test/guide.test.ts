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
