import { CompiledSchemas, type ShortWay } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Option, Schema, SchemaGetter } from "effect"
import { isAtMost } from "./isAtMost.ts"

/**
 * How fields that may be missing are read and written. A missing key and `null` mean the same on input; the output
 * always has the key, except where {@link omittedWhenNull} says otherwise.
 */
type Field = Schema.Codec<unknown, unknown>

const orElse = (value: unknown) =>
  SchemaGetter.transformOptional<any, unknown>((given) =>
    Option.some(Option.isSome(given) && given.value !== null && given.value !== undefined ? given.value : value)
  )

const orNull = (quick: ShortWay): ShortWay => (value, options) => value === null ? null : quick(value, options)

const given = (quick: ShortWay): ShortWay => (value, options) => value === null ? undefined : quick(value, options)

const present = SchemaGetter.transform<unknown, unknown>((value) => value)

/**
 * A field that is `null` when it is missing.
 *
 * ```ts
 * { note: nullable(text(1, 100)) } // {} and {"note":null} are both read as null
 * ```
 */
export const nullable = <S extends Field>(field: S) =>
  CompiledSchemas.withShortcut(
    Schema.optionalKey(Schema.Unknown).pipe(
      Schema.decodeTo(Schema.NullOr(field), { decode: orElse(null), encode: present })
    ),
    { decode: orNull(CompiledSchemas.decodes(field)), encode: orNull(CompiledSchemas.encodes(field)) }
  )

/**
 * A field that takes `value` (as it stands on the wire) when it is missing; a list may have no more than `itemsMax` items.
 *
 * ```ts
 * { tags: defaulted(textList(50), []) } // {} is read as []
 * ```
 */
export const defaulted = <S extends Field>(field: S, value: unknown, itemsMax = Infinity) => {
  const decode = given(CompiledSchemas.decodes(field))
  const isBounded = itemsMax !== Infinity
  return CompiledSchemas.withShortcut(
    Schema.optionalKey(isBounded ? Schema.Unknown.check(isAtMost(itemsMax)) : Schema.Unknown).pipe(
      Schema.decodeTo(field, { decode: orElse(value), encode: present })
    ),
    {
      decode: isBounded
        ? (value, options) => Array.isArray(value) && value.length > itemsMax ? undefined : decode(value, options)
        : decode,
      encode: CompiledSchemas.encodes(field)
    }
  )
}

/**
 * A field that is `null` when it is missing, and missing when it is `null`.
 *
 * ```ts
 * { issued_by: omittedWhenNull(Name) } // null is written as {}
 * ```
 */
export const omittedWhenNull = <S extends Field>(field: S) =>
  CompiledSchemas.withShortcut(
    Schema.optionalKey(Schema.Unknown).pipe(Schema.decodeTo(Schema.NullOr(field), {
      decode: orElse(null),
      encode: SchemaGetter.transformOptional<unknown, unknown>(Option.filter((value) => value !== null))
    })),
    { decode: orNull(CompiledSchemas.decodes(field)), encode: given(CompiledSchemas.encodes(field)) }
  )
