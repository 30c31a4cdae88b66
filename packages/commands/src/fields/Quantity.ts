import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Schema, SchemaGetter } from "effect"

/** JSON can say -0; it is the number 0. */
const withoutSign = SchemaGetter.transform<number, number>((value) => value === 0 ? 0 : value)

/**
 * A whole number in a range, both ends included.
 *
 * ```ts
 * { grams: quantity(1, 30_000) }
 * ```
 */
export const quantity = (minimum: number, maximum: number) => {
  const itself = (value: unknown) =>
    Number.isSafeInteger(value) && value as number > 0 && value as number >= minimum && value as number <= maximum
      ? value
      : undefined
  return CompiledSchemas.withShortcut(
    Schema.Finite.pipe(
      Schema.decodeTo(Schema.Int.check(Schema.isBetween({ minimum, maximum })), {
        decode: withoutSign,
        encode: withoutSign
      })
    ),
    { decode: itself, encode: itself }
  )
}

/** A whole number that is not negative; what stored events may hold. */
export const Quantity = quantity(0, Number.MAX_SAFE_INTEGER)

/** The number of events of an aggregate. */
export const Version = Quantity
