import { type Forest, isWithin } from "./Forest.ts"
import { isRetired, type UnitKind, unitKinds } from "./unitKinds.ts"
import { liveUnit, type Units } from "./Units.ts"

/** The changes of an update as events record them: `null` is unchanged, what becomes empty is in `cleared`. */
interface Changes {
  readonly cleared: ReadonlyArray<string>
}

/** A value after an event, and what of the event was left out to arrive at it. */
export interface FittingValue<A> {
  readonly value: A
  readonly ignored: ReadonlyArray<string>
}

const nothing: ReadonlyArray<string> = []

/** Whether a live unit of the kind has an id. */
export const isLive = (units: Units, kind: UnitKind) => (id: string): boolean => liveUnit(units, kind, id) !== undefined

/** Whether an id is of a live unit of the kind that `below` can stand below, so that no circle arises. */
export const fitsAbove = (units: Units, kind: Exclude<UnitKind, "Team">, below: string) => (id: string): boolean => {
  const { name } = unitKinds[kind].indexed.forest!
  return liveUnit(units, kind, id) !== undefined && !isWithin(units.index[name] as Forest<string>, id, below)
}

/** A reference of an event, `otherwise` when it names something that is not there or would close a circle. */
export const fittingReference = <Id extends string>(
  field: string,
  wanted: Id | null,
  otherwise: Id | null,
  fits: (id: Id) => boolean
): FittingValue<Id | null> =>
  wanted === null || fits(wanted)
    ? { value: wanted, ignored: nothing }
    : { value: otherwise, ignored: [`${field} ${wanted} does not fit`] }

/** References of an event, each of them once, without those that name something that is not there. */
export const fittingReferences = <Id extends string>(
  field: string,
  wanted: ReadonlyArray<Id>,
  fits: (id: Id) => boolean
): FittingValue<ReadonlyArray<Id>> => {
  const value = [...new Set(wanted)].filter(fits)
  const count = wanted.length - value.length
  return { value, ignored: count === 0 ? nothing : [`${count} of ${field} do not fit`] }
}

/** A reference after an update; one that does not fit stays what it was. */
export const changedReference = <Id extends string>(
  field: string,
  { cleared }: Changes,
  wanted: Id | null,
  current: Id | null,
  fits: (id: Id) => boolean
): FittingValue<Id | null> => {
  if (cleared.includes(field)) return { value: null, ignored: nothing }
  return wanted === null ? { value: current, ignored: nothing } : fittingReference(field, wanted, current, fits)
}

/** A status after an update; units retire by events of their own and not by a change of status. */
export const changedStatus = <Status extends string>(
  kind: UnitKind,
  wanted: Status | null,
  current: Status
): FittingValue<Status> =>
  wanted !== null && isRetired(kind, { status: wanted })
    ? { value: current, ignored: [`status ${wanted} is not for an update`] }
    : { value: wanted ?? current, ignored: nothing }

/** What to say when a list of an event is not what really moved; what no list is recorded of says nothing. */
export const wrongList = (
  name: string,
  recorded: ReadonlyArray<string> | undefined,
  moved: ReadonlyArray<string>
): ReadonlyArray<string> =>
  recorded === undefined || (recorded.length === 0 && moved.length === 0) ||
    recorded.toSorted().join() === moved.toSorted().join()
    ? nothing
    : [`${name} is not what moved`]
