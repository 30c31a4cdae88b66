import { decodeReply } from "@cim-domain/organization"
import { Result } from "effect"
import type { Attempt, History, SentCommand } from "../check/History.ts"
import type { Violation } from "../check/Violation.ts"
import type { Scenario } from "../scenario/Scenario.ts"
import type { Happening } from "../world/Chronicle.ts"
import { makeNames, type Names } from "./Names.ts"

/** Attempts of one command that are told; of more it is only said how many there were. */
const attemptsTold = 6

/**
 * What happened, for a person: who sent what, what was stored, what was answered, what was broken, in the order of time, and what is
 * wrong with it. Organizations and commands have short names.
 */
export const tellStory = (
  scenario: Scenario,
  { commands, stream }: History,
  happenings: ReadonlyArray<Happening>,
  violations: ReadonlyArray<Violation>
): ReadonlyArray<string> => {
  const names = makeNames(commands)
  const told: Array<Happening> = [
    ...happenings,
    ...commands.flatMap((command) => sayings(command, names)),
    ...(stream ?? []).map(({ data, headers, sequence, subject, time }) => ({
      at: Date.parse(time) - Date.UTC(2026, 0, 1),
      text: `stored at ${sequence}: version ${headers["X-Aggregate-Version"]} of ${
        names.inText(organizationOf(subject))
      }, for ${names.inText(headers["X-Command-ID"] ?? "no command")}: ${shortened(names.inText(asked(data)))}`
    }))
  ]
  const lines = told
    .map((each, index) => ({ ...each, index }))
    .toSorted((one, other) => one.at - other.at || one.index - other.index)
    .map(({ at, text }) => `${(at / 1_000).toFixed(3).padStart(10)} s  ${text}`)
  return [
    `seed ${scenario.seed}, luck ${scenario.luck}: ${scenario.replicas} replicas, ${scenario.brokers} brokers, ${scenario.commands.length} commands, ${scenario.faults.length} faults`,
    ...lines,
    ...violations.map(({ commandId, detail, kind, organizationId, sequence }) =>
      [
        `! ${kind}`,
        organizationId === undefined ? "" : ` ${names.inText(organizationId)}`,
        commandId === undefined ? "" : ` ${names.inText(commandId)}`,
        sequence === undefined ? "" : ` at ${sequence}`,
        `: ${names.inText(detail).slice(0, 1_000)}`
      ].join("")
    )
  ]
}

const sayings = (
  { attempts, body, commandId, subject, writer }: SentCommand,
  names: Names
): ReadonlyArray<Happening> => {
  const who = `requester ${writer + 1}`
  const what = names.inText(commandId)
  const [first] = attempts
  const more = attempts.length - attemptsTold
  return [
    ...(first === undefined ? [] : [{
      at: first.sentAt,
      text: `${who} sends ${what} to ${names.inText(organizationOf(subject))}: ${shortened(names.inText(asked(body)))}`
    }]),
    ...attempts.slice(0, attemptsTold).flatMap((attempt, index) => [
      ...(index === 0 ? [] : [{ at: attempt.sentAt, text: `${who} sends ${what} again` }]),
      ...answersOf(attempt, `${who} hears of ${what}`),
      ...(attempt.failure === null
        ? []
        : [{ at: attempt.endedAt, text: `${who} has no answer to ${what}: ${attempt.failure}` }])
    ]),
    ...(more > 0 ? [{ at: attempts.at(-1)!.endedAt, text: `${who} had sent ${what} ${more} times more` }] : [])
  ]
}

const answersOf = ({ answers }: Attempt, hears: string): ReadonlyArray<Happening> =>
  answers.map(({ at, body }, index) => ({ at, text: `${hears}: ${inShort(body)}${index === 0 ? "" : ", once more"}` }))

const inShort = (text: string): string => {
  const reply = Result.getOrUndefined(decodeReply(text))
  if (reply === undefined) return shortened(text)
  return reply.status === "ok"
    ? `${reply.outcome}, version ${reply.version}, sequence ${reply.stream_sequence}, ${reply.events.length} events`
    : `${reply.failure.code}${reply.version === null ? "" : ` at version ${reply.version}`}: ${reply.failure.message}`
}

/** The second-last or the last token that names one. */
const organizationOf = (subject: string): string => subject.split(".")[2] ?? subject

/** What every command and event has is left out. */
const usual = new Set(["identity", "organization_id", "event_id", "issued_by", "expected_version", "schema_version"])

/** A command or an event in short: its type, and what is in it. */
const asked = (text: string): string => {
  try {
    const { command_type, event_type, ...fields } = JSON.parse(text)
    const left = Object.entries(fields).filter(([name, value]) => value !== null && !usual.has(name))
    const expected = fields.expected_version == null ? "" : ` at version ${fields.expected_version}`
    return `${command_type ?? event_type}${expected} ${JSON.stringify(Object.fromEntries(left))}`
  } catch {
    return text
  }
}

const shortened = (text: string): string => text.length <= 200 ? text : `${text.slice(0, 200)}…`
