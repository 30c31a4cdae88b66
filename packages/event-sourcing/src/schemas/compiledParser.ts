import {
  Cause,
  type Effect,
  Exit,
  Option,
  Predicate,
  Schema,
  type SchemaAST,
  type SchemaIssue,
  SchemaParser
} from "effect"
import { listParser, recordParser, tupleParser } from "./listParsers.ts"
import { type Compiled, inOne, invalid, missing, type Parse, undecided } from "./Parse.ts"
import { structParser } from "./structParser.ts"
import { unionParser } from "./unionParser.ts"

/** What schemas make of their usual values, by {@link CompiledSchemas.withShortcut}. */
export const shortcuts = new WeakMap<SchemaAST.AST, Parse>()

/** Each schema that stands in several places is compiled once. */
const known = new WeakMap<SchemaAST.AST, Compiled | undefined>()

/**
 * The schema as a plain function, `undefined` if at its root stands what cannot be one. The function answers what the
 * interpreter would, says no without a reason, or throws: then nobody knows, and the interpreter has to be asked.
 */
const compiled = (ast: SchemaAST.AST): Compiled | undefined => {
  if (known.has(ast)) return known.get(ast)
  const shape = shapeOf(ast)
  const parse = shape === undefined ? undefined : withEncoding(ast, withChecks(ast, shape))
  const made = parse === undefined ? undefined : { parse, shortcut: shortcuts.get(ast) }
  known.set(ast, made)
  return made
}

/** As {@link compiled}, its shortcut included. */
export const compiledParser = (ast: SchemaAST.AST): Parse | undefined => {
  const made = compiled(ast)
  return made === undefined ? undefined : inOne(made)
}

const compiledOrInterpreted = (ast: SchemaAST.AST): Compiled => compiled(ast) ?? { parse: interpreted(ast) }

/** The schema as a plain function; what cannot be one is asked of the interpreter. */
export const parserOf = (ast: SchemaAST.AST): Parse => inOne(compiledOrInterpreted(ast))

/** What the interpreter makes of a value at once; it stops short of what would have to be run. */
const interpreted = (ast: SchemaAST.AST): Parse => {
  const parse = SchemaParser.decodeUnknownEffect(Schema.make<Schema.Codec<unknown>>(ast))
  return (input, options) => {
    if (input !== missing) return valueOf(parse(input, options))
    if (ast.encoding === undefined) return missing
    throw undecided
  }
}

/** What an effect has come to; those that are still to be run are not run here. */
const valueOf = <A>(effect: Effect.Effect<A, SchemaIssue.Issue, unknown>): A | typeof invalid => {
  if (!Exit.isExit(effect)) throw undecided
  const exit = effect as Exit.Exit<A, SchemaIssue.Issue>
  if (Exit.isSuccess(exit)) return exit.value
  if (exit.cause.reasons.every(Cause.isFailReason)) return invalid
  throw undecided
}

/** The value on the other side of each step, the outermost first, then the schema's own shape. */
const withEncoding = (ast: SchemaAST.AST, own: Parse): Parse | undefined => {
  let parse = own
  for (const { to, transformation } of ast.encoding ?? []) {
    if (transformation._tag === "Middleware") return undefined
    parse = afterSource(parserOf(to), transformed(transformation.decode, parse))
  }
  return parse
}

const afterSource = (source: Parse, next: Parse): Parse =>
  source === itself ? next : (input, options) => {
    const given = source(input, options)
    return given === invalid ? invalid : next(given, options)
  }

type Getter = Exclude<SchemaAST.Link["transformation"], { readonly _tag: "Middleware" }>["decode"]

const transformed = (getter: Getter, next: Parse): Parse => {
  switch (getter._tag) {
    case "Passthrough":
      return next
    case "Transform":
      return (value, options) => next(value === missing ? missing : getter.transform(value), options)
    case "TransformOptional":
      return (value, options) => next(given(getter.transform(optional(value))), options)
    case "TransformEffect":
      return (value, options) => {
        if (value === missing) return next(missing, options)
        const result = valueOf(getter.transform(value, options))
        return result === invalid ? invalid : next(result, options)
      }
    case "TransformOptionalEffect":
      return (value, options) => {
        const result: Option.Option<unknown> | typeof invalid = valueOf(getter.transform(optional(value), options))
        return result === invalid ? invalid : next(given(result as Option.Option<unknown>), options)
      }
  }
}

const optional = (value: unknown): Option.Option<unknown> => value === missing ? Option.none() : Option.some(value)

const given = (option: Option.Option<unknown>): unknown => Option.isSome(option) ? option.value : missing

/** An encoding checks what it is given, a decoding what it makes. */
const withChecks = (ast: SchemaAST.AST, shape: Parse): Parse => {
  const before = filtersOf("encodingChecks" in ast ? ast.encodingChecks ?? [] : [])
  const after = filtersOf(ast.checks ?? [])
  if (before.length + after.length === 0) return shape
  const passes = (filters: ReadonlyArray<Filter>, value: unknown, options: SchemaAST.ParseOptions) => {
    for (const filter of filters) if (filter.run(value, ast, options)) return false
    return true
  }
  return (input, options) => {
    const value = shape(input, options)
    if (value === invalid || value === missing) return value
    return passes(before, input, options) && passes(after, value, options) ? value : invalid
  }
}

type Filter = SchemaAST.Filter<any>

const filtersOf = (checks: ReadonlyArray<SchemaAST.Check<any>>): ReadonlyArray<Filter> =>
  checks.flatMap((check) => check._tag === "Filter" ? [check] : filtersOf(check.checks))

const shapeOf = (ast: SchemaAST.AST): Parse | undefined => {
  switch (ast._tag) {
    case "Any":
    case "Unknown":
      return itself
    case "Never":
      return only(() => false)
    case "Undefined":
      return only((input) => input === undefined)
    case "String":
      return only((input) => typeof input === "string")
    case "Number":
      return only((input) => typeof input === "number")
    case "Boolean":
      return only((input) => typeof input === "boolean")
    case "BigInt":
      return only((input) => typeof input === "bigint")
    case "Symbol":
      return only((input) => typeof input === "symbol")
    case "Null":
      return only((input) => input === null)
    case "Void":
      return (input) => input === missing ? missing : undefined
    case "ObjectKeyword":
      return only(Predicate.isObjectKeyword)
    case "UniqueSymbol":
      return only((input) => input === ast.symbol)
    case "Enum": {
      const values = new Set<unknown>(ast.enums.map(([, value]) => value))
      return only((input) => values.has(input))
    }
    case "Literal":
      // The schema's own string, which the engine finds its way by without looking at its characters; 0 keeps its sign.
      return ast.literal === 0 ?
        only((input) => input === 0) :
        (input) => input === ast.literal ? ast.literal : input === missing ? missing : invalid
    case "Declaration":
      return declarationOf(ast)
    case "Union":
      return unionParser(ast, parserOf)
    case "Arrays":
      return arrayOf(ast)
    case "Objects":
      return objectOf(ast)
    case "Suspend":
      return later(() => parserOf(ast.thunk()))
    default:
      return undefined
  }
}

const itself: Parse = (input) => input

/** A key that is missing is no matter of its value. */
const only = (accepts: (input: unknown) => boolean): Parse => (input) =>
  input === missing || accepts(input) ? input : invalid

const later = (make: () => Parse): Parse => {
  let parse: Parse | undefined
  return (input, options) => (parse ??= make())(input, options)
}

const declarationOf = (ast: SchemaAST.Declaration): Parse => {
  let run: ReturnType<SchemaAST.Declaration["run"]> | undefined
  return (input, options) =>
    input === missing ? missing : valueOf((run ??= ast.run(ast.typeParameters))(input, ast, options))
}

const arrayOf = ({ elements, rest }: SchemaAST.Arrays): Parse => {
  const [repeated] = rest
  return elements.length === 0 && repeated !== undefined && rest.length === 1
    ? listParser(elementOf(repeated))
    : tupleParser(elements.map(elementOf), rest.map(elementOf))
}

const elementOf = (ast: SchemaAST.AST) => ({ parse: parserOf(ast), isOptional: isOptional(ast) })

const isOptional = (ast: SchemaAST.AST): boolean => ast.context?.isOptional === true

const objectOf = ({ indexSignatures, propertySignatures }: SchemaAST.Objects): Parse | undefined => {
  const [index, ...others] = indexSignatures
  if (index !== undefined) {
    return others.length + propertySignatures.length === 0 && isPlainString(index.parameter)
      ? recordParser(parserOf(index.type))
      : undefined
  }
  if (propertySignatures.length === 0) return only(Predicate.isNotNullish)
  if (propertySignatures.some(({ name }) => typeof name === "symbol" || name === "__proto__")) return undefined
  const properties = propertySignatures.map(({ name, type }) => ({
    name: String(name),
    isOptional: isOptional(type),
    ...compiledOrInterpreted(type)
  }))
  return later(() => structParser(properties))
}

const isPlainString = (ast: SchemaAST.AST): boolean =>
  ast._tag === "String" && ast.encoding === undefined && ast.checks === undefined
