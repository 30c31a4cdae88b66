import type { History } from "../check/History.ts"
import type { Violation } from "../check/Violation.ts"

/** What is wrong with a history. */
export const judge = ({ deaths, unrecovered }: History): ReadonlyArray<Violation> => [
  ...deaths.map((detail): Violation => ({ kind: "died", detail })),
  ...unrecovered.map((detail): Violation => ({ kind: "unrecovered", detail }))
]
