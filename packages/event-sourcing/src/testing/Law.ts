import { it } from "@effect/vitest"
import { Arbitrary, Cause, Effect } from "effect"

/** What holds for all values: a property that throws, or gives `false`, where it does not. */
export interface Law {
  readonly name: string
  readonly values: Arbitrary.Arbitrary<any>
  readonly holds: (values: any) => unknown
  /** Evaluations. */
  readonly runs: number
}

/** A law that was found broken. */
export interface BrokenLaw {
  readonly law: string
  /** What was expected, and what came. */
  readonly why: string
}

type ValuesOf<Arbitraries> = {
  readonly [Index in keyof Arbitraries]: Arbitraries[Index] extends Arbitrary.Arbitrary<infer A> ? A : never
}

/** A law about generated values. */
export const law = <const Arbitraries extends ReadonlyArray<Arbitrary.Arbitrary<any>>>(
  name: string,
  runs: number,
  arbitraries: Arbitraries,
  holds: (values: ValuesOf<Arbitraries>) => unknown
): Law => ({ name, values: Arbitrary.all(arbitraries), holds, runs })

/** Registers a test for each law. */
export const registerLaws = (name: string, laws: ReadonlyArray<Law>): void => {
  for (const { holds, name: says, runs, values } of laws) {
    it.prop(`${name}: ${says}`, [values], ([given]) => holds(given) as boolean | void, { arbitrary: { runs } })
  }
}

/**
 * The laws that do not hold, for a look at them without a test: whoever plants a fault sees here by which law it is found.
 */
export const brokenLaws = (laws: ReadonlyArray<Law>): Effect.Effect<ReadonlyArray<BrokenLaw>> =>
  Effect.map(Effect.forEach(laws, broken), (all) => all.flat())

const broken = ({ holds, name, runs, values }: Law): Effect.Effect<ReadonlyArray<BrokenLaw>> =>
  Arbitrary.checkEffect(
    values,
    (given) => Effect.try({ try: () => holds(given) !== false, catch: String }),
    { runs, maxShrinks: 0 }
  ).pipe(
    Effect.map((result) =>
      result._tag === "Falsified" && result.failure._tag === "PropertyError"
        ? result.failure.error
        : Arbitrary.formatCheckFailure(result)
    ),
    // What the values are made of may be what is wrong.
    Effect.catchCause((cause) => Effect.succeed(Cause.pretty(cause))),
    Effect.map((why) => why === undefined ? [] : [{ law: name, why }])
  )
