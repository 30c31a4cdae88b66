import { decideMutants } from "./decideMutants.ts"
import { evolveMutants } from "./evolveMutants.ts"
import type { Mutant } from "./Mutant.ts"
import { wireMutants } from "./wireMutants.ts"

/** Faults of which the tests must notice every single one. */
export const mutants: ReadonlyArray<Mutant> = [...decideMutants, ...evolveMutants, ...wireMutants]
