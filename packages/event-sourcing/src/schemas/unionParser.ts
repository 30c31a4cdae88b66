import type { SchemaAST } from "effect"
import { invalid, missing, type Parse } from "./Parse.ts"

/** As one of the members; `undefined` for a union of which nobody but the interpreter knows which members it would ask. */
export const unionParser = (
  { options, types }: SchemaAST.Union,
  parserOf: (ast: SchemaAST.AST) => Parse
): Parse | undefined => {
  const literals = new Map(types.filter(isPlainLiteral).map(({ literal }) => [literal as unknown, literal]))
  if (literals.size === types.length) return literalParser(literals)
  if (!types.every(refusesWhatItIsNotFor)) return undefined
  const members = types.map((type) => withTags(tagsOf(type), parserOf(type)))
  return options?.mode === "oneOf" ? onlyOneOf(members) : firstOf(members)
}

const isPlainLiteral = (ast: SchemaAST.AST): ast is SchemaAST.Literal =>
  ast._tag === "Literal" && ast.encoding === undefined && ast.checks === undefined

/** Answers the schema's own strings, which the engine finds its way by without looking at their characters. */
const literalParser = (literals: ReadonlyMap<unknown, SchemaAST.LiteralValue>): Parse => (input) => {
  const own = literals.get(input)
  if (own === undefined) return input === missing ? missing : invalid
  return own === 0 ? input : own
}

const firstOf = (members: ReadonlyArray<Parse>): Parse => (input, options) => {
  if (input === missing) return missing
  for (const member of members) {
    const value = member(input, options)
    if (value !== invalid) return value
  }
  return invalid
}

const onlyOneOf = (members: ReadonlyArray<Parse>): Parse => (input, options) => {
  if (input === missing) return missing
  let found: unknown = invalid
  for (const member of members) {
    const value = member(input, options)
    if (value === invalid) continue
    if (found !== invalid) return invalid
    found = value
  }
  return found
}

/** A literal that must stand at a key of the input. */
interface Tag {
  readonly key: PropertyKey
  readonly literal: unknown
}

/** Looked at before anything else: else members of a recursive union are read whole, at each of its levels, to be refused. */
const withTags = (tags: ReadonlyArray<Tag>, parse: Parse): Parse =>
  tags.length === 0 ? parse : (input, options) => {
    if (typeof input !== "object" || input === null) return invalid
    for (const { key, literal } of tags) if ((input as Record<PropertyKey, unknown>)[key] !== literal) return invalid
    return parse(input, options)
  }

const tagsOf = (member: SchemaAST.AST): ReadonlyArray<Tag> => {
  const encoded = encodedEnd(member)
  const places = encoded._tag === "Objects"
    ? encoded.propertySignatures.map(({ name, type }) => ({ key: name, type }))
    : encoded._tag === "Arrays"
    ? encoded.elements.map((type, key) => ({ key, type }))
    : []
  return places.flatMap(({ key, type }) =>
    isPlainLiteral(type) && type.context?.isOptional !== true && key !== "__proto__"
      ? [{ key, literal: type.literal }]
      : []
  )
}

/**
 * The interpreter asks only those members whose encoded side may fit, by the kind of the input and by the literals in it.
 * Asking all comes to the same where a member refuses what it would not have been asked. Two kinds do not: a declaration
 * can name literals of its own, and a property whose encoded side is a literal can make up for one that is missing.
 */
const refusesWhatItIsNotFor = (member: SchemaAST.AST): boolean => {
  const encoded = encodedEnd(member)
  switch (encoded._tag) {
    case "Declaration":
      return encoded.typeParameters.length === 0
    case "Union":
      return encoded.types.every(refusesWhatItIsNotFor)
    case "Objects":
      return encoded.propertySignatures.every(({ type }) => !isMadeOfLiteral(type))
    case "Arrays":
      return encoded.elements.every((element) => !isMadeOfLiteral(element))
    default:
      return true
  }
}

const isMadeOfLiteral = (ast: SchemaAST.AST): boolean =>
  ast.encoding !== undefined && encodedEnd(ast).context?.isOptional !== true &&
  ["Literal", "UniqueSymbol"].includes(encodedEnd(ast)._tag)

/** What the input is read as first. */
const encodedEnd = (ast: SchemaAST.AST): SchemaAST.AST => {
  const last = ast.encoding?.at(-1)
  return last === undefined ? ast : encodedEnd(last.to)
}
