import { lawsOfDeciders } from "@cim-domain/event-sourcing/testing/deciderLaws"
import { type Law, registerLaws } from "@cim-domain/event-sourcing/testing/Law"
import type { Aggregate, AnyAggregate } from "../Aggregate.ts"
import type { AnyEvent } from "../definition/EventCatalog.ts"
import type { AnyError } from "../Rejection.ts"
import { domainArbitraries, type DomainArbitrariesOptions, walkedId } from "./domainArbitraries.ts"
import { decidingLaws } from "./laws/decidingLaws.ts"
import { definitionLaws } from "./laws/definitionLaws.ts"
import { effectLaws } from "./laws/effectLaws.ts"
import type { LawDomain, PlainState } from "./laws/LawDomain.ts"
import { replayLaws } from "./laws/replayLaws.ts"
import { wireLaws } from "./laws/wireLaws.ts"

/** How the laws of a domain are tried. */
export interface AggregateLawsOptions<EventType extends string = string, Event = AnyEvent>
  extends DomainArbitrariesOptions
{
  /** Evaluations of each law. Default 100. */
  readonly runs?: number | undefined
  /** Events that may leave the state as it is, such as those of an audit. Default: none may. */
  readonly silent?: ReadonlyArray<EventType> | undefined
  /** Events that no command leads to, such as those of former versions. Default: there are none. */
  readonly never?: ReadonlyArray<EventType> | undefined
  /**
   * Events that say more than what decides whether a command changes anything, such as the reason of a change. Default: there are
   * none: where a command is told to change nothing, its events would change nothing.
   */
  readonly besides?: ReadonlyArray<EventType> | undefined
  /**
   * What an event may change in a state: paths in it as a snapshot has it, such as `status` or `labels.<id>`, where records of a list are
   * named by their first field. Without it nothing says what it must leave alone.
   */
  readonly about?: ((event: Event, state: PlainState) => ReadonlyArray<string>) | undefined
}

/**
 * The laws that every domain keeps whose definition was given to `Aggregate.make`. Registers a test for each; the commands and
 * events that they are tried with follow from the schemas of the fields.
 *
 * ```ts
 * aggregateLaws(Person)
 * aggregateLaws(Person, { fields: { given_name: among("Ada", "Grace") } })
 * ```
 */
export const aggregateLaws = <
  Commands extends { readonly [type: string]: unknown },
  Events extends { readonly [type: string]: unknown },
  Error extends AnyError,
  State,
  Limits
>(
  aggregate: Aggregate<Commands, Events, Error, State, Limits, any, any>,
  options: AggregateLawsOptions<keyof Events & string, Events[keyof Events]> = {}
): void => registerLaws(aggregate.catalog.name, lawsOfAggregates(aggregate, options as AggregateLawsOptions))

/** The laws of {@link aggregateLaws} as values. */
export const lawsOfAggregates = (aggregate: AnyAggregate, options: AggregateLawsOptions = {}): ReadonlyArray<Law> => {
  const { about, besides = [], never = [], runs = 100, silent = [] } = options
  const arbitraries = domainArbitraries(aggregate, options)
  const domain: LawDomain = { aggregate, arbitraries, values: options, runs, silent, never, besides, about }
  return [
    ...lawsOfDeciders<any, any, any, any, any>({
      decider: aggregate.decider,
      aggregateId: walkedId,
      walks: arbitraries.walks,
      histories: arbitraries.histories,
      versionOf: ({ version }) => version,
      plain: (state) => [aggregate.states.encode(state), state.recent_commands.list()],
      runs
    }),
    ...decidingLaws(domain),
    ...effectLaws(domain),
    ...replayLaws(domain),
    ...wireLaws(domain),
    ...definitionLaws(domain)
  ]
}
