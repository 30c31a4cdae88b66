import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const packages = [
  "event-sourcing",
  "commands",
  "organization",
  "nats",
  "service",
  "organization-service",
  "organization-cli",
  "person",
  "testbed",
  "simulation",
  "attack",
  "benchmarks",
  "deployment",
  "publishing",
  "bootstrap"
]

/**
 * What measures memory or processor time, and would measure what the files before it have left in the worker; and what plants
 * domains that write to what the files after it share.
 */
const alone = [
  "commands/test/mistakes.test.ts",
  "organization/test/memoryOf.test.ts",
  "organization/test/hostileBodies.test.ts"
]

const within = (name: string) =>
  alone.filter((file) => file.startsWith(`${name}/`)).map((file) => file.slice(name.length + 1))

export default defineConfig({
  test: {
    // Servers are started by tests: more workers than two make their elections and deadlines miss.
    maxWorkers: 2,
    maxConcurrency: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: [fileURLToPath(new URL("packages/bootstrap/test/seededChance.ts", import.meta.url))],
    projects: packages.flatMap((name) => {
      const project = (title: string, test: object) => ({
        extends: true as const,
        test: { name: title, root: `packages/${name}`, ...test }
      })
      return [
        // A worker takes one file after the other: loading Effect anew for each file took a fifth of all time.
        project(name, { include: ["test/**/*.test.ts"], exclude: within(name), isolate: false }),
        ...(within(name).length === 0 ? [] : [project(`${name}, alone`, { include: within(name) })])
      ]
    })
  }
})
