import { quickCodec } from "@cim-domain/event-sourcing/quickCodec"
import { Schema, SchemaAST } from "effect"
import { shown } from "./DefinitionError.ts"

/** Whether anything can be said about what `fields` are: a record. */
export const isRecord = (given: unknown): given is { readonly [name: string]: unknown } =>
  typeof given === "object" && given !== null && !Array.isArray(given)

/**
 * What of some fields no message could be made of: what is no schema, what no codec can be made of, and what would be written as
 * something that JSON does not have. `owner` says whose fields they are.
 */
export const checkFields = (owner: string, fields: { readonly [name: string]: unknown }): ReadonlyArray<string> =>
  Object.entries(fields).flatMap(([name, field]) => {
    const place = `${owner}, field ${shown(name)}`
    if (!Schema.isSchema(field)) return [`${place} is no schema`]
    const schema = field as Schema.Codec<unknown, unknown>
    const beyond = beyondJson(schema)
    if (beyond !== undefined) return [`${place} may hold ${beyond}, which JSON does not have`]
    const why = refusalOf(() => {
      const alone = Schema.Struct({ [name]: schema })
      quickCodec.decoder(alone)
      quickCodec.encoder(alone)
      Schema.toJsonSchemaDocument(Schema.toType(alone))
    })
    return why === undefined ? [] : [`${place}: ${why}`]
  })

/** What `make` throws, in words. */
export const refusalOf = (make: () => unknown): string | undefined => {
  try {
    make()
    return undefined
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}

/** Something that a field may hold and JSON cannot, if there is any. */
export const beyondJson = (field: Schema.Codec<unknown, unknown>): string | undefined => {
  const written = leaves(SchemaAST.toEncoded(field.ast))
  const strange = written.map(strangeIn).find((what) => what !== undefined)
  if (strange !== undefined) return strange
  // A number that is written as text may be any.
  return written.some(({ _tag }) => _tag === "Number" || _tag === "Unknown") &&
      leaves(SchemaAST.toType(field.ast)).some(takesInfinity)
    ? "NaN or Infinity (Schema.Finite holds neither)"
    : undefined
}

const strangeIn = (ast: SchemaAST.AST): string | undefined => {
  switch (ast._tag) {
    case "BigInt":
      return "a BigInt"
    case "Symbol":
    case "UniqueSymbol":
      return "a symbol"
    case "Literal":
      return typeof ast.literal === "bigint" ? "a BigInt" : undefined
    case "Declaration": {
      const { id } = (ast.annotations?.["representation"] ?? {}) as { readonly id?: string }
      return id?.startsWith(ofLibrary) !== true || id.endsWith("Json") ? undefined : `a ${id.slice(ofLibrary.length)}`
    }
    default:
      return undefined
  }
}

const ofLibrary = "effect/schema/"

const takesInfinity = (ast: SchemaAST.AST): boolean =>
  ast._tag === "Number" && Schema.is(Schema.make<Schema.Codec<unknown>>(ast))(Infinity)

/** The parts of a schema that have no parts, each schema that refers to itself once. */
const leaves = (ast: SchemaAST.AST, seen = new Set<SchemaAST.AST>()): ReadonlyArray<SchemaAST.AST> => {
  if (seen.has(ast)) return []
  seen.add(ast)
  const all = (parts: ReadonlyArray<SchemaAST.AST>) => parts.flatMap((part) => leaves(part, seen))
  switch (ast._tag) {
    case "Union":
      return all(ast.types)
    case "Arrays":
      return all([...ast.elements, ...ast.rest])
    case "Objects":
      return all([
        ...ast.propertySignatures.map(({ type }) => type),
        ...ast.indexSignatures.map(({ type }) => type)
      ])
    case "Suspend":
      return all([ast.thunk()])
    default:
      return [ast]
  }
}
