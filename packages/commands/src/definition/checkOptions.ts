import { isRecord } from "./checkFields.ts"
import { shown } from "./DefinitionError.ts"

/** What an option may be: nothing, or something that passes, which the words name. */
interface Accepted {
  readonly words: string
  readonly takes: (given: unknown) => boolean
}

const isText = (given: unknown): boolean => typeof given === "string"
const isFunction = (given: unknown): boolean => typeof given === "function"
const text: Accepted = { words: "a text", takes: isText }
const aFunction: Accepted = { words: "a function", takes: isFunction }

/** The options of commands and of events. */
const known: Readonly<Record<"command" | "event", Readonly<Record<string, Accepted>>>> = {
  command: {
    creates: text,
    addressee: text,
    token: text,
    defaults: aFunction,
    addedLater: { words: "a list of names of fields", takes: (given) => Array.isArray(given) && given.every(isText) },
    checks: {
      words: "a list of checks of schemas",
      takes: (given) => Array.isArray(given) && given.length > 0 && given.every(isCheck)
    }
  },
  event: {
    creates: text,
    addressee: { words: "a text or a function", takes: (given) => isText(given) || isFunction(given) },
    token: text,
    causedBy: {
      words: "a list of types of commands",
      takes: (given) => Array.isArray(given) && given.length > 0 && given.every(isText)
    },
    upcast: { words: "a record of functions by version", takes: isRecord }
  }
}

const isCheck = (given: unknown): boolean =>
  isRecord(given) && ["Filter", "FilterGroup"].includes(String(given["_tag"]))

const makers = { command: "Command", event: "Event" } as const

/** What is wrong with a command or an event that says more than its fields, but for what its fields have to do with it. */
export const checkOptions = (
  what: "command" | "event",
  type: string,
  { _tag, options }: { readonly _tag?: unknown; readonly options?: unknown }
): ReadonlyArray<string> => {
  const owner = `${what} ${type}`
  if (_tag !== `${makers[what]}Definition`) return [`${owner} is not made by ${makers[what]}.make(…)`]
  if (!isRecord(options)) return [`${owner}: its options are ${shown(options)}; accepted: a record`]
  return Object.entries(options).flatMap(([name, given]) => {
    const accepted = Object.hasOwn(known[what], name) ? known[what][name] : undefined
    if (accepted === undefined) {
      return [`${owner} has an option ${shown(name)}; accepted: ${Object.keys(known[what]).join(", ")}`]
    }
    return given === undefined || accepted.takes(given)
      ? []
      : [`${owner}: its ${name} is ${shown(given)}; accepted: ${accepted.words}`]
  })
}
