import { describe, expect, it } from "@effect/vitest"
import { build } from "esbuild"
import { fileURLToPath } from "node:url"

/** What a page would need to draw a history and to judge it; whole replicas need Node yet. */
const portable = [
  "broker/SimulatedBroker",
  "check/check",
  "model/expect",
  "scenario/makeScenario",
  "shrink/shrink",
  "time/makeTimeline"
]

describe("a browser can load", () => {
  it.each(portable)("%s", async (name) => {
    const { metafile, outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url))],
      bundle: true,
      platform: "browser",
      format: "esm",
      // Comments go, too.
      minifyWhitespace: true,
      external: ["effect", "effect/*", "node:*"],
      metafile: true,
      write: false,
      logLevel: "silent"
    })
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path))
    expect(imports.filter((path) => !/^effect(\/|$)/.test(path))).toEqual([])
    expect(outputFiles[0]!.text.match(/.{0,60}\b(?:Buffer|process)\..{0,20}/g) ?? []).toEqual([])
  })
})
