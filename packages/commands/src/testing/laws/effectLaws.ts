import { type Law, law } from "@cim-domain/event-sourcing/testing/Law"
import { assert } from "@effect/vitest"
import type { AnyCommand } from "../../definition/CommandCatalog.ts"
import type { Kept } from "../../history/Kept.ts"
import { uuidOf } from "../valueArbitraries.ts"
import { applied, decided, type LawDomain, meaningOf, replayed, type Step, stepsOf } from "./LawDomain.ts"

/** The laws of what commands and events change, and what they leave alone. */
export const effectLaws = (domain: LawDomain): ReadonlyArray<Law> => [nothingToChange(domain), ...frame(domain)]

/** Later states on which a command is decided again; each step of a walk is a command, so that more cost too much. */
const laterMost = 12

const nothingToChange = ({ aggregate, arbitraries: { walks }, besides, runs }: LawDomain): Law =>
  law("no change is told only where the events of the command would change nothing", runs, [walks], ([walk]) => {
    const steps = stepsOf(aggregate, walk)
    steps.forEach(({ command, context, events }, place) => {
      if (events.length === 0 || events.some(({ event_type }) => besides.includes(event_type))) return
      for (const { after } of spread(steps.slice(place + 1))) {
        const commandId = uuidOf(900_000 + after.version)
        const again: AnyCommand = {
          ...command,
          identity: { ...command.identity, message_id: commandId } as never,
          expected_version: null
        }
        const { limits, now } = context
        const decision = decided(aggregate, after, again, aggregate.makeContext({ commandId, now, limits }))
        if (decision._tag !== "NoChange") continue
        assert.deepStrictEqual(
          changedPaths(meaningOf(aggregate, after), meaningOf(aggregate, applied(aggregate, after, events))),
          [],
          `${command.command_type} is told to change nothing, and would change this`
        )
      }
    })
  })

const spread = (steps: ReadonlyArray<Step>): ReadonlyArray<Step> => {
  const every = Math.max(1, Math.ceil(steps.length / laterMost))
  return steps.filter((_, index) => index % every === 0)
}

const frame = (
  { about, aggregate, arbitraries: { histories, walks }, runs }: LawDomain
): ReadonlyArray<Law> =>
  about === undefined ? [] : [
    law("an event changes nothing that it is not about", runs, [walks, histories], ([walk, history]) => {
      const recorded = stepsOf(aggregate, walk).flatMap(({ events }) => events)
      for (const events of [recorded, history]) {
        let before = replayed(aggregate, [])
        for (const event of events) {
          const after: Kept = applied(aggregate, before, [event])
          const state = meaningOf(aggregate, before)
          const its = event.event_type === "Opaque" ? [] : about(event as never, state)
          const others = changedPaths(state, meaningOf(aggregate, after)).filter((path) =>
            !its.some((one) => path === one || path.startsWith(`${one}.`))
          )
          assert.deepStrictEqual(others, [], `${event.event_type} is about ${its.join(", ")}`)
          before = after
        }
      }
    })
  ]

type Json = { readonly [key: string]: unknown }

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

/** A list of records as an object, by what stands in the first field of each, which is its id; anything else as it is. */
const byId = (value: unknown): unknown =>
  Array.isArray(value) && value.length > 0 && value.every(isObject)
    ? Object.fromEntries(value.map((record) => [String(Object.values(record)[0]), record]))
    : value

/** Where two values differ: paths of keys, in a list of records of ids. What comes or goes as a whole is one path. */
export const changedPaths = (before: unknown, after: unknown, path = ""): ReadonlyArray<string> => {
  const [left, right] = [byId(before), byId(after)]
  const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0
  const [was, is] = [isEmpty(left) && isObject(right) ? {} : left, isEmpty(right) && isObject(left) ? {} : right]
  if (!isObject(was) || !isObject(is)) return JSON.stringify(was) === JSON.stringify(is) ? [] : [path]
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) =>
    changedPaths(was[key], is[key], path === "" ? key : `${path}.${key}`)
  )
}
