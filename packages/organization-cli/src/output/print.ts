import { Console, Effect } from "effect"
import { Unwritten } from "../exitCodes.ts"
import { Output } from "./Output.ts"
import { printable, printableJson } from "./printable.ts"

/** Fails with `Unwritten` when anything that was printed on standard output so far is lost. */
const written = Effect.gen(function*() {
  const { stdout } = yield* (yield* Output).losses
  if (stdout !== undefined) return yield* new Unwritten({ channel: "stdout", loss: stdout, whatHappened: null })
})

/** Prints lines on standard output, each of which stays one whatever others wrote into it. Fails with `Unwritten`. */
export const print = (lines: ReadonlyArray<string>) =>
  Effect.andThen(Console.log(lines.map(printable).join("\n")), written)

/** Prints a value as JSON on standard output: exact, with what a terminal should not get escaped. Fails with `Unwritten`. */
export const printJson = (value: unknown, indent = 0) =>
  Effect.andThen(Console.log(printableJson(JSON.stringify(value, null, indent))), written)

/** Prints lines on standard error, as {@link print} does; never fails. */
export const complain = (lines: ReadonlyArray<string>) => Console.error(lines.map(printable).join("\n"))
