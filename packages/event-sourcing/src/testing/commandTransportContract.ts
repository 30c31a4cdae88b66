import { assert, layer } from "@effect/vitest"
import { Duration, Effect, type Layer } from "effect"
import { type CommandToSend, CommandTransport } from "../client/CommandTransport.ts"

/** Where the contract sends its commands. */
export const contractSubjects = {
  /** Somebody answers here, and sometimes does not. */
  heard: "contract.heard",
  /** Nobody listens here. */
  nobody: "contract.nobody"
} as const

/** The answers that the contract expects of whoever listens on {@link contractSubjects.heard}; `null` is none. */
export type ContractAnswer = (command: Omit<CommandToSend, "commandId">) => string | null

const answer: ContractAnswer = ({ body, headers, subject }) =>
  body === "silence" ? null : `${subject} ${headers["X-Question"]} ${body}`

const ask = (body: string, subject: string = contractSubjects.heard, timeout: Duration.Input = "10 seconds") =>
  Effect.flatMap(
    CommandTransport,
    ({ request }) =>
      request({ subject, headers: { "X-Question": "why" }, body, commandId: body }, Duration.fromInputUnsafe(timeout))
  )

/**
 * What every transport of commands must do. Registers tests on the transport that `make` builds, with somebody behind it
 * who answers as it is told.
 */
export const commandTransportContract = <E>(
  name: string,
  make: (answer: ContractAnswer) => Layer.Layer<CommandTransport, E>
): void =>
  layer(make(answer), { timeout: "60 seconds", excludeTestServices: true })(
    `command transport contract: ${name}`,
    (it) => {
      it.effect("a command arrives with subject, headers and body, and its answer comes back", () =>
        Effect.gen(function*() {
          assert.strictEqual(yield* ask("Łódź 🏭\n"), "contract.heard why Łódź 🏭\n")
        }))

      it.effect("each command gets its own answer, whoever waits beside it", () =>
        Effect.gen(function*() {
          const bodies = Array.from({ length: 200 }, (_, index) => `${index}`)
          const answers = yield* Effect.forEach(bodies, (body) => ask(body), { concurrency: "unbounded" })
          assert.deepStrictEqual(answers, bodies.map((body) => `contract.heard why ${body}`))
        }))

      it.effect("where nobody listens that is said at once, and that nothing was done", () =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(ask("hello", contractSubjects.nobody))
          assert.deepInclude(error.reason, { _tag: "NobodyListens", mayHaveTakenEffect: false })
          assert.isTrue(error.isRetryable)
        }))

      it.effect("silence is over in time, and leaves open what was done", () =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(ask("silence", contractSubjects.heard, "50 millis"))
          assert.deepInclude(error.reason, { _tag: "Unanswered", mayHaveTakenEffect: true })
          assert.isTrue(error.isRetryable)
        }))
    }
  )
