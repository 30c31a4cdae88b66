import { Result, Schema, SchemaAST, SchemaParser } from "effect"
import * as SchemaCompiler from "effect/schema/SchemaCompiler"
import { compiledParser, parserOf, shortcuts } from "./schemas/compiledParser.ts"
import { invalid, missing, type Parse } from "./schemas/Parse.ts"
import { generatesCode } from "./schemas/structParser.ts"

/**
 * Makes `Schema.decode*` and `Schema.encode*` of this schema several times as fast, for input that is right. Nothing else
 * changes: the same values, the same issues, for all options. To be called before the schema is first used.
 *
 * Each of these functions looks for a decoder of its schema in a registry; without one it goes through the tree of the
 * schema and makes an effect of every step. A decoder that is installed is asked first. When it says no, the interpreter
 * starts from the beginning, and gives the reasons. So the functions within a schema, its checks and transformations,
 * may run twice for input that is wrong or that only the interpreter can read: they have to be pure. Effects are made
 * twice then, but run once.
 *
 * No schema is refused. What has to be an effect is left to the interpreter for the whole schema, what is merely rare, as
 * template literals, for that part of it.
 */
function install<S extends Schema.Top>(schema: S): S {
  if (!interpreterIsLeft) return schema
  for (const ast of [schema.ast, SchemaAST.flip(schema.ast)]) {
    if (installed.has(ast) || isLeaf(ast)) continue
    installed.add(ast)
    set(ast, () => decoderOf(ast))
  }
  return schema
}

const installed = new WeakSet<SchemaAST.AST>()

/** Many schemas share one tree then, and none has anything to gain. */
const isLeaf = (ast: SchemaAST.AST): boolean =>
  ast.encoding === undefined && !["Arrays", "Objects", "Union"].includes(ast._tag)

/**
 * Nothing is compiled before the first use. The registry keeps its own interpreter for whatever is not given: its types
 * ask for `decodeEffect`, but an interpreter for this very tree is not to be had from outside.
 */
const set = (ast: SchemaAST.AST, make: () => SchemaCompiler.Decode | undefined) =>
  SchemaCompiler.set(ast, {
    get decode() {
      return make()
    }
  } as SchemaCompiler.CompiledDecoder)

const decoderOf = (ast: SchemaAST.AST): SchemaCompiler.Decode | undefined => {
  const parse = compiledParser(ast)
  if (parse === undefined) return undefined
  return (input, options) => {
    if (options.onExcessProperty === "error" || options.disableChecks === true || options.concurrency !== undefined) {
      return invalid
    }
    try {
      const value = parse(input, options)
      return value === missing ? invalid : value
    } catch {
      // What a check or a transformation throws is for the interpreter to throw, too.
      return invalid
    }
  }
}

/** A release of the library in which the registry has no interpreter of its own any more would have no schema work. */
const keepsInterpreter = (): boolean => {
  const schema = Schema.Struct({ a: Schema.String })
  set(schema.ast, () => () => invalid)
  try {
    return Result.isSuccess(SchemaParser.decodeUnknownResult(schema)({ a: "" }))
  } catch {
    return false
  }
}

const interpreterIsLeft = keepsInterpreter()

/** One direction of a {@link Shortcut}: the value, or `undefined` to leave it to the schema. */
export type ShortWay = (input: unknown, options: SchemaAST.ParseOptions) => unknown

/** What a schema makes of its usual values, `undefined` for any other. */
export interface Shortcut {
  readonly decode?: ShortWay
  readonly encode?: ShortWay
}

/**
 * The schema with a quick way for usual values, for schemas that are installed. It may only answer what the schema would,
 * and `undefined` leaves the matter to the schema: it need not know all that is right, and nothing of what is wrong. What
 * is made of the schema by `Schema.optionalKey`, `annotate` and the like is another schema, without the shortcut.
 */
function withShortcut<S extends Schema.Top>(schema: S, { decode, encode }: Shortcut): S {
  if (decode !== undefined) shortcuts.set(schema.ast, decode)
  if (encode !== undefined) shortcuts.set(SchemaAST.flip(schema.ast), encode)
  return schema
}

/** The shortcut of a schema that only passes on what a schema within it makes of the value. */
function decodes(schema: Schema.Top): ShortWay {
  return passingOn(() => parserOf(schema.ast))
}

/** As {@link decodes}, for encoding. */
function encodes(schema: Schema.Top): ShortWay {
  return passingOn(() => parserOf(SchemaAST.flip(schema.ast)))
}

const passingOn = (make: () => Parse): ShortWay => {
  let parse: Parse | undefined
  return (input, options) => {
    const value = (parse ??= make())(input, options)
    return value === invalid || value === missing ? undefined : value
  }
}

/**
 * Speed for the schemas of messages, installed where the library looks for it: whoever writes and uses schemas knows only
 * `Schema`.
 *
 * `generatesCode` says whether text may become code in this process. Where it may not, structs take twice as long.
 */
export const CompiledSchemas = { install, withShortcut, decodes, encodes, generatesCode }
