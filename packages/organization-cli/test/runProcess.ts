import { organizationBundle } from "@cim-domain/testbed/programBundle"
import { type Run, type RunOptions, runProgram } from "@cim-domain/testbed/runProgram"
import { Effect } from "effect"

/** Runs the CLI as a shell does, as a process of its own. */
export const runProcess = (
  args: ReadonlyArray<string>,
  { url, ...options }: Omit<RunOptions, "env"> & { readonly url: string }
): Effect.Effect<Run> =>
  Effect.flatMap(organizationBundle, (file) => runProgram(file, args, { ...options, env: { NATS_URL: url } }))
