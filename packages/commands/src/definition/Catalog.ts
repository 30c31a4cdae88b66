import type { ServiceErrors } from "../errors/serviceErrors.ts"
import type { IdentifierSchema } from "../fields/Identifier.ts"
import type { Subjects } from "../protocol/Subjects.ts"
import type { AnyRejection } from "../Rejection.ts"
import type { CommandCatalog } from "./CommandCatalog.ts"
import type { EventCatalog } from "./EventCatalog.ts"

/** What follows from the names in a definition, for whatever reads and writes messages. */
export interface Catalog {
  readonly name: string
  /** What an aggregate is called, for people. */
  readonly noun: string
  /** The field that names the aggregate. */
  readonly idField: string
  readonly id: IdentifierSchema
  readonly commands: CommandCatalog
  readonly events: EventCatalog
  readonly subjects: Subjects
  /** All kinds of errors, those of every service included. */
  readonly errors: { readonly [tag: string]: AnyRejection }
  readonly serviceErrors: ServiceErrors
  /** Short names of commands in subjects that are still understood. */
  readonly legacyTokens: ReadonlyMap<string, string>
}
