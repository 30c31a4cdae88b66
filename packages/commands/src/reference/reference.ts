import type { Aggregate, AnyAggregate } from "../Aggregate.ts"
import { commandEnvelopeFields } from "../Command.ts"
import { eventEnvelopeFields } from "../Event.ts"
import { type AnyError, type AnyRejection, statusOf } from "../Rejection.ts"
import { adviceOf } from "./adviceOf.ts"
import { type Examples, makeExamples } from "./makeExamples.ts"
import type { ReferenceWords } from "./ReferenceWords.ts"

/** What can be said to a domain and what it says, as Markdown: one page, and its parts without their headings. */
export interface Reference {
  /** Each command: its subject, its fields, an example. */
  readonly commands: string
  /** Each event: its subject and its own fields. */
  readonly events: string
  /** A table of the errors, those of every service included. */
  readonly errors: string
  /** A table of the bounds that an operator may choose, as they are when nobody does. */
  readonly limits: string
  /** All of it. */
  readonly page: string
}

/**
 * The reference of a domain, for those who send its commands or read its events. It follows from the definition; `words` add
 * what a definition does not say. The same definition gives the same text. Throws for an example in `words` that is no command.
 *
 * ```ts
 * writeFileSync("docs/person.md", reference(Person).page)
 * ```
 */
export const reference = <
  Commands extends { readonly [type: string]: unknown },
  Events extends { readonly [type: string]: unknown },
  Error extends AnyError,
  State,
  Limits,
  Inputs,
  Name extends string
>(
  aggregate: Aggregate<Commands, Events, Error, State, Limits, Inputs, Name>,
  words: ReferenceWords<keyof Commands & string, keyof Events & string, Error["_tag"]> = {}
): Reference => {
  const { catalog, limits } = aggregate as AnyAggregate
  const written = new Writer(aggregate, words)
  const parts = {
    commands: catalog.commands.types.map((type) => written.command(type)).join("\n\n"),
    events: catalog.events.types.map((type) => written.event(type)).join("\n\n"),
    errors: table(
      ["Code", "Category", "Again?", "Details", "What to do"],
      Object.entries(catalog.errors).map(([tag, kind]) => written.error(tag, kind))
    ),
    limits: Object.keys(limits).length === 0 ? "There are none." : table(
      ["Limit", "Unless configured", "Bounds"],
      Object.entries(limits).map(([name, value]) => [`\`${name}\``, String(value), words.limits?.[name] ?? ""])
    )
  }
  const sections = Object.entries(parts).map(([name, text]) =>
    paragraphs(`## ${capital(name)}`, introductions[name as keyof typeof parts], text)
  )
  return { ...parts, page: `${paragraphs(`# ${capital(catalog.noun)}: reference`, ...sections)}\n` }
}

const listed = (fields: ReadonlyArray<string>) => fields.map((field) => `\`${field}\``).join(", ")

const introductions = {
  commands: `Beside its own fields a command may have ${
    listed(commandEnvelopeFields.filter((field) => field !== "command_type"))
  }.`,
  events: `Beside its own fields every event has ${listed(eventEnvelopeFields)}.`,
  errors: "\"Again?\" means: the same command with the same id may be sent again.",
  limits: undefined
}

class Writer {
  private readonly aggregate: AnyAggregate
  private readonly words: ReferenceWords
  private readonly examples: Examples
  private readonly advice: { readonly [tag: string]: string | undefined }

  constructor(aggregate: AnyAggregate, words: ReferenceWords) {
    this.aggregate = aggregate
    this.words = words
    this.examples = makeExamples(aggregate, words)
    this.advice = { ...adviceOf(aggregate.catalog.noun), ...words.advice }
  }

  command(type: string): string {
    const { about, leadsTo = [], notes = [] } = this.words.commands?.[type] ?? {}
    const known = this.aggregate.catalog.commands.byType.get(type)!
    const { identity: _, issued_by: __, expected_version: ___, ...example } = this.examples.command(type)
    const events = leadsTo.map((event) => `\`${event}\``).join(" or ")
    const subject = `Subject \`${this.aggregate.subjects.commandSubject(this.someId, type)}\`${
      leadsTo.length === 0 ? "" : `, ${leadsTo.length === 1 ? "event" : "events"} ${events}`
    }.`
    const fields = Object.keys(known.fields).filter((field) => !commandEnvelopeFields.includes(field))
    return paragraphs(
      `### ${type}`,
      about,
      [subject, ...notes].join(" "),
      table(
        ["Field", "Required", "Example"],
        fields.map((field) => [
          `\`${field}\``,
          this.isRequired(type, field) ? "yes" : "",
          inline(example[field] ?? null)
        ])
      ),
      ["```json", JSON.stringify(example, null, 2), "```"].join("\n")
    )
  }

  event(type: string): string {
    const { fields } = this.aggregate.catalog.events.byType.get(type)!
    const example = this.examples.event(type)
    const own = Object.keys(fields).filter((field) => !eventEnvelopeFields.includes(field as never))
    return paragraphs(
      `### ${type}`,
      this.words.events?.[type],
      `Subject \`${this.aggregate.subjects.eventSubject(this.someId, type)}\`.`,
      table(["Field", "Example"], own.map((field) => [`\`${field}\``, inline(example[field] ?? null)]))
    )
  }

  error(tag: string, { schema }: AnyRejection): ReadonlyArray<string> {
    const { category, code, details, retryable } = schema.fields as unknown as KindFields
    return [
      `\`${code.literal}\``,
      `${category.literal} (${statusOf[category.literal]})`,
      retryable.literal ? "yes" : "",
      listed(Object.keys(details.fields)),
      this.advice[tag] ?? ""
    ]
  }

  private get someId() {
    return `<${this.aggregate.catalog.noun} id>`
  }

  /** Whether a command without the field is refused, found out by trying; what the service fills in is not missed. */
  private isRequired(type: string, field: string): boolean {
    const { creates, decode, defaults } = this.aggregate.catalog.commands.byType.get(type)!
    const { [field]: _, ...rest } = this.examples.command(type)
    const isFilledIn = field === creates?.field || field in defaults({})
    return !isFilledIn && decode(rest)._tag === "Failure"
  }
}

/** What is literal in the schema of an error. */
interface KindFields {
  readonly category: { readonly literal: AnyError["category"] }
  readonly code: { readonly literal: string }
  readonly details: { readonly fields: object }
  readonly retryable: { readonly literal: boolean }
}

const paragraphs = (...parts: ReadonlyArray<string | undefined>): string =>
  parts.filter((part) => part !== undefined).join("\n\n")

const row = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n")

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

const shownMax = 70

const inline = (value: unknown): string => {
  const text = JSON.stringify(value).replaceAll("|", "\\|")
  return `\`${text.length > shownMax ? `${text.slice(0, shownMax - 1)}…` : text}\``
}
