import { Effect, type Scope } from "effect"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { root } from "../src/PublishablePackage.ts"
import { runTool } from "../src/runTool.ts"

/** A project outside of the workspace, which has installed packages from a registry. */
export interface Project {
  readonly folder: string
  readonly write: (file: string, text: string) => void
  /** Checks and compiles the files with these options beside `strict`. Fails with what the compiler says. */
  readonly compile: (files: ReadonlyArray<string>, options: Readonly<Record<string, unknown>>) => Effect.Effect<string>
  /** Runs a program of the project. Fails with what it says. */
  readonly run: (node: string, args: ReadonlyArray<string>, env?: NodeJS.ProcessEnv) => Effect.Effect<string>
}

/** Nothing that npm or pnpm told us of how this machine is set up. */
const plainEnv = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm|pnpm)_/i.test(name)))

const installers = {
  npm: (folder: string, registry: string) =>
    [
      "npm",
      ["install", "--no-audit", "--no-fund", "--no-update-notifier", `--cache=${join(folder, ".cache")}`],
      { npm_config_registry: registry, npm_config_userconfig: join(folder, ".npmrc") }
    ] as const,
  pnpm: (folder: string, registry: string) =>
    [
      process.execPath,
      [process.env["PNPM"] ?? "", "install", `--store-dir=${join(folder, ".store")}`, `--registry=${registry}`],
      { XDG_CACHE_HOME: join(folder, ".cache"), npm_config_userconfig: join(folder, ".npmrc") }
    ] as const
}

/** Makes an empty project and installs these packages in it. It is gone when the scope closes. */
export const makeProject = (
  installer: keyof typeof installers,
  registry: string,
  dependencies: Readonly<Record<string, string>>
): Effect.Effect<Project, never, Scope.Scope> =>
  Effect.gen(function*() {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => realpathSync(mkdtempSync(join(tmpdir(), `installed-with-${installer}-`)))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
    )
    const write = (file: string, text: string) => writeFileSync(join(folder, file), text)
    const run = (file: string, args: ReadonlyArray<string>, env: NodeJS.ProcessEnv = {}) =>
      Effect.promise((signal) =>
        runTool(file, args, { purpose: [file, ...args].join(" "), cwd: folder, env: { ...plainEnv, ...env }, signal })
      )
    write("package.json", JSON.stringify({ name: "project", private: true, type: "module", dependencies }))
    const [program, args, env] = installers[installer](folder, registry)
    yield* run(program, args, env)
    mkdirSync(join(folder, "out"))
    return {
      folder,
      write,
      run,
      compile: (files, options) => {
        const compilerOptions = { strict: true, skipLibCheck: false, target: "ES2022", outDir: "out", ...options }
        write("tsconfig.json", JSON.stringify({ compilerOptions, files }))
        return run(join(root, "node_modules/.bin/tsc"), ["--pretty", "false", "--checkers", "2"])
      }
    }
  })
