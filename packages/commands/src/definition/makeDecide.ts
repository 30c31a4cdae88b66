import { type Decision, rejected } from "@cim-domain/event-sourcing/Decider"
import type { RecordedEvent } from "@cim-domain/event-sourcing/Event"
import type { DecideContext } from "../DecideContext.ts"
import type { ServiceErrors } from "../errors/serviceErrors.ts"
import type { Kept } from "../history/Kept.ts"
import type { OpaqueEvent } from "../history/OpaqueEvent.ts"
import type { AnyError } from "../Rejection.ts"
import type { Catalog } from "./Catalog.ts"
import type { AnyCommand } from "./CommandCatalog.ts"
import { type BareEvent, makeCompletion } from "./completeEvent.ts"
import type { AnyEvent } from "./EventCatalog.ts"
import { makeRepetition } from "./makeRepetition.ts"

/** What a domain says to a command. */
export type DomainDecide<State, Limits> = (
  state: State & Kept,
  command: AnyCommand,
  context: DecideContext<Limits>
) => Decision<BareEvent, AnyError>

/** What a domain refuses before the version that a command expects is looked at. */
export type Gate<State, Limits> = (
  state: State & Kept,
  command: AnyCommand,
  context: DecideContext<Limits>
) => AnyError | null

/**
 * What an aggregate says to a command. The order of the checks is part of the contract: an unreadable history, a repeated
 * command, permission, what the domain's gate refuses, the expected version, and then what the domain decides. Its events
 * get what follows from the command.
 *
 * A command that may have been forgotten is decided only with what the history says of it: `found`, nothing when it is
 * not there.
 */
export const makeDecide = <State, Limits>(
  catalog: Catalog,
  domain: { readonly decide: DomainDecide<State, Limits>; readonly gate: Gate<State, Limits> | undefined },
  decodeEvent: (recorded: RecordedEvent) => AnyEvent | OpaqueEvent
) => {
  const errors = catalog.serviceErrors
  const repetition = makeRepetition(catalog, decodeEvent)
  const completed = makeCompletion(catalog)

  const gated = (state: State & Kept, command: AnyCommand, context: DecideContext<Limits>) => {
    const error = domain.gate?.(state, command, context) ?? null
    return error === null ? null : rejected(error)
  }

  return (
    state: State & Kept,
    command: AnyCommand,
    context: DecideContext<Limits>,
    found?: ReadonlyArray<RecordedEvent>
  ): Decision<AnyEvent, AnyError> =>
    unreadable(errors, state) ?? repetition(state, command, found) ?? forbidden(errors, state, command, context) ??
      gated(state, command, context) ?? versionConflict(errors, state, command) ??
      completed(domain.decide(state, command, context), state, command, context)
}

type Refusal = Decision<never, AnyError>

/** Nothing is decided on a history that has events which this version cannot read. */
const unreadable = (
  { StreamUnreadable, UpgradeRequired }: ServiceErrors,
  { unknown_events: { first, first_unreadable } }: Kept
): Refusal | null => {
  if (first_unreadable !== null) return rejected(StreamUnreadable.make({ sequence: first_unreadable.position }))
  if (first === null) return null
  const { event_type, schema_version } = first
  return rejected(UpgradeRequired.make({ event_type, schema_version }))
}

const forbidden = (
  { PermissionDenied }: ServiceErrors,
  { id }: Kept,
  { command_type, issued_by }: AnyCommand,
  { policy }: DecideContext<unknown>
): Refusal | null =>
  policy === undefined || policy(issued_by, command_type, id)
    ? null
    : rejected(PermissionDenied.make({ actor: issued_by, action: command_type }))

const versionConflict = (
  { VersionConflict }: ServiceErrors,
  { version }: Kept,
  { expected_version }: AnyCommand
): Refusal | null =>
  expected_version === null || expected_version === version
    ? null
    : rejected(VersionConflict.make({ expected: expected_version, actual: version }))
