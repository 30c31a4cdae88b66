import { commandPrefix, commandTokens, isCommandType } from "@cim-domain/organization"
import { readUuid } from "@cim-domain/organization/Identifiers"
import { Console, Effect, FileSystem, Option, Schema, Stdio, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { describeReply } from "./describeReply.ts"
import { BadInput, Refused, Unanswered } from "./exitCodes.ts"
import { requestReply } from "./requestReply.ts"
import { withBroker } from "./withBroker.ts"

const JsonObject = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Json))
const parse = Schema.decodeUnknownOption(JsonObject)

/** The most precise subject that a raw command lets be known; whatever is wrong with it, the service says so. */
const subjectOf = (line: string): string => {
  const body = Option.getOrElse(parse(line), (): Readonly<Record<string, Schema.Json>> => ({}))
  const type = body["command_type"]
  const id = readUuid(body["organization_id"] ?? body["surviving_organization_id"] ?? body["parent_organization_id"])
  const token = typeof type === "string" && isCommandType(type) ? commandTokens[type] : undefined
  if (token === undefined) return `${commandPrefix}.create`
  return id === null ? `${commandPrefix}.${token}` : `${commandPrefix}.${id}.${token}`
}

const read = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const stdio = yield* Stdio.Stdio
  return (file === "-" ? stdio.stdin : fs.stream(file)).pipe(
    Stream.mapError((error) => new BadInput({ problems: [`cannot read ${file}: ${error.message}`] })),
    Stream.decodeText(),
    Stream.splitLines,
    Stream.filter((line) => line.trim() !== "")
  )
})

/** `organization send FILE`. Lines are sent in order, each after the answer to the one before, because they may build on it. */
export const send = Command.make(
  "send",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("File of commands, one JSON object a line; - is standard input")
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print the answers as JSON lines"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function*({ file, json }) {
    const counts = { done: 0, refused: 0, later: 0 }
    const lines = yield* read(file)
    yield* Stream.runForEach(lines, (line) =>
      Effect.gen(function*() {
        const reply = yield* requestReply(subjectOf(line), line, {})
        counts[reply.status === "ok" ? "done" : reply.failure.retryable ? "later" : "refused"]++
        yield* Console.log(json ? JSON.stringify(reply) : describeReply(reply))
      })).pipe(
        withBroker,
        Effect.ensuring(
          Effect.suspend(() =>
            Console.error(`${counts.done} done, ${counts.refused} refused, ${counts.later} to be sent again later`)
          )
        )
      )
    if (counts.later > 0) return yield* new Unanswered({ detail: "" })
    if (counts.refused > 0) return yield* new Refused({ count: counts.refused })
  })
).pipe(
  Command.withDescription("Send raw commands as they are"),
  Command.withExamples([
    { command: "organization send commands.jsonl", description: "From a file" },
    { command: "generate | organization send - --json", description: "From a pipe, answers as JSON" }
  ])
)
