import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const packages = [
  "event-sourcing",
  "organization",
  "nats",
  "organization-service",
  "organization-cli",
  "testbed",
  "attack",
  "benchmarks",
  "deployment",
  "bootstrap"
]

export default defineConfig({
  test: {
    // Servers are started by tests: more workers than two make their elections and deadlines miss.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: [fileURLToPath(new URL("packages/bootstrap/test/seededChance.ts", import.meta.url))],
    projects: packages.map((name) => ({
      extends: true,
      test: { name, root: `packages/${name}`, include: ["test/**/*.test.ts"] }
    }))
  }
})
