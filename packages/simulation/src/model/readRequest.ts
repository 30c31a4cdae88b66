import { type CommandRow, commandTable } from "./commandTable.ts"
import { write } from "./eventTable.ts"
import { deriveId, readId, readUuid } from "./ids.ts"
import { type Fields, isFields, type Json, readJson } from "./Json.ts"
import type { Refusal } from "./Refusal.ts"
import { sha256 } from "./sha256.ts"

/** A request as it goes to the service. */
export interface ModelRequest {
  readonly subject: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the reply says of whom it answers; `null` for what cannot be known. */
export interface Addressee {
  readonly commandType: string | null
  readonly commandId: string | null
  readonly correlation: { readonly kind: string; readonly value: string } | null
  readonly organizationId: string | null
  /** Names of fields that nobody knows, each of which a warning names. */
  readonly unknown: ReadonlyArray<string>
  /** Whether nobody gave the command an id, which is a warning. */
  readonly unnamed: boolean
}

/** A command that was read. */
export interface Asked extends Addressee {
  readonly commandType: string
  readonly commandId: string
  readonly correlation: { readonly kind: string; readonly value: string }
  readonly organizationId: string
  readonly row: CommandRow
  /** Its own fields as they are kept, ids as plain texts, and `clear`. */
  readonly fields: Fields
  readonly clear: ReadonlyArray<string>
  readonly createdId: string | null
  readonly digest: string
  readonly actor: string | null
  readonly expectedVersion: number | null
  readonly isDryRun: boolean
}

/** A request that is no command, and why. */
export interface Unreadable extends Addressee {
  readonly refusal: Refusal
}

/** Reads a request by 3.1, 4.1 and 4.6. `madeUpId` is the id that the service gave a command without any. */
export const readRequest = (request: ModelRequest, madeUpId?: string): Asked | Unreadable => {
  const json = readJson(request.body)
  const tokens = request.subject.split(".").slice(2)
  const bySubject = tokens[0] === undefined ? null : readUuid(tokens[0])
  const nobody: Addressee = {
    commandType: null,
    commandId: null,
    correlation: null,
    organizationId: bySubject,
    unknown: [],
    unnamed: false
  }
  if (!isFields(json)) return { ...nobody, refusal: { tag: "MalformedMessage" } }
  const body = unwrapped(json)
  const type = body["command_type"]
  const row = typeof type === "string" && Object.hasOwn(commandTable, type) ? commandTable[type] : undefined
  const identity = readIdentity(body["identity"] ?? null, request.headers, madeUpId)
  const known = { ...nobody, ...identity.known }
  const named = row === undefined ? undefined : readId(body[row.addressed] ?? null)
  const addressee = { ...known, organizationId: named ?? readId(body["organization_id"] ?? null) ?? bySubject }
  if (typeof type !== "string") return { ...addressee, refusal: invalid(["command_type"]) }
  if (row === undefined) {
    return { ...addressee, refusal: { tag: "UnknownCommandType", details: { command_type: type } } }
  }

  const read = readFields(row, body)
  const common = readCommon(body, request.headers)
  const unknown = Object.keys(body).filter((key) => !knownKeys(row).includes(key))
  const about = { ...addressee, commandType: type, unknown, organizationId: named ?? bySubject }
  const alone = [...identity.wrong, ...read.wrong, ...common.wrong]
  const wrong = alone.length > 0 ? alone : read.together
  if (wrong.length > 0 || about.commandId === null || about.correlation === null) {
    return { ...about, refusal: { ...invalid(wrong), further: read.together } }
  }
  const { commandId, correlation } = about
  const organizationId = about.organizationId ?? deriveId(commandId, "organization")
  const created = row.creates === undefined ? null : read.fields[row.creates[1]] ?? null
  const createdId = row.creates === undefined
    ? null
    : row.creates[0] === "organization"
    ? organizationId
    : (created as string | null) ?? deriveId(commandId, row.creates[0])
  const asked: Asked = {
    ...about,
    commandType: type,
    commandId,
    correlation,
    organizationId,
    row,
    fields: read.fields,
    clear: read.clear,
    createdId,
    // An id that is derived belongs to what is asked for as one that is given.
    digest: digestOf(
      row,
      row.creates === undefined ? read.fields : { ...read.fields, [row.creates[1]]: createdId! },
      read.clear
    ),
    ...common.read
  }
  return agrees(tokens, asked) ? asked : { ...asked, refusal: { tag: "SubjectMismatch" } }
}

const invalid = (paths: ReadonlyArray<string>): Refusal => ({ tag: "ValidationFailed", issues: paths })

/** The command of a `CommandEnvelope`, or the command itself. */
const unwrapped = (json: Fields): Fields => {
  const { command, command_type, identity, issued_by } = json
  if (command_type !== undefined || !isFields(command)) return json
  return {
    ...command,
    ...(command["identity"] === undefined && identity !== undefined ? { identity } : {}),
    ...(command["issued_by"] === undefined && issued_by !== undefined ? { issued_by } : {})
  }
}

const knownKeys = (row: CommandRow): ReadonlyArray<string> => [
  "command_type",
  "identity",
  ...Object.keys(row.fields),
  ...(row.clearable.length > 0 ? ["clear"] : []),
  "issued_by",
  "expected_version"
]

const readIdentity = (raw: Json, headers: Readonly<Record<string, string>>, madeUpId: string | undefined) => {
  const single = (value: string) => ({ kind: "Single", value })
  if (raw === null) {
    const byHeader = readUuid(headers["Nats-Msg-Id"] ?? "")
    const commandId = byHeader ?? madeUpId ?? null
    const value = readUuid(headers["X-Correlation-ID"] ?? "") ?? commandId
    const correlation = value === null ? null : single(value)
    return { known: { commandId, correlation, unnamed: byHeader === null }, wrong: [] }
  }
  const field = (name: string): Json => isFields(raw) ? raw[name] ?? null : null
  const commandId = readId(field("message_id"))
  // What an identity lacks is in the headers, as when it is absent; what they do not say either is its own.
  const causationId = readId(field("causation_id") ?? commandId)
  const written = field("correlation_id") ?? readUuid(headers["X-Correlation-ID"] ?? "") ?? commandId
  const value = readId(written)
  const kind = isFields(written) ? written["kind"] ?? "Single" : "Single"
  const isKind = kind === "Single" || kind === "Transaction"
  const correlation = value === null ? null : isKind ? { kind, value } : single(value)
  const isWhole = commandId !== null && causationId !== null && value !== null && isKind
  return { known: { commandId, correlation, unnamed: false }, wrong: isWhole ? [] : ["identity"] }
}

const readFields = (row: CommandRow, body: Fields) => {
  const wrong: Array<string> = []
  const fields: Record<string, Json> = {}
  for (const [name, field] of Object.entries(row.fields)) {
    const raw = body[name] ?? null
    const read = raw === null ? field.absent : field.value(raw)
    if (read === undefined || (raw === null && field.absent === "required")) wrong.push(name)
    else fields[name] = read
  }
  if (Object.hasOwn(fields, "display_name") && row.creates !== undefined) {
    fields["display_name"] = fields["display_name"] ?? fields["name"] ?? null
  }
  const clear = row.clearable.length > 0 ? body["clear"] ?? [] : []
  const isList = Array.isArray(clear) && clear.every((each) => row.clearable.includes(each as string))
  if (!isList) wrong.push("clear")
  const together = isList ? (clear as ReadonlyArray<string>).filter((name) => (body[name] ?? null) !== null) : []
  if (body["promote_children"] === true && (body["transfer_children_to"] ?? null) !== null) {
    together.push("promote_children")
  }
  return { fields, clear: isList ? clear as ReadonlyArray<string> : [], wrong, together }
}

const readCommon = (body: Fields, headers: Readonly<Record<string, string>>) => {
  const wrong: Array<string> = []
  const actor = body["issued_by"] ?? headers["X-Actor"] ?? null
  if (actor !== null && (typeof actor !== "string" || Array.from(actor).length > 200)) wrong.push("issued_by")
  const byHeader = headers["X-Expected-Version"]
  const expected = body["expected_version"] ?? (byHeader === undefined ? null : Number(byHeader))
  if (expected !== null && !(Number.isSafeInteger(expected) && (expected as number) >= 0)) {
    wrong.push("expected_version")
  }
  return {
    read: {
      actor: actor as string | null,
      expectedVersion: expected as number | null,
      isDryRun: headers["X-Dry-Run"] === "true"
    },
    wrong
  }
}

/** Every token of the subject agrees with the body. */
const agrees = (tokens: ReadonlyArray<string>, { commandType, organizationId, row }: Asked): boolean => {
  const isType = (token: string) => token === row.token || token === row.short
  const isId = (token: string) => readUuid(token) === organizationId
  const [first = "", second] = tokens
  if (tokens.length === 1) return isType(first) || isId(first)
  const isNew = first === "new" && commandType === "CreateOrganization"
  return tokens.length === 2 && second === row.token && (isNew || isId(first))
}

/** Its own fields as they are written. */
const writtenFields = (row: CommandRow, fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(row.fields).map(([name, { written }]) => {
      const value = fields[name] ?? null
      return [name, write(value, written === "plain" ? "as it is" : written)]
    })
  )

const says = (value: Json) => value !== null && !(typeof value === "object" && Object.keys(value).length === 0)

/** What the command asks for, in 16 digits (4.6). */
const digestOf = (row: CommandRow, fields: Fields, clear: ReadonlyArray<string>): string => {
  const written = { ...writtenFields(row, fields), ...(row.clearable.length > 0 ? { clear } : {}) }
  const isOwn = ([name, value]: readonly [string, Json]) => says(value) && value !== row.fields[name]?.unsaid
  const own = Object.fromEntries(Object.entries(written).filter(isOwn))
  return sha256(JSON.stringify(own)).slice(0, 16)
}
