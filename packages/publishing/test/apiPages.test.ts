import { assert, it } from "@effect/vitest"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { apiPages } from "../src/apiPages.ts"
import { publishablePackages } from "../src/PublishablePackage.ts"

it("every public file of a package has a page, which says what its doc comments say", async () => {
  // The one below the others: all of them take a minute.
  const [item] = publishablePackages().filter(({ manifest }) => manifest.dependencies === undefined)
  const out = mkdtempSync(join(tmpdir(), "api-"))
  try {
    await apiPages([item!], out)
    const subpaths = Object.keys(item!.manifest.exports!).filter((subpath) => subpath !== "./package.json")
    for (const subpath of subpaths.filter((path) => path !== ".")) {
      const page = `modules/${subpath.slice(2).replaceAll("/", "_")}.html`
      assert.isTrue(existsSync(join(out, page)), page)
    }
    assert.include(readFileSync(join(out, "interfaces/Decider.Decider.html"), "utf8"), "A domain as one value")
  } finally {
    rmSync(out, { recursive: true })
  }
}, 300_000)
