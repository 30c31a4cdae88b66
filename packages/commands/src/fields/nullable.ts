import { quickCodec } from "@cim-domain/event-sourcing/quickCodec"
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

const orNull = (quick: (value: unknown) => unknown) => (value: unknown) => value === null ? null : quick(value)

const given = (quick: (value: unknown) => unknown) => (value: unknown) => value === null ? undefined : quick(value)

const present = SchemaGetter.transform<unknown, unknown>((value) => value)

/**
 * A field that is `null` when it is missing.
 *
 * ```ts
 * { note: nullable(text(1, 100)) } // {} and {"note":null} are both read as null
 * ```
 */
export const nullable = <S extends Field>(field: S) =>
  quickCodec.withShortcut(
    Schema.optionalKey(Schema.Unknown).pipe(
      Schema.decodeTo(Schema.NullOr(field), { decode: orElse(null), encode: present })
    ),
    { decode: orNull(quickCodec.decodes(field)), encode: orNull(quickCodec.encodes(field)) }
  )

/**
 * A field that takes `value` (as it stands on the wire) when it is missing; a list may have no more than `itemsMax` items.
 *
 * ```ts
 * { tags: defaulted(textList(50), []) } // {} is read as []
 * ```
 */
export const defaulted = <S extends Field>(field: S, value: unknown, itemsMax = Infinity) => {
  const decode = given(quickCodec.decodes(field))
  const isBounded = itemsMax !== Infinity
  return quickCodec.withShortcut(
    Schema.optionalKey(isBounded ? Schema.Unknown.check(isAtMost(itemsMax)) : Schema.Unknown).pipe(
      Schema.decodeTo(field, { decode: orElse(value), encode: present })
    ),
    {
      decode: isBounded
        ? (value) => Array.isArray(value) && value.length > itemsMax ? undefined : decode(value)
        : decode,
      encode: quickCodec.encodes(field)
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
  quickCodec.withShortcut(
    Schema.optionalKey(Schema.Unknown).pipe(Schema.decodeTo(Schema.NullOr(field), {
      decode: orElse(null),
      encode: SchemaGetter.transformOptional<unknown, unknown>(Option.filter((value) => value !== null))
    })),
    { decode: orNull(quickCodec.decodes(field)), encode: given(quickCodec.encodes(field)) }
  )
