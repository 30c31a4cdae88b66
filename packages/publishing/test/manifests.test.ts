import { assert, describe, it } from "@effect/vitest"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { importedSubpaths } from "../src/importedSubpaths.ts"
import { type PublishablePackage, publishablePackages, readManifest, root } from "../src/PublishablePackage.ts"
import { publishedManifest } from "../src/publishedManifest.mjs"
import { exportsFor } from "../src/writeExports.ts"
import { readmeExamples } from "./readmeExamples.ts"

const imported = importedSubpaths()

describe.each(publishablePackages())("$folder", (item) => {
  const { folder, manifest, path } = item

  it("says who may use it, where it comes from, and what belongs to it", () => {
    const { license, repository } = readManifest(root)
    const from = repository === undefined ? undefined : { ...repository, directory: `packages/${folder}` }
    assert.strictEqual(manifest.name, `@cim-domain/${folder}`)
    assert.strictEqual(manifest.license, license)
    assert.deepStrictEqual(manifest.repository, from)
    assert.deepStrictEqual(manifest.engines, { node: ">=20" })
    assert.isDefined(
      manifest.sideEffects,
      "sideEffects: what a bundler must not leave out, false when there is nothing"
    )
    assert.deepStrictEqual(manifest.files, ["dist", "src"])
    assert.deepStrictEqual(manifest.publishConfig, { access: "public" })
    assert.strictEqual(
      manifest.scripts?.["prepack"],
      "node ../bootstrap/run.mjs packages/publishing/src/main.ts build",
      "otherwise `pnpm publish` takes what was built last"
    )
  })

  it("can be installed beside other versions of effect, and of ours", () => {
    const { dependencies = {}, peerDependencies = {} } = manifest
    assert.strictEqual(peerDependencies["effect"], "catalog:peers")
    for (const [name, version] of Object.entries({ ...dependencies, ...peerDependencies })) {
      if (name.startsWith("@cim-domain/")) assert.strictEqual(version, "workspace:^", name)
      else if (name in peerDependencies) assert.strictEqual(version, "catalog:peers", name)
    }
  })

  it("exports what others import, each file by itself, and nothing that is gone", () => {
    const expected = exportsFor(item, imported.get(manifest.name) ?? new Set())
    assert.deepStrictEqual(manifest.exports, expected, "run `npm run exports`, and look what became public")
  })

  it("has a README with a program and what it prints", () => {
    assert.match(readFileSync(join(path, "README.md"), "utf8"), new RegExp(`^# ${manifest.name}\n`))
    const examples = readmeExamples(item)
    assert.isNotEmpty(examples)
    for (const { name, prints } of examples) assert.isDefined(prints, `${name}: a block of text has to come next`)
  })
})

describe("the manifest that a package is published with", () => {
  const published = (exports: Record<string, unknown>) =>
    publishedManifest({ name: "x", exports, scripts: { prepack: "true" }, devDependencies: { vitest: "1.0.0" } })

  it("names compiled files with their types, and leaves out what is for this workspace", () => {
    const exports = {
      ".": "./src/index.ts",
      "./testing/Laws": "./src/testing/Laws.ts",
      "./test/Secret": "./test/Secret.ts",
      "./package.json": "./package.json"
    }
    assert.deepStrictEqual(published(exports), {
      name: "x",
      exports: {
        ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
        "./testing/Laws": { types: "./dist/testing/Laws.d.ts", default: "./dist/testing/Laws.js" },
        "./package.json": "./package.json"
      }
    })
  })

  it("is refused when an entry is not one file of the package", () => {
    for (const target of ["./src/*.ts", "./lib/a.ts", "./src/a.js", null, { default: "./src/a.ts" }]) {
      assert.throws(() => published({ "./a": target }), /exports of x has ".\/a"/)
    }
  })
})

it("a list of exports loses patterns and files that are gone, and gains what others import", () => {
  const path = mkdtempSync(join(tmpdir(), "exports-"))
  try {
    for (const folder of ["src/testing", "test"]) mkdirSync(join(path, folder), { recursive: true })
    for (const file of ["src/index", "src/Kept", "src/Wanted", "src/testing/Laws", "test/Authority"]) {
      writeFileSync(join(path, `${file}.ts`), "")
    }
    const exports = {
      "./*": "./src/*.ts",
      "./test/Authority": "./test/Authority.ts",
      "./Gone": "./src/Gone.ts",
      "./Kept": "./src/Kept.ts"
    }
    const item: PublishablePackage = { folder: "x", path, manifest: { name: "x", version: "1.0.0", exports } }
    const made = exportsFor(item, new Set([".", "./Wanted", "./testing/Laws", "./Missing"]))
    assert.deepStrictEqual(Object.entries(made), [
      [".", "./src/index.ts"],
      ["./Kept", "./src/Kept.ts"],
      ["./Wanted", "./src/Wanted.ts"],
      ["./testing/Laws", "./src/testing/Laws.ts"],
      ["./test/Authority", "./test/Authority.ts"],
      ["./package.json", "./package.json"]
    ])
  } finally {
    rmSync(path, { recursive: true })
  }
})

it("the workspace itself has a license, which pnpm puts into each package", () => {
  assert.isTrue(existsSync(join(root, "LICENSE")))
})
