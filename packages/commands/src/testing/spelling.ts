import { Result, Schema, SchemaAST } from "effect"
import { isSameJson } from "../fields/isSameJson.ts"
import { uuidPattern } from "../fields/uuid.ts"
import { isJsonObject } from "../protocol/parseJson.ts"

/** One of so many choices, from 0. */
export type Choose = (count: number) => number

type Fields = { readonly [field: string]: unknown }

/**
 * The written form of some fields in one of the spellings that readers understand: ids in upper case, without hyphens, as `{"id"}`
 * or a URN; times with an offset, or more digits; texts with space around and in another normal form; what may be missing as
 * `null` or not at all; the fields in another order. A spelling that a field refuses is not used.
 */
export const spelling = (
  fields: { readonly [field: string]: { readonly ast: SchemaAST.AST } },
  written: Fields,
  choose: Choose
): Fields => {
  const spelt = Object.entries(fields).flatMap(([name, { ast }]): ReadonlyArray<readonly [string, unknown]> => {
    const value = written[name]
    if (value !== undefined && value !== null) return [[name, spellValue(ast, value, choose)]]
    const isThere = Object.hasOwn(written, name) === (choose(2) === 0 || !mayBeEither(ast))
    return isThere ? [[name, null]] : []
  })
  const at = choose(spelt.length)
  return Object.fromEntries([...spelt.slice(at), ...spelt.slice(0, at)])
}

const reads = (ast: SchemaAST.AST) => Schema.decodeUnknownResult(Schema.make(ast) as unknown as Schema.Codec<unknown>)

const either = new WeakMap<SchemaAST.AST, boolean>()

/** Whether a field that is missing means the same as one that is `null`. */
const mayBeEither = (ast: SchemaAST.AST): boolean => {
  const known = either.get(ast)
  if (known !== undefined) return known
  const read = reads(Schema.Struct({ field: Schema.make(ast) }).ast)
  const [missing, nothing] = [read({}), read({ field: null })]
  const found = Result.isSuccess(missing) && Result.isSuccess(nothing) && isSameJson(missing.success, nothing.success)
  either.set(ast, found)
  return found
}

/** A value in another spelling that its schema takes; itself when there is none. */
const spellValue = (ast: SchemaAST.AST, value: unknown, choose: Choose): unknown => {
  const read = reads(ast)
  const chosen = candidate(ast, value, choose)
  if (chosen === undefined) return value
  const [meant, canonical] = [read(chosen.value), read(value)]
  if (Result.isFailure(meant)) return value
  // What is an id or a time in any spelling has to be the same one; a text may be another one with space around.
  return chosen.mayDiffer && !isSameJson(meant.success, Result.getOrUndefined(canonical)) ? value : chosen.value
}

interface Candidate {
  readonly value: unknown
  readonly mayDiffer: boolean
}

const candidate = (ast: SchemaAST.AST, value: unknown, choose: Choose): Candidate | undefined => {
  const among = (values: ReadonlyArray<unknown>): Candidate => ({
    value: values[choose(values.length)],
    mayDiffer: false
  })
  switch (ast._tag) {
    case "String": {
      const text = isJsonObject(value) ? value["id"] : value
      if (typeof text !== "string") return undefined
      if (uuidPattern.test(text)) return among(idSpellings(text))
      if (timePattern.test(text)) return among(timeSpellings(text))
      return { value: ` ${text.normalize("NFD")} `, mayDiffer: true }
    }
    case "Literal":
      return typeof value === "string" ? { value: { [value]: null }, mayDiffer: false } : undefined
    case "Union": {
      if (typeof value === "string" && ast.types.every((type) => type._tag === "Literal")) {
        return among([{ [value]: null }])
      }
      const member = ast.types.find((type) => Result.isSuccess(reads(type)(value)))
      return member === undefined ? undefined : { value: spellValue(member, value, choose), mayDiffer: false }
    }
    case "Arrays": {
      const [item, ...others] = ast.rest
      if (!Array.isArray(value) || item === undefined || others.length + ast.elements.length > 0) return undefined
      const items = value.map((each) => spellValue(item, each, choose))
      return { value: choose(2) === 0 ? items : [...items, ...items.slice(0, 1)], mayDiffer: true }
    }
    case "Objects": {
      if (!isJsonObject(value) || ast.indexSignatures.length > 0) return undefined
      // A conversation of one is its id.
      if (value["kind"] === "Single" && choose(2) === 0) return { value: value["value"], mayDiffer: true }
      const parts = ast.propertySignatures.map(({ name, type }) => [String(name), { ast: type }] as const)
      return { value: spelling(Object.fromEntries(parts), value, choose), mayDiffer: false }
    }
    default:
      return undefined
  }
}

const idSpellings = (id: string): ReadonlyArray<unknown> => [
  id,
  id.toUpperCase(),
  id.replaceAll("-", ""),
  `urn:uuid:${id}`,
  `{${id}}`,
  { id },
  { id: id.toUpperCase() },
  { value: id },
  { kind: "Single", value: id }
]

const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

const timeSpellings = (time: string): ReadonlyArray<string> => [
  time.toLowerCase(),
  time.replace("Z", "+00:00"),
  time.replace("Z", "999999Z"),
  time.replace("T", " "),
  time.replace("T00:00:00.000Z", ""),
  `${new Date(Date.parse(time) + 3_600_000).toISOString().slice(0, -1)}+01:00`
]
