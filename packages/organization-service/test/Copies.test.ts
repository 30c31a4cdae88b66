import { start } from "@cim-domain/event-sourcing"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { patiently } from "@cim-domain/testbed/eventually"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { startInProcess } from "./InProcess.ts"
import { command, creation, newId, type Said, type Sent } from "./messages.ts"

/** How many organizations get copies side by side, and how often each does. */
const [lanes, rounds] = [6, 24]

const department = (organization: string, command_id: string, name: string) =>
  command("CreateDepartment", organization, {
    command_id,
    department_id: newId(),
    parent_department_id: null,
    name,
    code: `D-${command_id.slice(-8)}`
  })

/** Copies of one command, two for each of three replicas: of the same content, or of others. */
const copiesOf = (
  round: number,
  organization: string
): { readonly equal: boolean; readonly copies: ReadonlyArray<Sent> } => {
  const command_id = newId()
  const six = (make: (n: number) => Sent) => [0, 1, 2, 3, 4, 5].map(make)
  const same = (sent: Sent) => six(() => sent)
  const rename = (name: string) => command("UpdateOrganization", organization, { command_id, name })
  switch (round % 5) {
    case 0:
      return { equal: true, copies: same(department(organization, command_id, "The same")) }
    case 1:
      return { equal: true, copies: same(rename(`Name ${round}`)) }
    case 2:
      return { equal: false, copies: six((n) => department(organization, command_id, `Another ${n}`)) }
    case 3:
      return { equal: false, copies: six((n) => rename(`Name ${round} ${n}`)) }
    default:
      return {
        equal: false,
        copies: six((n) => n % 2 === 1 ? department(organization, command_id, "A unit") : rename(`Name ${round} ${n}`))
      }
  }
}

type Replica = Effect.Success<ReturnType<typeof startInProcess>>

/** As a requester does that sends again what may be sent again. */
const settle = ({ ask }: Replica, sent: Sent): Effect.Effect<Said> =>
  ask(sent).pipe(
    Effect.filterOrFail((said) => said.failure?.retryable !== true, (said) => said),
    Effect.retry(patiently()),
    Effect.catch((said) => Effect.die(new Error(`not settled: ${JSON.stringify(said)}`)))
  )

/** The events that are stored because of a command: what an answer may say of them. */
const storedBy = Effect.fnUntraced(function*(replica: Replica, organization: string, commandId: string) {
  const { events } = yield* Effect.orDie(replica.events.read(organization, Effect.succeed(start)))
  assert.deepStrictEqual(events.map(({ version }) => version), events.map((_, index) => index + 1))
  return events.filter((event) => event.commandId === commandId).map((event) => ({
    event_id: event.id!,
    event_type: event.type,
    version: event.version,
    stream_sequence: event.position,
    created_id: (JSON.parse(event.data) as { readonly department_id?: { readonly id: string } }).department_id?.id ??
      null
  }))
})

/** One of the copies took effect, the others are told which; nobody is told of what is not stored. */
const assertOneEffect = Effect.fnUntraced(function*(
  replica: Replica,
  organization: string,
  equal: boolean,
  answers: ReadonlyArray<Said>
) {
  const told = JSON.stringify(answers)
  const [stored, ...more] = yield* storedBy(replica, organization, answers[0]!.command_id!)
  assert.isDefined(stored, told)
  assert.deepStrictEqual(more, [], told)
  assert.lengthOf(answers.filter(({ outcome }) => outcome === "applied"), 1, told)
  const { created_id, ...event } = stored
  for (const each of answers) {
    if (each.status === "error") {
      assert.strictEqual(each.failure?.code, "IDEMPOTENCY_CONFLICT", told)
      assert.isFalse(equal, told)
      continue
    }
    assert.include(["applied", "duplicate"], each.outcome, told)
    assert.lengthOf(each.events!, 1, told)
    assert.deepInclude(each.events![0], event, told)
    assert.strictEqual(each.stream_sequence, event.stream_sequence, told)
    assert.strictEqual(each.created_id, created_id, told)
  }
})

/**
 * Sends all copies at one instant, through all replicas, and looks at what came of it. Beside them go other commands, so that
 * copies are also appended together with something else.
 */
const race = Effect.fnUntraced(function*(replicas: ReadonlyArray<Replica>, round: number, organization: string) {
  const { copies, equal } = copiesOf(round, organization)
  const others = replicas.map((_, n) => command("UpdateOrganization", organization, { description: `${round} ${n}` }))
  const send = (sent: Sent, n: number) => settle(replicas[n % replicas.length]!, sent)
  const [answers, besides] = yield* Effect.all(
    [
      Effect.forEach(copies, send, { concurrency: "unbounded" }),
      Effect.forEach(others, send, { concurrency: "unbounded" })
    ],
    { concurrency: "unbounded" }
  )
  assert.deepStrictEqual(besides.map(({ status }) => status), others.map(() => "ok" as const))
  yield* assertOneEffect(replicas[round % replicas.length]!, organization, equal, answers)
})

for (
  const [where, urls] of [
    ["one broker", Effect.map(NatsServer.server(), ({ url }) => [url])],
    [
      "three brokers",
      Effect.map(NatsServer.cluster({ advertise: false }), ({ servers }) => servers.map(({ url }) => url))
    ]
  ] as const
) {
  describe(`copies of one command at one instant on ${where}`, () => {
    it.live(
      "have one effect: one is told applied, the others what is recorded, whatever is in them",
      () =>
        Effect.gen(function*() {
          const brokers = yield* urls
          const replicas = yield* Effect.forEach([0, 1, 2], (n) => startInProcess(brokers[n % brokers.length]!))
          yield* Effect.forEach(
            Array.from({ length: lanes }, newId),
            Effect.fnUntraced(function*(organization) {
              assert.strictEqual((yield* settle(replicas[0]!, creation(organization))).outcome, "applied")
              for (let round = 0; round < rounds; round++) yield* race(replicas, round, organization)
            }),
            { concurrency: "unbounded", discard: true }
          )
        }),
      120_000
    )
  })
}
