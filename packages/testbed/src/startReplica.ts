import { Effect, type Scope } from "effect"
import { type Program, startProgram } from "./Program.ts"
import { programBundle, replicaSource } from "./programBundle.ts"

/**
 * Starts a replica as it runs in production, or another program like one, from its source `file`; whatever happened to it, it
 * is gone when the scope closes. It takes commands once it has logged `ready`.
 */
export const startReplica = (
  env: Readonly<Record<string, string>>,
  file: string = replicaSource
): Effect.Effect<Program, never, Scope.Scope> =>
  Effect.flatMap(programBundle(file), (bundle) => startProgram({ file: bundle, env }))

/** Starts a replica and waits until it takes commands. */
export const startReadyReplica = (env: Readonly<Record<string, string>>, file?: string) =>
  Effect.tap(startReplica(env, file), (replica) => replica.logged("ready"))
