import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { statusOf } from "../../Rejection.ts"
import { assertApplied, type ContractSubject, type ContractTests, refusal } from "./ContractSubject.ts"

/** What is refused, and how that is answered. */
export const refusals = (subject: ContractSubject): ContractTests => [
  ...conflicts(subject),
  ...misunderstandings(subject),
  ...mismatches(subject)
]

const conflicts = (subject: ContractSubject): ContractTests => {
  const { aggregate: { catalog: { noun } }, examples } = subject
  return [
    [
      "a command id with other content is a conflict",
      Effect.gen(function*() {
        const id = yield* subject.begun
        const [one, other] = [1, 2].map((number) => subject.command(id, examples.changes(number)))
        assertApplied("changes(1)", yield* subject.ask(subject.message(id, one!)))
        const answer = yield* subject.ask(subject.message(id, { ...other!, identity: one!.identity }))
        const message = `Idempotency conflict: command ${one!.identity.message_id} was recorded as ${
          one!.command_type
        } with other content`
        assert.deepStrictEqual(
          answer,
          refusal(id, one!, 2, {
            _tag: "IdempotencyConflict",
            code: "IDEMPOTENCY_CONFLICT",
            category: "conflict",
            message,
            details: { command_id: one!.identity.message_id, recorded_type: one!.command_type, why: "content" }
          })
        )
      })
    ],
    [
      "another version than the expected one is a conflict, and of two at once one is",
      Effect.gen(function*() {
        const id = yield* subject.begun
        const command = subject.command(id, examples.changes(1))
        const answer = yield* subject.ask(subject.message(id, command, { expected_version: 7 }))
        assert.deepStrictEqual(
          answer,
          refusal(id, command, 1, {
            _tag: "VersionConflict",
            code: "VERSION_CONFLICT",
            category: "conflict",
            message: `Version conflict: expected 7, the ${noun} is at 1`,
            details: { expected: 7, actual: 1 }
          })
        )
        const answers = yield* Effect.forEach(
          [1, 2],
          (number) => subject.send(id, examples.changes(number), { expected_version: 1 }),
          { concurrency: "unbounded" }
        )
        for (const [index, answer] of answers.entries()) {
          if (answer["failure"]?.code !== "VERSION_CONFLICT") assertApplied(`changes(${index + 1})`, answer)
        }
        assert.sameMembers(answers.map((answer) => answer["outcome"] ?? answer["failure"].code), [
          "VERSION_CONFLICT",
          "applied"
        ])
      })
    ]
  ]
}

const misunderstandings = (subject: ContractSubject): ContractTests => {
  const { examples } = subject
  return [
    [
      "a command that nobody knows is refused",
      Effect.gen(function*() {
        const id = yield* subject.begun
        const sent = subject.message(id, subject.command(id, examples.changes(1)), { command_type: "Explode" })
        const answer = yield* subject.ask(sent)
        assert.deepInclude(answer, { status: "error", command_type: null, aggregate_id: id, version: null })
        assert.deepStrictEqual(answer["failure"], {
          _tag: "UnknownCommandType",
          code: "UNKNOWN_COMMAND_TYPE",
          category: "validation",
          retryable: false,
          message: "Unknown command type: Explode",
          details: { command_type: "Explode" }
        })
      })
    ],
    [
      "a body that is none is refused, and the next message is answered",
      Effect.gen(function*() {
        const id = yield* subject.begun
        const { body, subject: to } = subject.message(id, subject.command(id, examples.changes(1)))
        for (const malformed of ["", "{", "[]", body.slice(0, -1), "{".repeat(100)]) {
          const answer = yield* subject.ask({ subject: to, body: malformed })
          assert.deepInclude(answer["failure"], { code: "MALFORMED_MESSAGE", category: "validation", retryable: false })
          assert.deepInclude(answer, { status: "error", aggregate_id: id, version: null, acknowledgment: null })
        }
        assertApplied("changes(1)", yield* subject.ask({ subject: to, body }), { version: 2 })
      })
    ]
  ]
}

const mismatches = (subject: ContractSubject): ContractTests => {
  const { aggregate, examples } = subject
  const { errors, noun } = aggregate.catalog
  return [
    [
      "a subject that names another aggregate, or another command, is refused",
      Effect.gen(function*() {
        const [id, other] = [yield* subject.begun, SecureRandom.uuidV7Unsafe()]
        const command = subject.command(id, examples.changes(1))
        const sent = subject.message(id, command)
        const elsewhere = aggregate.subjects.commandSubject(other, command.command_type)
        const answer = yield* subject.ask({ ...sent, subject: elsewhere })
        const why = `the subject names ${noun} ${other}, the body ${id}`
        assert.deepStrictEqual(
          answer,
          refusal(id, command, null, {
            _tag: "SubjectMismatch",
            code: "SUBJECT_MISMATCH",
            category: "validation",
            message: `Subject mismatch: ${why}`,
            details: { subject: elsewhere, why }
          })
        )
        const asBegin = aggregate.subjects.commandSubject(id, examples.begins.command_type)
        const second = yield* subject.ask({ ...sent, subject: asBegin })
        assert.strictEqual(second["failure"].code, "SUBJECT_MISMATCH")
        assertApplied("changes(1)", yield* subject.ask(sent), { version: 2 })
      })
    ],
    [
      "every error is one of the definition, with the code of its category",
      Effect.gen(function*() {
        const id = SecureRandom.uuidV7Unsafe()
        const answers = [
          yield* subject.send(id, examples.changes(1)),
          yield* subject.send(yield* subject.begun, examples.begins)
        ]
        for (const { error, failure, status } of answers.filter(({ status }) => status === "error")) {
          assert.property(errors, failure._tag)
          assert.property(statusOf, failure.category)
          assert.deepStrictEqual([status, error], ["error", failure.message])
        }
      })
    ]
  ]
}
