import {
  type CommandType,
  encodeReply,
  failureReply,
  makeContext,
  organization,
  type OrganizationError,
  organizationEventCodec,
  organizationStateCodec,
  successReply
} from "@cim-domain/organization"
import type { Attempt, History, SentCommand, StoredMessage } from "@cim-domain/simulation/check/History"
import { Result } from "effect"
import { composeCommand } from "../src/composeCommand.ts"
import { readRequest } from "../src/readRequest.ts"
import { emptyReplay, type Replay, replayStream } from "../src/Replay.ts"

/** Histories written by hand: a perfect little service, whose record tests then spoil. */

export const organizationId = "0198c0de-3000-7000-8000-000000000001"

const idOf = (n: number) => `0198c0de-4000-7000-8000-${n.toString(16).padStart(12, "0")}`

type Fields = Readonly<Record<string, unknown>>

/** A history that is still being made. Each command takes a millisecond and is asked after the one before was answered. */
export class Story {
  readonly stream: Array<StoredMessage> = []
  readonly commands: Array<SentCommand> = []
  private now = 0

  get replay(): Replay {
    return replayStream(this.stream).get(organizationId) ?? emptyReplay(organizationId)
  }

  /** Sends a command and answers it as the service does, on the state at `version`, by default the last one. */
  tell(n: number, type: CommandType, fields: Fields, version = this.replay.events.length): SentCommand {
    const commandId = idOf(n)
    const { body, subject } = composeCommand(type, organizationId, commandId, fields)
    const sentAt = ++this.now
    const reply = this.answer(subject, body, version)
    const attempt: Attempt = { sentAt, endedAt: ++this.now, reply, failure: null }
    const sent: SentCommand = {
      writer: 0,
      subject,
      body,
      commandId,
      organizationId,
      attempts: [attempt],
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
      ...changes
    }
  }

  snapshot(version: number) {
    return {
      aggregateId: organizationId,
      version,
      position: this.replay.events[version - 1]!.message.sequence,
      eventId: this.replay.events[version - 1]!.message.headers["Nats-Msg-Id"] ?? null,
      incarnation: "this one",
      fingerprint: organizationStateCodec.fingerprint,
      state: organizationStateCodec.encode(this.replay.states[version]!)
    }
  }

  /** Stores an event as if nothing were expected of it but what is said here. */
  store(
    event: Parameters<typeof organizationEventCodec.encode>[0],
    version: number,
    expected = this.stream.at(-1)?.sequence ?? 0
  ): void {
    const { cause, data, id, token, type } = organizationEventCodec.encode(event)
    this.stream.push({
      sequence: this.stream.length + 1,
      subject: `organization.events.${organizationId}.${token}`,
      time: "2026-11-23T00:00:00Z",
      headers: {
        "Nats-Msg-Id": id,
        "X-Aggregate-ID": organizationId,
        "X-Aggregate-Version": String(version),
        "X-Event-Type": type,
        "X-Command-ID": cause.commandId,
        "Nats-Expected-Last-Subject-Sequence": String(expected),
        "Nats-Expected-Last-Subject-Sequence-Subject": `organization.events.${organizationId}.>`
      },
      data
    })
  }

  private answer(subject: string, body: string, version: number): string {
    const read = readRequest({ subject, body })
    if (Result.isFailure(read)) return encodeReply(failureReply(read.failure, read.failure.error, null)).body
    const request = read.success
    const context = makeContext({ commandId: request.commandId, now: 1_700_000_000_000 + this.now })
    const decision = organization.decide(this.replay.states[version]!, request.command, context)
    switch (decision._tag) {
      case "Accepted": {
        this.store(decision.events[0], version + 1)
        const { reference } = this.replay.events.at(-1)!
        const events = [{ ...reference, version: version + 1 }]
        return encodeReply(successReply(request, { outcome: "applied", version: version + 1, events })).body
      }
      case "Forgotten":
        throw new Error("so many commands are not made here")
      case "Duplicate":
        return encodeReply(successReply(request, { outcome: "duplicate", version, events: decision.events })).body
      case "NoChange":
        return encodeReply(successReply(request, { outcome: "no_change", version, events: [] })).body
      case "Rejected":
        return this.refusal(request, decision.rejection, version)
    }
  }

  private refusal(request: Parameters<typeof failureReply>[0], error: OrganizationError, version: number): string {
    return encodeReply(failureReply(request, error, version)).body
  }
}

/** The same command with other attempts. */
export const withAttempts = (command: SentCommand, ...attempts: ReadonlyArray<Partial<Attempt>>): SentCommand => ({
  ...command,
  attempts: attempts.map((attempt) => ({ ...command.attempts[0]!, ...attempt }))
})
