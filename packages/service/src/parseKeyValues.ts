import { Option } from "effect"

/**
 * Reads a comma list of `name=value`, as OpenTelemetry's variables have it: names and values percent-encoded where they
 * must be, blanks around them without meaning. None when anything in it is something else.
 */
export const parseKeyValues = (text: string): Option.Option<Readonly<Record<string, string>>> => {
  const pairs = text.trim().split(",").map((pair) => /^\s*([^=\s]+)\s*=(.*)$/s.exec(pair))
  return pairs.every((pair) => pair !== null)
    ? decode(pairs.map(([, name, value]) => [name!, value!.trim()]))
    : Option.none()
}

const decode = Option.liftThrowable((pairs: ReadonlyArray<readonly [string, string]>) =>
  Object.fromEntries(pairs.map((pair) => pair.map(decodeURIComponent) as [string, string]))
)
