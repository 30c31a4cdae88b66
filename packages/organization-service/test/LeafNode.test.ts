import { NatsConnection } from "@cim-domain/nats"
import { makeSites } from "@cim-domain/nats/testing/Sites"
import { eventually } from "@cim-domain/testbed/eventually"
import { startReplica } from "@cim-domain/testbed/startReplica"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer } from "effect"
import { ask, connectionTo } from "./Client.ts"
import { api, asOperator, createStream } from "./InProcess.ts"
import { command, creation, newId, type Said } from "./messages.ts"

/** Two sites, 15 ms apart, with a hub stream that is heard at the leaf. */
const joinedSites = Effect.gen(function*() {
  const sites = yield* makeSites({ lineMillis: 15 })
  yield* asOperator(sites.hub.url, createStream({}))
  const probe = Effect.flatMap(
    NatsConnection,
    ({ main }) => main.request("organization.events.nobody.heard", "{}", { timeoutMillis: 2_000 })
  )
  yield* eventually(
    "the hub is heard at the leaf",
    asOperator(sites.leaf.url, Effect.map(Effect.exit(probe), Exit.isSuccess))
  )
  return sites
})

/** Asks once, on either side; nothing when nobody takes it. */
const requester = (url: string) =>
  Effect.map(
    Layer.build(connectionTo(url)),
    (services) => (sent: ReturnType<typeof command>) =>
      Effect.provide(Effect.orElseSucceed(ask(sent), (): Said | undefined => undefined), services)
  )

/** No two commands are told applied at one version, whichever side was asked. */
const race = Effect.fnUntraced(function*(urls: ReadonlyArray<string>, rounds: number) {
  const organization = newId()
  const sides = yield* Effect.forEach(urls, requester)
  const told = [yield* sides[0]!(creation(organization))]
  for (let round = 0; round < rounds; round++) {
    told.push(
      ...(yield* Effect.forEach(
        sides,
        (tryOnce, side) => tryOnce(command("UpdateOrganization", organization, { name: `Name ${round} of ${side}` })),
        { concurrency: "unbounded" }
      ))
    )
  }
  const applied = told.flatMap((said) => said?.outcome === "applied" ? [said.version] : [])
  assert.deepStrictEqual(
    applied,
    [...new Set(applied)],
    JSON.stringify(told.map((said) => [said?.outcome, said?.version]))
  )
  return applied.length
})

describe("a hub and a leaf node", () => {
  it.live(
    "one stream, replicas on both sides: they share the commands, and each is applied at a version of its own",
    () =>
      Effect.gen(function*() {
        const { hub, leaf } = yield* joinedSites
        const replicas = yield* Effect.all([
          startReplica({ NATS_URL: hub.url }),
          startReplica({ NATS_URL: leaf.url, JETSTREAM_DOMAIN: "hub", NATS_INBOX_PREFIX: "organization.inbox" })
        ])
        for (const replica of replicas) yield* replica.logged("ready")
        assert.strictEqual(yield* race([hub.url, leaf.url], 20), 41)
        for (const replica of replicas) {
          assert.strictEqual(yield* replica.stop, 0)
          const stopped = replica.log().find(({ message }) => message === "stopped")
          assert.isAbove(Number(stopped?.annotations["commands"]), 0)
        }
      }),
    60_000
  )

  it.live(
    "a stream on each side: nobody is told that two commands are applied at one version, and the log says why",
    () =>
      Effect.gen(function*() {
        const { hub, leaf } = yield* joinedSites
        yield* asOperator(leaf.url, createStream({}))
        const replicas = yield* Effect.all([startReplica({ NATS_URL: hub.url }), startReplica({ NATS_URL: leaf.url })])
        yield* race([hub.url, leaf.url], 20)
        for (const replica of replicas) {
          assert.notStrictEqual(yield* replica.exit, 0)
          const fatal = replica.log().filter(({ level }) => level === "FATAL").map(({ message }) => String(message))
          assert.lengthOf(fatal, 1)
          assert.match(
            fatal[0]!,
            /stream ORGANIZATION_EVENTS cannot be used: .* stores organization\.events\.> as well/
          )
        }
      }),
    60_000
  )

  it.live("a replica at the leaf that does not know of the hub makes no second stream", () =>
    Effect.gen(function*() {
      const { leaf } = yield* joinedSites
      const replica = yield* startReplica({ NATS_URL: leaf.url })
      assert.notStrictEqual(yield* replica.exit, 0)
      const streams = yield* asOperator(
        leaf.url,
        api<{ readonly streams: ReadonlyArray<string> | null }>("STREAM.NAMES")
      )
      assert.deepStrictEqual(streams.streams ?? [], [])
      assert.include(JSON.stringify(replica.log()), "JETSTREAM_DOMAIN")
    }), 30_000)
})
