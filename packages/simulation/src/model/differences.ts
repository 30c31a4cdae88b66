import { isFields, isSame, type Json } from "./Json.ts"

/** What the specification leaves open: a value that only has to be of a kind. The table of freedoms is `freedoms.ts`. */
export class Matcher {
  readonly says: string
  readonly matches: (actual: Json) => boolean

  constructor(says: string, matches: (actual: Json) => boolean) {
    this.says = says
    this.matches = matches
  }
}

/** A JSON value as it must be: keys in this order, matchers for what is open. */
export type ExpectedJson = Matcher | Json | { readonly [key: string]: ExpectedJson } | ReadonlyArray<ExpectedJson>

/** Where a value is not as it must be, in words; empty when it is. */
export const differences = (expected: ExpectedJson, actual: Json, path = ""): ReadonlyArray<string> => {
  const here = path === "" ? "it" : path
  if (expected instanceof Matcher) {
    return expected.matches(actual) ? [] : [`${here} is ${JSON.stringify(actual)} instead of ${expected.says}`]
  }
  const inside = (key: string | number) => path === "" ? String(key) : `${path}.${key}`
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((each, index) => differences(each as ExpectedJson, actual[index], inside(index)))
  }
  if (isFields(expected) && isFields(actual)) {
    const [right, is] = [Object.keys(expected), Object.keys(actual)]
    const keys = String(right) === String(is) ? [] : [`${here} has the keys ${is.join()} instead of ${right.join()}`]
    return [
      ...keys,
      ...right.filter((key) => Object.hasOwn(actual, key)).flatMap((key) =>
        differences((expected as Record<string, ExpectedJson>)[key]!, actual[key]!, inside(key))
      )
    ]
  }
  return isSame(expected as Json, actual)
    ? []
    : [`${here} is ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`]
}
