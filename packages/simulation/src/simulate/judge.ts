import type { History } from "../check/History.ts"
import type { Violation } from "../check/Violation.ts"
const path: string = "/tmp/w/wt/model/packages/simulation/src/check/check.ts"
const { check } = await import(path)
export const judge = (history: History): ReadonlyArray<Violation> => check(history)
