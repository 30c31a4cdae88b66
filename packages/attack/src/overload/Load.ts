import { Effect, type Scope } from "effect"
import { type ChildProcess, fork } from "node:child_process"
import { join } from "node:path"
import type { Told } from "./Requesters.ts"

/** How requesters send: as soon as others are answered, or by the clock, whatever becomes of it. */
export type Pace =
  | { readonly _tag: "AtOnce"; readonly inFlight: number }
  | { readonly _tag: "Rate"; readonly perSecond: number }

/** Organizations of many bytes. They grow until they have these, or until they may not grow any more. */
export interface FatOrganizations {
  readonly count: number
  readonly bytes: number
}

/** One stretch of load. */
export interface LoadOptions {
  readonly pace: Pace
  readonly seconds: number
  /** Organizations to make beforehand and to send to. */
  readonly organizations: number
  /** Large ones that every second command goes to. They are made once, and stay for the next stretches. */
  readonly fat?: FatOrganizations
}

/** What came of it, once every command was answered or given up. */
export interface LoadReport {
  readonly told: Told
  /** How long commands were sent. */
  readonly seconds: number
}

/** Requesters in a process of their own, so that they do not measure themselves. */
export interface LoadProcess {
  /** Puts load on the service. Only one at a time. */
  readonly run: (options: LoadOptions) => Effect.Effect<LoadReport>
}

/** Starts the process, gone when the scope closes. Dies when it does. */
export const startLoadProcess = (url: string): Effect.Effect<LoadProcess, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => fork(join(import.meta.dirname, "requesterProcess.ts"), [url], { execArgv: [] })),
      (child) => Effect.sync(() => void child.kill("SIGKILL"))
    ),
    (child) => ({ run: (options) => Effect.promise(() => ask(child, options)) })
  )

const ask = (child: ChildProcess, options: LoadOptions): Promise<LoadReport> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the requesters ended with ${code}`))
    child.once("exit", ended)
    child.once("message", (report) => {
      child.off("exit", ended)
      resolve(report as LoadReport)
    })
    child.send(options)
  })
