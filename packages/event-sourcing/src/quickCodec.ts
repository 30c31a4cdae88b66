import { Exit, Option, Result, Schema, type SchemaAST } from "effect"
import { invalid, missing, type Parse, structParser } from "./internal/structParser.ts"

const options: SchemaAST.ParseOptions = {}

/** Like `Schema.decodeUnknownResult`: the same values and the same issues. */
const decoder = <A>(
  schema: Schema.Codec<A, unknown>,
  parseOptions?: Pick<SchemaAST.ParseOptions, "errors">
): (input: unknown) => Result.Result<A, Schema.SchemaError> => {
  const parse = guarded(parserOf(schema.ast))
  const explain = Schema.decodeUnknownResult(schema, parseOptions)
  return (input) => {
    const value = parse(input)
    return value === invalid ? explain(input) : Result.succeed(value as A)
  }
}

/** Like `Schema.encodeSync`: the same values, and throws the same. */
const encoder = <A>(schema: Schema.Codec<A, unknown>): (value: A) => unknown => {
  const parse = guarded(parserOf(Schema.flip(schema).ast))
  const explain = Schema.encodeSync(schema)
  return (value) => {
    const encoded = parse(value)
    return encoded === invalid ? explain(value) : encoded
  }
}

/** What a check or a transformation throws is for the schema to explain, too, and so is a whole that is not there. */
const guarded = (parse: Parse): Parse => (input) => {
  try {
    const value = parse(input)
    return value === missing ? invalid : value
  } catch {
    return invalid
  }
}

/** What a schema makes of its usual values, `undefined` for any other. */
export interface Shortcut {
  readonly decode?: (input: unknown) => unknown
  readonly encode?: (input: unknown) => unknown
}

const shortcuts = new WeakMap<SchemaAST.AST, Parse>()

/**
 * The schema with a quick way for usual values, for its quick codecs only. It may only answer what the schema would, and
 * `undefined` leaves the matter to the schema: it need not know all that is right, and nothing of what is wrong.
 */
function withShortcut<S extends Schema.Top>(schema: S, { decode, encode }: Shortcut): S {
  if (decode !== undefined) shortcuts.set(schema.ast, decode)
  if (encode !== undefined) shortcuts.set(Schema.flip(schema).ast, encode)
  return schema
}

/** The shortcut of a schema that only passes on what a schema within it makes of the value. */
function decodes(schema: Schema.Top): Parse {
  return shortcutOf(() => parserOf(schema.ast))
}

/** As {@link decodes}, for encoding. */
function encodes(schema: Schema.Top): Parse {
  return shortcutOf(() => parserOf(Schema.flip(schema).ast))
}

const shortcutOf = (make: () => Parse): Parse => {
  let parse: Parse | undefined
  return (input) => {
    const value = (parse ??= make())(input)
    return value === invalid || value === missing ? undefined : value
  }
}

/**
 * Decoding and encoding by the same schemas, in a tenth of the time that the library takes, for input that is right.
 *
 * The library runs every field of a message through its effect machinery, because a schema might do anything. Ours only
 * look at values and transform them. So the tree of a schema is turned once into plain functions, which say no to
 * whatever the schema says no to, without a reason; then the schema itself is asked, and gives all reasons. A schema with
 * anything in it that the functions cannot do is refused when it is made.
 */
export const quickCodec = { decoder, encoder, withShortcut, decodes, encodes }

/** Each schema that stands in several places is made once. */
const parsers = new WeakMap<SchemaAST.AST, Parse>()

const parserOf = (ast: SchemaAST.AST): Parse => {
  const known = parsers.get(ast)
  if (known !== undefined) return known
  const whole = withEncoding(ast, withChecks(ast, shapeOf(ast)))
  const shortcut = shortcuts.get(ast)
  const made: Parse = shortcut === undefined ? whole : (input) => {
    const value = shortcut(input)
    return value === undefined ? whole(input) : value
  }
  parsers.set(ast, made)
  return made
}

/** The value on the other side of each step, the outermost first, then the schema's own shape. */
const withEncoding = (ast: SchemaAST.AST, own: Parse): Parse =>
  (ast.encoding ?? []).reduce<Parse>((parse, { to, transformation }) => {
    if (transformation._tag !== "Transformation") return unknownTo("a middleware")
    const source = parserOf(to)
    const transform = transformationOf(transformation.decode)
    return (input) => {
      const given = source(input)
      if (given === invalid) return invalid
      const value = transform(given)
      return value === invalid ? invalid : parse(value)
    }
  }, own)

const transformationOf = (getter: SchemaAST.Link["transformation"]["decode"]): Parse => {
  if (!("_tag" in getter)) return unknownTo("a middleware")
  switch (getter._tag) {
    case "Passthrough":
      return (value) => value
    case "Transform":
      return (value) => value === missing ? missing : getter.transform(value)
    case "TransformOptional":
      return (value) => {
        const result = getter.transform(value === missing ? Option.none() : Option.some(value))
        return Option.isSome(result) ? result.value : missing
      }
    case "TransformEffect":
      return (value) => {
        if (value === missing) return missing
        const result = getter.transform(value, options)
        return Exit.isExit(result) && Exit.isSuccess(result) ? result.value : invalid
      }
    case "TransformOptionalEffect":
      return unknownTo("an effectful transformation of an optional value")
  }
}

/** An encoding checks what it is given, a decoding what it makes. */
const withChecks = (ast: SchemaAST.AST, shape: Parse): Parse => {
  const before = filtersOf("encodingChecks" in ast ? ast.encodingChecks ?? [] : [])
  const after = filtersOf(ast.checks ?? [])
  if (before.length + after.length === 0) return shape
  const passes = (filters: ReadonlyArray<SchemaAST.Filter<unknown>>, value: unknown) => {
    for (const filter of filters) if (filter.run(value, ast, options) !== undefined) return false
    return true
  }
  return (input) => {
    const value = shape(input)
    if (value === invalid || value === missing) return value
    return passes(before, input) && passes(after, value) ? value : invalid
  }
}

const filtersOf = (checks: ReadonlyArray<SchemaAST.Check<any>>): ReadonlyArray<SchemaAST.Filter<any>> =>
  checks.flatMap((check) => check._tag === "Filter" ? [check] : filtersOf(check.checks))

const shapeOf = (ast: SchemaAST.AST): Parse => {
  switch (ast._tag) {
    case "Unknown":
      return (input) => input
    case "String":
      return only((input) => typeof input === "string")
    case "Number":
      return only((input) => typeof input === "number")
    case "Boolean":
      return only((input) => typeof input === "boolean")
    case "Null":
      return only((input) => input === null)
    case "Literal":
      // The schema's own string, which the engine finds its way by without looking at its characters.
      return (input) => input === ast.literal ? ast.literal : input === missing ? missing : invalid
    case "Declaration":
      return ast.typeParameters.length === 0
        ? only(Schema.is(Schema.make(ast)))
        : unknownTo("a declaration with parameters")
    case "Union":
      return unionOf(ast)
    case "Arrays":
      return arrayOf(ast)
    case "Objects":
      return structOf(ast)
    default:
      return unknownTo(ast._tag)
  }
}

/** A key that is missing is no matter of its value. */
const only = (accepts: (input: unknown) => boolean): Parse => (input) =>
  input === missing || accepts(input) ? input : invalid

const unionOf = (ast: SchemaAST.Union): Parse => {
  if (ast.options?.mode === "oneOf") return unknownTo("a union of which exactly one may fit")
  const literals = new Set(ast.types.map((type) => isPlainLiteral(type) ? type.literal : missing))
  if (!literals.has(missing)) return only((input) => literals.has(input as never))
  const members = ast.types.map(parserOf)
  return (input) => {
    if (input === missing) return missing
    for (const member of members) {
      const value = member(input)
      if (value !== invalid) return value
    }
    return invalid
  }
}

const isPlainLiteral = (ast: SchemaAST.AST): ast is SchemaAST.Literal =>
  ast._tag === "Literal" && ast.encoding === undefined && ast.checks === undefined

const arrayOf = (ast: SchemaAST.Arrays): Parse => {
  const [element, ...others] = ast.rest
  if (ast.elements.length > 0 || element === undefined || others.length > 0) return unknownTo("a tuple")
  const parse = parserOf(element)
  return (input) => {
    if (input === missing) return missing
    if (!Array.isArray(input)) return invalid
    const values: Array<unknown> = []
    for (const item of input) {
      const value = parse(item)
      if (value === invalid || value === missing) return invalid
      values.push(value)
    }
    return values
  }
}

const structOf = (ast: SchemaAST.Objects): Parse => {
  if (ast.indexSignatures.length > 0) return unknownTo("a record")
  if (ast.propertySignatures.some(({ name }) => typeof name === "symbol")) return unknownTo("keys that are symbols")
  const properties = ast.propertySignatures.map(({ name, type }) => ({
    name: String(name),
    parse: parserOf(type),
    isOptional: type.context?.isOptional === true
  }))
  if (properties.length === 0 || properties.some(({ name }) => name === "__proto__")) return unknownTo("such keys")
  let parse: Parse = (input) => {
    parse = structParser(properties)
    return parse(input)
  }
  return (input) => parse(input)
}

const unknownTo = (what: string): never => {
  throw new Error(`a quick codec cannot do ${what}`)
}
