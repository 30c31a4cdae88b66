import { NatsConnection, type NatsMessage } from "@cim-domain/nats"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { makeRoutes } from "@cim-domain/nats/testing/Routes"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { connectionTo } from "./Client.ts"
import { api, createStream, startInProcess } from "./InProcess.ts"
import { command, creation, newId } from "./messages.ts"

/** Three brokers; the third can be cut off from the others. */
const threeBrokers = Effect.gen(function*() {
  const routes = makeRoutes()
  const { servers } = yield* NatsServer.cluster({ advertise: false, route: routes.make })
  const [one, two, three] = servers.map(({ url }) => url)
  return { near: `${one},${two}`, far: three!, ...routes.of(2) }
})

interface Cluster {
  readonly cluster: {
    readonly leader?: string
    readonly replicas: ReadonlyArray<{ readonly current: boolean; readonly lag?: number }>
  }
}
const cluster = Effect.map(api<Cluster>("STREAM.INFO.ORGANIZATION_EVENTS"), (info) => info.cluster)

const directGet = "$JS.API.DIRECT.GET.ORGANIZATION_EVENTS"

/** Which event a broker gives as the last one of an organization, when no other can be asked; 0 = it does not answer. */
const lastKnown = ({ bulk }: NatsConnection["Service"], id: string) =>
  bulk.request(directGet, JSON.stringify({ last_by_subj: `organization.events.${id}.>` }), { timeoutMillis: 2_000 })
    .pipe(Effect.match({
      onSuccess: ({ headers }) => Number(headers?.last("Nats-Sequence") ?? 0),
      onFailure: () => 0
    }))

/** The answer of a direct get in the words of the leader. */
const asLeader = (answer: NatsMessage): NatsMessage => {
  const { code = 0 } = answer.headers ?? {}
  const text = JSON.stringify(
    code === 404 ? { error: { code: 404, err_code: 10037, description: "no message found" } } : {
      message: {
        subject: answer.headers?.last("Nats-Subject"),
        seq: Number(answer.headers?.last("Nats-Sequence")),
        time: answer.headers?.last("Nats-Time-Stamp"),
        hdrs: Buffer.from([
          "NATS/1.0",
          ...(answer.headers?.keys() ?? []).map((key) => `${key}: ${answer.headers?.get(key)}`),
          "\r\n"
        ].join("\r\n")).toString("base64"),
        data: Buffer.from(answer.data).toString("base64")
      }
    }
  )
  return { ...answer, string: () => text }
}

/** A connection that takes whatever broker answers reads for the leader: what confirms answers is then no confirmation. */
const unconfirmed = (connection: NatsConnection["Service"]): NatsConnection["Service"] => ({
  ...connection,
  main: {
    ...connection.main,
    request: (subject, payload, options) =>
      subject === "$JS.API.STREAM.MSG.GET.ORGANIZATION_EVENTS"
        ? Effect.map(connection.bulk.request(directGet, payload, options), asLeader)
        : connection.main.request(subject, payload, options)
  }
})

it.live(
  "a replica that reads from a broker cut off from the others refuses nothing falsely, because it asks the leader",
  () =>
    Effect.gen(function*() {
      const brokers = yield* threeBrokers
      const connect = (url: string) =>
        Effect.map(Layer.build(connectionTo(url)), (context) => Context.get(context, NatsConnection))
      const [near, far] = [yield* connect(brokers.near), yield* connect(brokers.far)]
      /** Appends go to the leader; whatever any broker may answer is asked of the one that is cut off. */
      const readingFar = { ...near, bulk: far.bulk }

      yield* Effect.gen(function*() {
        yield* createStream({ num_replicas: 3 })
        const [known, unknown] = [newId(), newId()]
        const rename = (id: string, name: string) => command("UpdateOrganization", id, { name })
        const replicaOn = (connection: NatsConnection["Service"]) =>
          startInProcess(brokers.near, { connection: Layer.succeed(NatsConnection, connection) })
        const writer = yield* replicaOn(near)
        const first = (yield* writer.ask(creation(known, { name: "Old" }))).stream_sequence
        const [warm, cold, believing] = [
          yield* replicaOn(readingFar),
          yield* replicaOn(readingFar),
          yield* replicaOn(unconfirmed(readingFar))
        ]
        assert.deepInclude(yield* warm.ask(rename(known, "Old")), { outcome: "no_change", version: 1 })
        assert.strictEqual((yield* warm.ask(rename(unknown, "X"))).failure?.code, "ORGANIZATION_NOT_FOUND")

        yield* eventually(
          "the third broker follows, and answers by itself when it is cut off",
          Effect.gen(function*() {
            yield* brokers.heal
            const { leader, replicas } = yield* cluster
            if (leader === "n3") yield* api("STREAM.LEADER.STEPDOWN.ORGANIZATION_EVENTS")
            if (leader === "n3" || !replicas.every(({ current, lag = 0 }) => current && lag === 0)) return false
            yield* brokers.cut
            return (yield* lastKnown(far, known)) === first
          })
        )
        assert.deepInclude(yield* writer.ask(rename(known, "New")), { outcome: "applied", version: 2 })
        assert.deepInclude(yield* writer.ask(creation(unknown)), { outcome: "applied", version: 1 })
        assert.deepStrictEqual([yield* lastKnown(far, known), yield* lastKnown(far, unknown)], [first, 0])

        // Without the confirmation: false answers, both of them.
        assert.deepInclude(yield* believing.ask(rename(known, "Old")), { outcome: "no_change", version: 1 })
        assert.strictEqual((yield* believing.ask(rename(unknown, "X"))).failure?.code, "ORGANIZATION_NOT_FOUND")

        // With it: as `show` and `chart` read,
        assert.strictEqual((yield* cold.look(known)).version, 2)
        assert.strictEqual((yield* cold.look(unknown)).version, 1)
        // and as commands are decided: from a cache in which nothing of it has happened,
        assert.deepInclude(yield* warm.ask(rename(known, "Old")), { outcome: "applied", version: 3 })
        assert.deepInclude(yield* warm.ask(rename(unknown, "Acme Corporation")), { outcome: "no_change", version: 1 })
        // and without one.
        assert.deepInclude(yield* cold.ask(rename(known, "Old")), { outcome: "no_change", version: 3 })
        assert.deepInclude(yield* cold.ask(rename(unknown, "Acme Corporation")), { outcome: "no_change", version: 1 })
      }).pipe(Effect.provideService(NatsConnection, near))
    }),
  120_000
)
