import { assert, describe, it } from "@effect/vitest"
import { build } from "esbuild"
import { type PublishablePackage, publishablePackages } from "../src/PublishablePackage.ts"

const packages = publishablePackages()

/** What runs anywhere. */
const portable = new Set(["@noble/hashes"])

/** Whether a package needs nothing but `effect`, what runs anywhere, and packages of which the same is true. */
const isPure = ({ manifest: { dependencies = {} } }: PublishablePackage): boolean =>
  Object.keys(dependencies).every((name) =>
    portable.has(name) || packages.some((item) => item.manifest.name === name && isPure(item))
  )

describe("what needs nothing but effect can be bundled for a browser", () => {
  for (const item of packages.filter((candidate) => isPure(candidate))) {
    const { folder, manifest } = item
    const bundle = (external: ReadonlyArray<string>) =>
      build({
        stdin: { contents: `export * from "${manifest.name}"`, resolveDir: item.path },
        bundle: true,
        platform: "browser",
        format: "esm",
        // Comments go, too.
        minifyWhitespace: true,
        external: [...external],
        metafile: true,
        write: false,
        logLevel: "silent"
      })
    it(folder, async () => {
      const { metafile, outputFiles } = await bundle(["effect", "effect/*", "node:*"])
      const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path))
      assert.deepStrictEqual(imports.filter((path) => !/^effect(\/|$)/.test(path)), [])
      const ours = outputFiles[0]!.text
      assert.include(ours, "export{")
      assert.deepStrictEqual(ours.match(/.{0,60}\b(?:Buffer|process)\..{0,20}/g) ?? [], [])
      // With `effect` in it nothing is left to resolve, either.
      assert.strictEqual((await bundle([])).outputFiles.length, 1)
    })
  }
})
