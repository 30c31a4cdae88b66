/**
 * Runs the tests of this package once for each mutant, two at a time, and fails unless they notice every fault. Plain
 * Node: `node packages/organization/test/mutants/run.ts [words of the mutants to run]`. The sources stay as they are;
 * each fault is made in a copy.
 */
import { spawn } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Mutant } from "./Mutant.ts"
import { mutants } from "./mutants.ts"
import { mutated } from "./mutated.ts"

const packages = new URL("../../../", import.meta.url)
const root = fileURLToPath(new URL("../", packages))
/** Packages that faults are made in, which all run from their sources. */
const copied = ["organization", "commands"]
const parallel = 2
const minutesMax = 5

/** A workspace of its own with a copy of these packages; everything they depend on is linked. */
const makeCopy = (): string => {
  const copy = mkdtempSync(join(realpathSync(tmpdir()), "organization-mutants-"))
  for (const name of copied) {
    const target = join(copy, "packages", name)
    mkdirSync(target, { recursive: true })
    for (const part of ["src", "test", "package.json"]) {
      cpSync(fileURLToPath(new URL(`${name}/${part}`, packages)), join(target, part), { recursive: true })
    }
    linkDependencies(name, target)
  }
  const target = join(copy, "packages/organization")
  // Neither says anything about what the sources do.
  for (const part of ["test/mutants", "test/reference.test.ts"]) {
    rmSync(join(target, part), { recursive: true, force: true })
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"))
  return copy
}

/** Everything outside is linked, and what is copied to its copy. */
const linkDependencies = (name: string, target: string): void => {
  const from = fileURLToPath(new URL(`${name}/node_modules`, packages))
  const to = join(target, "node_modules")
  mkdirSync(join(to, "@cim-domain"), { recursive: true })
  for (const each of readdirSync(from)) {
    if (each !== "@cim-domain" && !each.startsWith(".")) symlinkSync(join(from, each), join(to, each))
  }
  for (const each of readdirSync(join(from, "@cim-domain"))) {
    symlinkSync(
      copied.includes(each) ? join(target, "..", each) : join(from, "@cim-domain", each),
      join(to, "@cim-domain", each)
    )
  }
}

/** Whether the tests pass in a copy: the examples, which are quick, and then the laws. */
const passes = async (copy: string): Promise<boolean> =>
  await vitest(copy, "--exclude=**/*.laws.test.ts") && await vitest(copy, "laws")

const vitest = (copy: string, ...which: ReadonlyArray<string>): Promise<boolean> =>
  new Promise((resolve) => {
    const options = ["--bail=1", "--maxWorkers=1", "--testTimeout=60000", "--root", join(copy, "packages/organization")]
    const child = spawn(
      process.execPath,
      [join(root, "node_modules/vitest/vitest.mjs"), "run", ...options, ...which],
      { stdio: "ignore", env: { LAW_RUNS: "100", ...process.env }, timeout: minutesMax * 60_000 }
    )
    child.once("exit", (code) => resolve(code === 0))
  })

const run = async (copy: string, mutant: Mutant): Promise<boolean> => {
  const file = join(copy, "packages", mutant.file)
  writeFileSync(file, mutated(packages, mutant))
  const survived = await passes(copy)
  cpSync(fileURLToPath(new URL(mutant.file, packages)), file)
  process.stdout.write(`${survived ? "SURVIVED" : "caught  "} ${mutant.file}: ${mutant.why}\n`)
  return survived
}

const help =
  `Runs the tests of the domain once for each of ${mutants.length} faults, and fails unless they notice every one.

Usage: npm run mutants [-- WORD …]

With words only the faults are made whose file and description contain all of them.
Exit code: 0 when every fault was noticed, 1 when not, 2 for wrong arguments.
`

const wanted = process.argv.slice(2)
if (wanted.includes("--help") || wanted.includes("-h")) {
  process.stdout.write(help)
  process.exit(0)
}
const queue = mutants.filter(({ file, why }) => wanted.every((word) => `${file} ${why}`.includes(word)))
if (queue.length === 0) {
  process.stderr.write(`no fault is described by ${wanted.map((word) => JSON.stringify(word)).join(" ")}; see --help\n`)
  process.exit(2)
}
const started = performance.now()
const total = queue.length
const copies = Array.from({ length: parallel }, makeCopy)
const survivors: Array<Mutant> = []
try {
  if (!await passes(copies[0]!)) throw new Error("the tests fail without any fault")
  await Promise.all(copies.map(async (copy) => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      if (await run(copy, mutant)) survivors.push(mutant)
    }
  }))
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true })
}
const seconds = ((performance.now() - started) / 1000).toFixed(0)
process.stdout.write(`${total - survivors.length} of ${total} mutants caught in ${seconds} s\n`)
process.exitCode = survivors.length === 0 ? 0 : 1
