import { Schema } from "effect"

/** Refuses a list of more than `maximum` items before any of them is looked at. What is no list is for others to refuse. */
export const isAtMost = (maximum: number) =>
  Schema.makeFilter((value: unknown) =>
    !Array.isArray(value) || value.length <= maximum || `Expected at most ${maximum} items`
  )
