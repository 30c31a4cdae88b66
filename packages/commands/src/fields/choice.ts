import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Schema, SchemaGetter } from "effect"

const unitVariant = SchemaGetter.transform<any, unknown>((value) => {
  if (typeof value !== "object" || value === null) return value
  const [name, ...others] = Object.keys(value)
  return name !== undefined && others.length === 0 && value[name as keyof typeof value] === null ? name : value
})

const asIs = SchemaGetter.transform<unknown, unknown>((value) => value)

const nameAlone = (names: ReadonlyArray<string>) => {
  const known: ReadonlyMap<unknown, string> = new Map(names.map((name) => [name, name]))
  const ours = (value: unknown) => known.get(value)
  return { decode: ours, encode: ours }
}

/**
 * One of a closed list of names, case-sensitive; `{"Name": null}` is read as `"Name"`.
 *
 * ```ts
 * { kind: choice(["Fragile", "Express"]) } // {"kind":"Fragile"}
 * ```
 */
export const choice = <const Names extends ReadonlyArray<string>>(names: Names) =>
  CompiledSchemas.withShortcut(
    Schema.Unknown.pipe(Schema.decodeTo(Schema.Literals(names), { decode: unitVariant, encode: asIs })),
    nameAlone(names)
  )

/**
 * One of a list of names, or `{"Other": "<label>"}` with a label of that schema.
 *
 * ```ts
 * { kind: choiceOrOther(["Fragile"], Label) } // {"kind":{"Other":"Alive"}}
 * ```
 */
export const choiceOrOther = <const Names extends ReadonlyArray<string>, Label extends Schema.Codec<string, string>>(
  names: Names,
  label: Label
) =>
  CompiledSchemas.withShortcut(
    Schema.Unknown.pipe(
      Schema.decodeTo(Schema.Union([Schema.Literals(names), Schema.Struct({ Other: label })]), {
        decode: unitVariant,
        encode: asIs
      })
    ),
    nameAlone(names)
  )
