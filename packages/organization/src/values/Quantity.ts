import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Schema, SchemaGetter } from "effect"

/** JSON can say -0; it is the number 0. */
const withoutSign = SchemaGetter.transform<number, number>((value) => value === 0 ? 0 : value)

const quantity = (minimum: number, maximum: number) => {
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

/** Seniority of a role, 0 to 255; higher is more senior by convention. */
export const Level = quantity(0, 255)

/** How many people a facility takes, 0 to 4 294 967 295. */
export const Capacity = quantity(0, 4_294_967_295)

/** The planned size of a team, 1 to 4 294 967 295. */
export const MaxMembers = quantity(1, 4_294_967_295)

/** The number of events of an organization. */
export const Version = Quantity
