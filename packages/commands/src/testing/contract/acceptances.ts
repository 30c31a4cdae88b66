import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import * as Client from "../../client/Client.ts"
import type { AnyCommand } from "../../definition/CommandCatalog.ts"
import {
  about,
  acknowledged,
  assertApplied,
  type ContractSubject,
  type ContractTests,
  type Json
} from "./ContractSubject.ts"

/** What is carried out, and how it is answered. */
export const acceptances = (subject: ContractSubject): ContractTests => [...beginnings(subject), ...changes(subject)]

/** The answer to a command that begins, with all of its fields. */
const success = (subject: ContractSubject, id: string, command: AnyCommand, outcome: string, answer: Json): Json => {
  const { commands, idField } = subject.aggregate.catalog
  const events = subject.firstEvents(id, command)
  const isDry = outcome === "dry_run"
  const references = events.map((event, index) => ({
    [idField]: id,
    event_id: event.event_id,
    event_type: event.event_type,
    version: index + 1,
    stream_sequence: isDry ? null : answer["events"][index].stream_sequence
  }))
  return {
    status: "ok",
    outcome,
    ...about(id, command, events.length),
    stream_sequence: references.at(-1)!.stream_sequence,
    events_generated: events.length,
    events: references,
    created_id: commands.byType.get(command.command_type)!.creates === undefined ? null : id,
    acknowledgment: acknowledged(command, "Accepted", null)
  }
}

const beginnings = (subject: ContractSubject): ContractTests => {
  const { aggregate, examples } = subject
  return [
    [
      "a command that begins is applied once, however often it comes, and each answer says all of it",
      Effect.gen(function*() {
        const id = SecureRandom.uuidV7Unsafe()
        const command = subject.command(id, examples.begins)
        const sent = subject.message(id, command)
        const [first, ...others] = [yield* subject.ask(sent), yield* subject.ask(sent), yield* subject.ask(sent)]
        assertApplied("begins", first)
        assert.deepStrictEqual(first, success(subject, id, command, "applied", first))
        for (const event of first["events"]) assert.isAbove(event.stream_sequence, 0)
        for (const other of others) assert.deepStrictEqual(other, { ...first, outcome: "duplicate" })
      })
    ],
    [
      "a service names what it begins, and warns who cannot repeat it",
      Effect.gen(function*() {
        const { command_type, ...fields } = examples.begins
        const prefix = aggregate.subjects.commandSubject("new", command_type)
        const answer = yield* subject.ask({ subject: prefix, body: JSON.stringify({ command_type, ...fields }) })
        assertApplied("begins", answer, { status: "ok", version: 1 })
        assert.strictEqual(answer["created_id"], answer["aggregate_id"])
        assert.lengthOf(answer["warnings"], 1)
        const again = yield* subject.send(answer["aggregate_id"], examples.changes(1))
        assertApplied("changes(1)", again, { version: 2 })
      })
    ],
    [
      "a dry run says what would happen, and nothing does",
      Effect.gen(function*() {
        const id = SecureRandom.uuidV7Unsafe()
        const command = subject.command(id, examples.begins)
        const dry = subject.message(id, command, {}, { "X-Dry-Run": "true" })
        for (const answer of [yield* subject.ask(dry), yield* subject.ask(dry)]) {
          assert.deepStrictEqual(answer, success(subject, id, command, "dry_run", answer))
        }
        assertApplied("begins", yield* subject.ask(subject.message(id, command)), { version: 1 })
      })
    ]
  ]
}

const changes = (subject: ContractSubject): ContractTests => {
  const { aggregate, examples } = subject
  return [
    [
      "a field that the command does not have is ignored, with a warning",
      Effect.gen(function*() {
        const answer = yield* subject.send(yield* subject.begun, examples.changes(1), { nosuchfield: 1 })
        assertApplied("changes(1)", answer, { version: 2 })
        assert.deepStrictEqual(answer["warnings"], ["unknown field ignored: nosuchfield"])
      })
    ],
    [
      "the expected version lets a command pass, in its body or in a header",
      Effect.gen(function*() {
        const id = yield* subject.begun
        const inBody = yield* subject.send(id, examples.changes(1), { expected_version: 1 })
        assertApplied("changes(1)", inBody, { version: 2 })
        const inHeader = yield* subject.send(id, examples.changes(2), {}, { "X-Expected-Version": "2" })
        assertApplied("changes(2)", inHeader, { version: 3 })
      })
    ],
    [
      "commands that come at once are applied one after another, each once",
      Effect.gen(function*() {
        const id = yield* subject.begun
        const numbers = [1, 2, 3, 4]
        const messages = numbers.map((number) => subject.message(id, subject.command(id, examples.changes(number))))
        const answers = yield* Effect.forEach([...messages, ...messages], (sent) => subject.ask(sent), {
          concurrency: "unbounded"
        })
        for (const [index, answer] of answers.entries()) {
          if (answer["outcome"] !== "duplicate") assertApplied(`changes(${numbers[index % numbers.length]})`, answer)
        }
        const applied = answers.filter(({ outcome }) => outcome === "applied")
        assert.sameMembers(applied.map(({ version }) => version), numbers.map((number) => number + 1))
        assert.strictEqual(new Set(applied.map(({ stream_sequence }) => stream_sequence)).size, numbers.length)
        assert.lengthOf(answers.filter(({ outcome }) => outcome === "duplicate"), numbers.length)
      })
    ],
    [
      "a client is given the same answers",
      Effect.gen(function*() {
        const { send } = yield* Client.make(aggregate)
        const id = SecureRandom.uuidV7Unsafe()
        const command = subject.command(id, examples.begins)
        assert.deepInclude(yield* send(command as never), { outcome: "applied", version: 1, aggregate_id: id })
        assert.deepInclude(yield* send(command as never), { outcome: "duplicate", version: 1, aggregate_id: id })
      })
    ]
  ]
}
