import { NatsConnection, type NatsSocket, parseNatsUrl } from "@cim-domain/nats"
import { commandSubject } from "@cim-domain/organization"
import { uuidV7 } from "@cim-domain/organization/testing/uuidV7"
import { Effect, References, Result, Schedule } from "effect"
import { randomBytes } from "node:crypto"
import process from "node:process"
import type { LoadOptions, LoadReport, Pace } from "./Load.ts"
import { makeRequesters } from "./Requesters.ts"

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

const run = Effect.fnUntraced(function*(socket: NatsSocket, { organizations, pace, seconds }: LoadOptions) {
  const organizationIds = Array.from({ length: organizations }, () => uuidV7(Date.now(), randomBytes(10)))
  yield* Effect.forEach(organizationIds, (id) => create(socket, id), { concurrency: 32, discard: true })
  const requesters = yield* makeRequesters({ socket, organizationIds, patienceMillis })
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

const create = (socket: NatsSocket, id: string) => {
  const body = { command_type: "CreateOrganization", organization_id: id, name: "Load", organization_type: "LLC" }
  return socket.request(commandSubject(id, "CreateOrganization"), JSON.stringify(body), { timeoutMillis: 5_000 }).pipe(
    Effect.filterOrFail((answer) => answer.string().includes("\"status\":\"ok\""), () => "not created" as const),
    Effect.retry(Schedule.spaced("50 millis").pipe(Schedule.upTo({ duration: "30 seconds" }))),
    Effect.orDie
  )
}

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
