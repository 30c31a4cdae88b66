import type { AnyAggregate } from "@cim-domain/commands/Aggregate"
import type { Variable } from "./Variable.ts"

/** What else there is to the service of a domain; see `Service.runMain`. */
export interface ServiceOptions {
  /** What the program is called. Default: `<name>-service`. */
  readonly name?: string | undefined
  /** Its version, for `--version`. Default: `0.0.0`. */
  readonly version?: string | undefined
  /** What it does, in one sentence, for `--help`. */
  readonly about?: string | undefined
  /** Limits of the domain that operators may choose, by their names in the definition, each by an environment variable. */
  readonly limits?: { readonly [limit: string]: Variable<unknown> } | undefined
}

/** A domain and the program that serves it. */
export interface Program {
  readonly aggregate: AnyAggregate
  readonly name: string
  readonly version: string
  readonly about: string
  readonly limits: { readonly [limit: string]: Variable<unknown> }
}

/** The program that serves a domain. */
export const makeProgram = (aggregate: AnyAggregate, options: ServiceOptions = {}): Program => {
  const { name, noun } = aggregate.catalog
  return {
    aggregate,
    name: options.name ?? `${name}-service`,
    version: options.version ?? "0.0.0",
    about: options.about ?? `Takes ${noun} commands from NATS, decides on them, stores the events, and answers.`,
    limits: options.limits ?? {}
  }
}
