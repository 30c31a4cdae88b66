import type { SchemaAST } from "effect"
import * as SchemaCompiler from "effect/schema/SchemaCompiler"

/** One step of decoding or encoding. It answers the value, {@link invalid}, or {@link missing} for a key that is not there. */
export type Parse = (input: unknown, options: SchemaAST.ParseOptions) => unknown

/** The answer to input that the schema does not accept. */
export const invalid = SchemaCompiler.invalid

/** Stands for a key that is not there, as input and as output. */
export const missing = SchemaCompiler.missing

/** Thrown where only the interpreter can tell, for example because a transformation has to be run as an effect. */
export const undecided = new Error("left to the interpreter of schemas")

/** A schema as a plain function, and the shortcut that is tried before it: that one answers `undefined` when it cannot tell. */
export interface Compiled {
  readonly parse: Parse
  readonly shortcut?: Parse | undefined
}

/** Both as one function. */
export const inOne = ({ parse, shortcut }: Compiled): Parse =>
  shortcut === undefined ? parse : (input, options) => {
    const value = shortcut(input, options)
    return value === undefined ? parse(input, options) : value
  }
