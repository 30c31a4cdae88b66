import { Config, Effect } from "effect"
import { Flag } from "effect/cli"

/** A value, and what it was given by, for errors to name. */
export interface Setting {
  readonly value: string
  readonly source: string
}

/** A flag of every sub-command with an environment variable that stands for it. An empty variable is none. */
export const setting = ({ flag, option, otherwise, variable }: {
  readonly flag: Flag.Flag<string>
  readonly option: string
  readonly variable: string
  readonly otherwise: string
}): Flag.Flag<Setting> =>
  flag.pipe(
    Flag.map((value): Setting => ({ value, source: option })),
    Flag.withFallbackConfig(
      Config.map(Config.NonEmptyString(variable), (value): Setting => ({ value, source: variable }))
    ),
    Flag.withDefault(Effect.succeed<Setting>({ value: otherwise, source: option }))
  )
