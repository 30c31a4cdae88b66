import { uuidV7 } from "@cim-domain/commands/testing/uuidV7"
import { NatsConnection, type NatsSocket, parseNatsUrl } from "@cim-domain/nats"
import { patiently } from "@cim-domain/testbed/eventually"
import { Effect, References, Result } from "effect"
import { randomBytes } from "node:crypto"
import process from "node:process"
import { createOrganization, createRole, fatUpdate, update } from "./fatUpdate.ts"
import type { FatOrganizations, LoadOptions, LoadReport, Pace } from "./Load.ts"
import { type LoadCommand, makeRequesters } from "./Requesters.ts"

/** How long a requester waits for an answer. */
const patienceMillis = 10_000

const tickMillis = 5

/** Commands sent between two looks at the clock. */
const burstMax = 2_000

/** Takes one stretch of load after the other from its parent, and reports each. Never ends. */
export const requesterProcess = Effect.gen(function*() {
  const { commands: socket } = yield* NatsConnection
  for (;;) {
    const options = yield* Effect.promise(() =>
      new Promise<LoadOptions>((resolve) => process.once("message", (message) => resolve(message as LoadOptions)))
    )
    const report = yield* Effect.scoped(run(socket, options))
    yield* Effect.sync(() => process.send?.(report))
  }
})

const run = Effect.fnUntraced(function*(socket: NatsSocket, { fat, organizations, pace, seconds }: LoadOptions) {
  const ids = newIds(organizations)
  yield* Effect.forEach(ids, (id) => ask(socket, createOrganization(id)), { concurrency: 32, discard: true })
  const fatIds = fat === undefined ? [] : yield* fatOrganizations(socket, fat)
  const commandOf = (n: number, commandId: string) => {
    const fatId = n % 2 === 0 ? undefined : fatIds[(n >> 1) % fatIds.length]
    return fatId === undefined ? update(ids[n % ids.length]!, commandId, n) : fatUpdate(fatId, commandId, n)
  }
  const requesters = yield* makeRequesters({ socket, commandOf, patienceMillis })
  const startedAt = performance.now()
  const millis = () => performance.now() - startedAt
  let sent = 0
  while (millis() < seconds * 1_000) {
    const due = Math.min(burstMax, dueNow(pace, millis(), sent, requesters.waiting()))
    if (due > 0) yield* requesters.send(due)
    sent += Math.max(0, due)
    yield* Effect.sleep(tickMillis)
  }
  const took = millis() / 1_000
  while (requesters.waiting() > 0) yield* Effect.sleep(tickMillis)
  return { told: requesters.told(), seconds: took } satisfies LoadReport
})

const dueNow = (pace: Pace, millis: number, sent: number, waiting: number): number =>
  pace._tag === "AtOnce" ? pace.inFlight - waiting : Math.floor(millis / 1_000 * pace.perSecond) - sent

const newIds = (count: number) => Array.from({ length: count }, () => uuidV7(Date.now(), randomBytes(10)))

/** Those that were made before, of each kind. */
const made = new Map<string, ReadonlyArray<string>>()

const fatOrganizations = Effect.fnUntraced(function*(socket: NatsSocket, { bytes, count }: FatOrganizations) {
  const kind = `${count} of ${bytes}`
  const known = made.get(kind)
  const ids = known ?? newIds(count)
  made.set(kind, ids)
  // Those that were made before are asked for at once. Each must be served in the end.
  yield* known === undefined
    ? Effect.forEach(ids, (id) => grow(socket, id, bytes), { concurrency: 4, discard: true })
    : Effect.forEach(ids, (id) => ask(socket, fatUpdate(id, uuidV7(Date.now(), randomBytes(10)), 15)), {
      concurrency: "unbounded",
      discard: true
    })
  return ids
})

/** Adds roles until the organization has so many bytes, or as many as it may have. */
const grow = Effect.fnUntraced(function*(socket: NatsSocket, id: string, bytes: number) {
  yield* ask(socket, createOrganization(id))
  for (let [sent, n] = [0, 0]; sent < bytes; n++) {
    const command = createRole(id, n)
    if ((yield* ask(socket, command)) === "limit") return
    sent += command.body.length
  }
})

/** Sends a command until it is settled. */
const ask = (socket: NatsSocket, { body, subject }: Pick<LoadCommand, "body" | "subject">) =>
  socket.request(subject, body, { timeoutMillis: 5_000 }).pipe(
    Effect.flatMap((answer) => {
      const text = answer.string()
      if (text.includes("\"status\":\"ok\"")) return Effect.succeed("ok" as const)
      return text.includes("\"organization_bytes\"")
        ? Effect.succeed("limit" as const)
        : Effect.fail("not yet" as const)
    }),
    Effect.retry(patiently("2 minutes")),
    Effect.orDie
  )

const connection = NatsConnection.layer({
  url: Result.getOrThrow(parseNatsUrl(process.argv[2] ?? "")),
  name: "requesters"
})

process.once("disconnect", () => process.exit())
Effect.runFork(
  Effect.scoped(requesterProcess).pipe(
    Effect.provide(connection),
    Effect.provideService(References.MinimumLogLevel, "None")
  )
)
