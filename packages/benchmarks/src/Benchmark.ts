import type { ProgramFailed } from "@cim-domain/testbed/Program"
import { Data, type Effect, type Scope } from "effect"
import type { Figure } from "./Figure.ts"
import type { Scale } from "./Scale.ts"

/** Something could not be measured, or what was measured is not what was meant. */
export class BenchmarkFailed extends Data.TaggedError("BenchmarkFailed")<{ readonly detail: string }> {
  override get message() {
    return this.detail
  }
}

/** Some figures that are measured together. */
export interface Benchmark {
  readonly name: string
  /** In a few words, what is measured. */
  readonly about: string
  readonly run: (scale: Scale) => Effect.Effect<ReadonlyArray<Figure>, BenchmarkFailed | ProgramFailed, Scope.Scope>
}
