import fs from "node:fs"
import path from "node:path"
import { Ending } from "./Ending.mjs"
import { Paths } from "./Paths.mjs"
import { runForeground } from "./runForeground.mjs"
import { secondsSince } from "./secondsSince.mjs"
import { VitestReport } from "./VitestReport.mjs"

/** @typedef {import("./VitestReport.mjs").Counts} Counts */

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} about
 * @property {(run: Run, vitestArgs: ReadonlyArray<string>) => Promise<Counts>} run
 */

/** @typedef {(tool: string, ...args: Array<string>) => Promise<number>} Run */

const formatterCache = path.join(Paths.build, "dprint")
// What goes to a file or to a CI log is read without a terminal.
const plain = process.stdout.isTTY || "FORCE_COLOR" in process.env ? {} : { NO_COLOR: "1" }
const report = path.join(Paths.build, "vitest.json")

/** Everything `npm test` checks, in this order. */
export const Suites = {
  all: /** @type {ReadonlyArray<Suite>} */ ([
    { name: "format", about: "dprint check", run: async (run) => one(await run("dprint", "check")) },
    {
      name: "lint",
      about: "oxlint, with types",
      run: async (run) => one(await run("oxlint", "--type-aware", "--deny-warnings", "packages"))
    },
    {
      name: "types",
      about: "tsc -b",
      run: async (run) => one(await run("tsc", "-b", "packages"))
    },
    {
      name: "tests",
      about: "vitest, on memory and on a real broker",
      run: async (run, vitestArgs) => {
        fs.rmSync(report, { force: true })
        const code = await run(
          "vitest",
          "run",
          "--reporter=default",
          "--reporter=json",
          `--outputFile.json=${report}`,
          ...vitestArgs
        )
        return VitestReport.counts(fs.existsSync(report) ? fs.readFileSync(report, "utf8") : undefined, code)
      }
    }
  ]),

  /**
   * Runs suites one after the other, each to its end whatever the others did.
   * @param {ReadonlyArray<Suite>} suites
   * @param {{ env: NodeJS.ProcessEnv, vitestArgs: ReadonlyArray<string> }} options
   * @returns {Promise<Counts>}
   */
  run: async (suites, { env, vitestArgs }) => {
    const total = { passed: 0, failed: 0, skipped: 0 }
    /** @type {Array<string>} */
    const summary = []
    for (const suite of suites) {
      process.stdout.write(`\n== ${suite.name}: ${suite.about}\n`)
      const started = performance.now()
      const counts = await suite.run(tool(env), vitestArgs)
      const took = secondsSince(started)
      summary.push(
        `${counts.failed === 0 ? "ok    " : "FAILED"} ${suite.name.padEnd(8)} ${Suites.words(counts)} (${took})`
      )
      total.passed += counts.passed
      total.failed += counts.failed
      total.skipped += counts.skipped
    }
    process.stdout.write(`\n${summary.join("\n")}\n`)
    return total
  },

  /** @param {Counts} counts */
  words: ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/** @param {number} code */
const one = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 })

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Run}
 */
const tool = (env) => async (name, ...args) => {
  const code = await runForeground(path.join(Paths.root, "node_modules", ".bin", name), args, {
    cwd: Paths.root,
    env: { ...env, ...plain, DPRINT_CACHE_DIR: formatterCache },
    stdin: "ignore"
  })
  Ending.check()
  return code
}
