import { execFile } from "node:child_process"
import { PublishingFailed } from "./PublishingFailed.ts"

/** What a program is run for, where, and what ends it. */
export interface ToolOptions {
  /** As it stands before "failed", for example `compiling`. */
  readonly purpose: string
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv | undefined
  readonly signal?: AbortSignal | undefined
}

/** Runs a program to its end and gives its standard output. Rejects with {@link PublishingFailed} and the program's own words. */
export const runTool = (
  file: string,
  args: ReadonlyArray<string>,
  { purpose, ...options }: ToolOptions
): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(file, args, { ...options, maxBuffer: 64 * 1024 ** 2 }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout)
      const words = `${stdout}${stderr}`.trim()
      reject(new PublishingFailed({ detail: `${purpose} failed:\n${words === "" ? error.message : words}` }))
    })
  })
