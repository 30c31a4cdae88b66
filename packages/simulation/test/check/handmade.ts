import {
  decodeCommandMessage,
  encodeReply,
  failureReply,
  makeContext,
  organization,
  organizationEventCodec,
  type OrganizationState,
  successReply
} from "@cim-domain/organization"
import { Result } from "effect"
import type { Answer, Attempt, History, SentCommand, StoredMessage } from "../../src/check/History.ts"
import { readRequest } from "../../src/model/readRequest.ts"
import { replayStates } from "../../src/replay/replayStates.ts"
import { composeCommand } from "../../src/requests/composeCommand.ts"

/** Histories written by hand: a perfect little service, made of the domain's own rules, whose record tests then spoil. */

export const organizationId = "0198c0de-3000-7000-8000-000000000001"

const idOf = (n: number) => `0198c0de-4000-7000-8000-${n.toString(16).padStart(12, "0")}`

/** Milliseconds since 1970 at 0 of the clock of stories. */
const origin = 1_700_000_000_000

type Fields = Readonly<Record<string, unknown>>

type Reply = Parameters<typeof encodeReply>[0]

/** A history that is still being made. Each command takes a millisecond and is asked after the one before was answered. */
export class Story {
  readonly stream: Array<StoredMessage> = []
  readonly commands: Array<SentCommand> = []
  readonly states: Array<OrganizationState> = [organization.initial(organizationId)]
  private now = 0

  /** Sends a command and answers it as the service does, on the state at `version`, by default the last one. */
  tell(n: number, type: string, fields: Fields, version = this.stream.length): SentCommand {
    const commandId = idOf(n)
    const { body, subject } = composeCommand(type, organizationId, commandId, fields)
    const sentAt = ++this.now
    const { body: reply, headers } = encodeReply(this.answer(subject, body, version))
    const endedAt = ++this.now
    const answers: ReadonlyArray<Answer> = [{ at: endedAt, body: reply, headers: headers ?? {} }]
    const sent: SentCommand = {
      writer: 0,
      subject,
      headers: {},
      body,
      commandId,
      organizationId,
      attempts: [{ sentAt, endedAt, answers, failure: null }],
      settled: true
    }
    this.commands.push(sent)
    return sent
  }

  create(n: number): SentCommand {
    return this.tell(n, "CreateOrganization", { name: "Acme", organization_type: "LLC" })
  }

  rename(n: number, name: string, version?: number): SentCommand {
    return this.tell(n, "UpdateOrganization", { name }, version)
  }

  history(changes: Partial<History> = {}): History {
    return {
      commands: this.commands,
      stream: this.stream,
      snapshots: [],
      deaths: [],
      unrecovered: [],
      outages: [],
      clocks: { origin, skew: 0 },
      disturbances: null,
      ...changes
    }
  }

  snapshot(version: number) {
    return {
      aggregateId: organizationId,
      version,
      position: this.stream[version - 1]!.sequence,
      eventId: this.stream[version - 1]!.headers["Nats-Msg-Id"] ?? null,
      incarnation: "this one",
      fingerprint: "this one",
      state: replayStates(organizationId, this.stream.slice(0, version)).at(-1)!
    }
  }

  /** Stores a message once more, or another one, as if nothing were expected of it but what is said here. */
  store(message: StoredMessage, version: number, expected = this.stream.at(-1)?.sequence ?? 0): StoredMessage {
    const stored = {
      ...message,
      sequence: this.stream.length + 1,
      headers: {
        ...message.headers,
        "X-Aggregate-Version": String(version),
        "Nats-Expected-Last-Subject-Sequence": String(expected),
        "Nats-Expected-Last-Subject-Sequence-Subject": `organization.events.${organizationId}.>`
      }
    }
    this.stream.push(stored)
    return stored
  }

  private answer(subject: string, body: string, version: number): Reply {
    const read = decodeCommandMessage(
      { subject, body: new TextEncoder().encode(body), header: () => undefined },
      { acceptLegacySubjects: true, newId: () => "" }
    )
    if (Result.isFailure(read)) return failureReply(read.failure, read.failure.error, null)
    const request = read.success
    const asked = readRequest({ subject, headers: {}, body })
    const facts = { type: request.command.command_type, digest: "digest" in asked ? asked.digest : "" }
    const context = makeContext({ commandId: request.commandId, now: origin + this.now })
    const decision = organization.decide(this.states[version]!, request.command, context)
    switch (decision._tag) {
      case "Accepted": {
        const { cause, data, id, schemaVersion, token, type } = organizationEventCodec.encode(decision.events[0])
        const { sequence } = this.store({
          sequence: 0,
          subject: `organization.events.${organizationId}.${token}`,
          time: new Date(origin + this.now).toISOString(),
          headers: {
            "Nats-Msg-Id": id,
            "X-Aggregate-ID": organizationId,
            "X-Event-Type": type,
            "X-Event-Version": String(schemaVersion),
            "X-Command-ID": cause.commandId,
            "X-Correlation-ID": cause.correlationId,
            "X-Causation-ID": cause.causationId,
            "X-Command-Type": facts.type,
            "X-Command-Digest": facts.digest,
            "Content-Type": "application/json"
          },
          data
        }, version + 1)
        this.states.push(organization.evolve(this.states[version]!, decision.events[0], sequence, facts))
        const events = [{ id, type, version: version + 1, position: sequence }]
        return successReply(request, { outcome: "applied", version: version + 1, events })
      }
      case "Forgotten":
        throw new Error("so many commands are not made here")
      case "Duplicate":
        return successReply(request, { outcome: "duplicate", version, events: decision.events })
      case "NoChange":
        return successReply(request, { outcome: "no_change", version, events: [] })
      case "Rejected":
        return failureReply(request, decision.rejection, version)
    }
  }
}

/** What a test says of an attempt: when, and the answer or `null` for none. */
export interface Told {
  readonly sentAt?: number
  readonly endedAt?: number
  readonly reply?: string | null
}

/** The same command with other attempts, each as its first but for what is said. */
export const withAttempts = (command: SentCommand, ...told: ReadonlyArray<Told>): SentCommand => ({
  ...command,
  attempts: told.map(({ reply, ...times }): Attempt => {
    const attempt = { ...command.attempts[0]!, ...times }
    const first = attempt.answers[0]!
    return reply === null
      ? { ...attempt, answers: [], failure: "Unanswered" }
      : { ...attempt, answers: [{ ...first, at: attempt.endedAt, body: reply ?? first.body }] }
  })
})
