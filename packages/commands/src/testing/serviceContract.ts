import type { CommandTransport } from "@cim-domain/event-sourcing/CommandTransport"
import { layer } from "@effect/vitest"
import type { Layer } from "effect"
import type { Aggregate } from "../Aggregate.ts"
import type { AnyError } from "../Rejection.ts"
import type { BareCommandOf } from "./BareCommand.ts"
import { acceptances } from "./contract/acceptances.ts"
import { ContractSubject } from "./contract/ContractSubject.ts"
import { refusals } from "./contract/refusals.ts"

/** Commands that a service is tried with. The id of the aggregate is filled in. */
export interface ServiceExamples<Name extends string, Inputs> {
  /** Begins an aggregate. */
  readonly begins: BareCommandOf<Name, Inputs>
  /**
   * Changes an aggregate that has begun, each number in another way and with one event: commands of one type that are accepted in
   * any order.
   */
  readonly changes: (number: number) => BareCommandOf<Name, Inputs>
}

/**
 * What every service of a definition does, whatever carries its commands: in memory, on a broker, by one replica or by several.
 * Registers tests; one transport is built and shared by all of them, and each test has an aggregate of its own.
 *
 * ```ts
 * serviceContract("parcels in memory", inMemoryTransport(Parcel), Parcel, { begins, changes })
 * ```
 */
export const serviceContract = <
  E,
  Commands extends { readonly [type: string]: unknown },
  Events extends { readonly [type: string]: unknown },
  Error extends AnyError,
  State,
  Limits,
  Inputs,
  Name extends string
>(
  name: string,
  transports: Layer.Layer<CommandTransport, E>,
  aggregate: Aggregate<Commands, Events, Error, State, Limits, Inputs, Name>,
  examples: ServiceExamples<Name, Inputs>
): void => {
  const subject = new ContractSubject(aggregate, examples)
  layer(transports, { timeout: "60 seconds", excludeTestServices: true })(`service contract: ${name}`, (it) => {
    for (const [says, test] of [...acceptances(subject), ...refusals(subject)]) it.effect(says, () => test)
  })
}
