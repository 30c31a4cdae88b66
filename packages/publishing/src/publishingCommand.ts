import { Cause, Console, Effect, Exit, Runtime } from "effect"
import { CliError, Command, Flag } from "effect/cli"
import { statSync } from "node:fs"
import { join, relative, resolve } from "node:path"
import { buildPackages } from "./buildPackages.ts"
import { packPackages } from "./packPackages.ts"
import { publishablePackages, root } from "./PublishablePackage.ts"
import { PublishingFailed } from "./PublishingFailed.ts"
import { writeExports } from "./writeExports.ts"

/** 0 when it is done, 1 when it cannot be done, 2 for wrong arguments. */
export const teardown: Runtime.Teardown = (exit, done) => {
  if (Exit.isSuccess(exit)) return done(0)
  if (Cause.hasInterruptsOnly(exit.cause)) return done(130)
  const error = Cause.squash(exit.cause)
  // Its own words have been printed, with the help.
  if (CliError.isCliError(error)) return done(Runtime.getErrorExitCode(error) === 0 ? 0 : 2)
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
  return done(1)
}

const attempt = <A>(action: (signal: AbortSignal) => A | Promise<A>) =>
  Effect.tryPromise({
    try: async (signal) => action(signal),
    catch: (error) =>
      error instanceof PublishingFailed
        ? error
        : new PublishingFailed({ detail: error instanceof Error ? error.message : String(error) })
  })

const out = (initial: string) =>
  Flag.String("out").pipe(
    Flag.withMetavar("DIR"),
    Flag.withDescription(`Where they go; ${initial} of the repository by default`),
    Flag.withDefault(join(root, initial))
  )

const shown = (file: string) => {
  const short = relative(process.cwd(), file)
  return short.startsWith("..") ? file : short
}

const pack = Command.make(
  "pack",
  { out: out(".build/packages") },
  Effect.fnUntraced(function*(options) {
    for (const { file, name, version } of yield* attempt((signal) => packPackages(resolve(options.out), signal))) {
      yield* Console.log(`${name} ${version}  ${shown(file)}  ${(statSync(file).size / 1024).toFixed(0)} KiB`)
    }
  })
).pipe(
  Command.withDescription("Build every package that others install, and pack each as it would be published"),
  Command.withExamples([{ command: "npm run pack -- --out DIR", description: "Put the tarballs elsewhere" }])
)

const build = Command.make(
  "build",
  {},
  Effect.fnUntraced(function*() {
    yield* attempt((signal) => buildPackages(publishablePackages(), signal))
  })
).pipe(Command.withDescription("Compile every package that others install into its folder dist"))

const api = Command.make(
  "api",
  { out: out(".build/api") },
  Effect.fnUntraced(function*(options) {
    // Its compiler takes half a second to load.
    const { apiPages } = yield* attempt(() => import("./apiPages.ts"))
    yield* attempt(() => apiPages(publishablePackages(), resolve(options.out)))
    yield* Console.log(shown(join(resolve(options.out), "index.html")))
  })
).pipe(
  Command.withDescription("Make pages of every public export, from doc comments and types"),
  Command.withExamples([{ command: "npm run api -- --out DIR", description: "Put the pages elsewhere" }])
)

const exportLists = Command.make(
  "exports",
  {},
  Effect.fnUntraced(function*() {
    for (const item of publishablePackages()) {
      const changed = yield* attempt(() => writeExports(item))
      yield* Console.log(`packages/${item.folder}/package.json ${changed ? "written" : "as it was"}`)
    }
  })
).pipe(
  Command.withDescription(
    "Bring the list of exports in each manifest up to date: what other packages import comes in, files that are gone go"
  )
)

/** What `npm run pack`, `npm run api` and `npm run exports` do. */
export const publishingCommand = Command.make("publishing").pipe(
  Command.withDescription("The packages that others install"),
  Command.withSubcommands([pack, build, api, exportLists])
)
