import { Effect, type Scope } from "effect"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** The path of a new folder, removed with all that is in it when the scope closes. */
export const temporaryFolder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "nats-test-"))),
  // What is left of it does no harm.
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined))
)
