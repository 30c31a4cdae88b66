import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { readFileSync } from "node:fs"
import { join, posix } from "node:path"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { type PackageManifest, publishablePackages, root } from "../src/PublishablePackage.ts"
import { otherNode } from "./otherNode.ts"
import { makeProject, type Project } from "./Project.ts"
import { Published } from "./Published.ts"
import { type ReadmeExample, readmeExamples } from "./readmeExamples.ts"

const node20 = otherNode(20)
if (node20 === undefined) console.log("skipped: published packages on Node 20: there is none on the path")
const nodes = [
  { name: `Node ${process.versions.node}`, node: process.execPath, isMissing: false },
  { name: "Node 20", node: node20 ?? "", isMissing: node20 === undefined }
]

/** What somebody installs who wants all of them. */
const dependencies = (manifests: ReadonlyArray<PackageManifest>): Readonly<Record<string, string>> => ({
  effect: manifests[0]?.peerDependencies?.["effect"] ?? "",
  ...Object.fromEntries(manifests.map(({ name, version }) => [name, `^${version}`]))
})

/** Serves the domain of `packages/person`, and sends it a command twice. */
const personProgram: ReadmeExample = {
  name: "servePerson",
  program: `
    import { Client } from "@cim-domain/commands"
    import { NatsCommandTransport, NatsConnection, parseNatsUrl } from "@cim-domain/nats"
    import { Service } from "@cim-domain/service"
    import { Console, Effect, Layer, References, Result } from "effect"
    import { Person } from "./Person.js"

    const program = Effect.gen(function*() {
      const { submit } = yield* Client.make(Person)
      const options = { commandId: crypto.randomUUID() }
      for (const _ of ["once", "again"]) {
        const { created_id, outcome, version } = yield* submit("RegisterPerson", { name: "Ada" }, options)
        yield* Console.log(typeof created_id, outcome, version)
      }
    })
    const url = Result.getOrThrow(parseNatsUrl(process.env["NATS_URL"] ?? ""))
    const transport = NatsCommandTransport.layer.pipe(Layer.provide(NatsConnection.layer({ url, name: "person" })))
    Effect.runPromise(program.pipe(
      Effect.provide(Layer.merge(Service.layer(Person), transport)),
      Effect.provideService(References.MinimumLogLevel, "Warn")
    ))`,
  prints: "string applied 1\nstring duplicate 1\n"
}

/** A project made with npm that has the programs of all READMEs, and a service of the second domain, compiled. */
class WithNpm extends Context.Service<WithNpm, Project & { readonly examples: ReadonlyArray<ReadmeExample> }>()(
  "@cim-domain/publishing/test/installed.test/WithNpm"
) {
  static readonly layer = Layer.effect(
    WithNpm,
    Effect.gen(function*() {
      const { packages, registry } = yield* Published
      const needed = { ...dependencies(packages.map(({ manifest }) => manifest)), "@types/node": "*" }
      const project = yield* makeProject("npm", registry, needed)
      project.write("Person.ts", readFileSync(join(root, "packages/person/src/Person.ts"), "utf8"))
      const examples = [...publishablePackages().flatMap((item) => readmeExamples(item)), personProgram]
      for (const { name, program } of examples) project.write(`${name}.ts`, program)
      yield* project.compile(examples.map(({ name }) => `${name}.ts`), {
        module: "nodenext",
        types: ["node"],
        declaration: true
      })
      return { ...project, examples }
    })
  )
}

/** A project made with pnpm, where nothing is found that no manifest names, and all that can be imported there. */
class WithPnpm extends Context.Service<WithPnpm, Project & { readonly modules: ReadonlyArray<string> }>()(
  "@cim-domain/publishing/test/installed.test/WithPnpm"
) {
  static readonly layer = Layer.effect(
    WithPnpm,
    Effect.gen(function*() {
      const { packages, registry } = yield* Published
      const manifests = packages.map(({ manifest }) => manifest)
      const project = yield* makeProject("pnpm", registry, dependencies(manifests))
      const modules = manifests.flatMap(({ exports = {}, name }) =>
        Object.keys(exports).filter((subpath) => subpath !== "./package.json").map((subpath) => name + subpath.slice(1))
      )
      return { ...project, modules }
    })
  )
}

/** What a program printed itself, without what the library logged there. */
const printed = (output: string) => output.replaceAll(/^\[[\d:.]+\] [A-Z]+ .*\n/gm, "")

/** Imports each of the modules, and prints why one cannot be, unless it wants what nobody has to install. */
const importAll = `
  const [optional, modules] = process.argv.slice(-2).map((text) => JSON.parse(text))
  for (const module of modules) {
    await import(module).catch((error) => {
      const isOptional = error.code === "ERR_MODULE_NOT_FOUND" && optional.some((name) => error.message.includes(name))
      if (!isOptional) console.log(module, error)
    })
  }`

layer(Published.layer, { timeout: "5 minutes", excludeTestServices: true })("what is published", (it) => {
  it.effect("is fine with publint and attw", () =>
    Effect.gen(function*() {
      const { packages } = yield* Published
      assert.sameMembers(packages.map(({ name }) => name), publishablePackages().map(({ manifest }) => manifest.name))
      for (const { file, manifest, name } of packages) {
        const bytes = Uint8Array.from(readFileSync(file))
        const { messages } = yield* Effect.promise(() => publint({ pack: { tarball: bytes.buffer }, strict: true }))
        assert.deepStrictEqual(messages.map((message) => formatMessage(message, { ...manifest })), [], name)
        const result = yield* Effect.promise(() => checkPackage(createPackageFromTarballData(bytes)))
        // `effect` is made of modules alone, and so are these.
        const problems = ("problems" in result ? result.problems : [{ kind: "no types at all" }]).filter((problem) =>
          !("resolutionKind" in problem) || !["node10", "node16-cjs"].includes(String(problem.resolutionKind))
        )
        assert.deepStrictEqual(problems, [], name)
      }
    }), { timeout: 180_000 })

  it.effect("is compiled files, their sources, and maps from these to those", () =>
    Effect.gen(function*() {
      for (const { file, name } of (yield* Published).packages) {
        const tarball = createPackageFromTarballData(Uint8Array.from(readFileSync(file)))
        const folder = `/node_modules/${name}/`
        const files = tarball.listFiles(folder)
        const parts = new Set(files.map((path) => path.slice(folder.length).split("/")[0]))
        assert.sameMembers([...parts], ["LICENSE", "README.md", "dist", "package.json", "src"], name)
        const maps = files.filter((path) => path.endsWith(".map"))
        assert.isAbove(maps.length, 10, name)
        for (const map of maps) {
          const { sources }: { sources: ReadonlyArray<string> } = JSON.parse(tarball.readFile(map))
          assert.isTrue(sources.length === 1 && files.includes(posix.join(map, "..", sources[0]!)), map)
        }
      }
    }))

  it.layer(WithNpm.layer, { timeout: "3 minutes" })(
    "installed with npm, and compiled as Node resolves modules",
    (it) => {
      for (const { isMissing, name, node } of nodes) {
        it.effect.skipIf(isMissing)(
          `the program of each README prints what stands there, and persons are served, on ${name}`,
          () =>
            Effect.gen(function*() {
              const { examples, run } = yield* WithNpm
              assert.isNotEmpty(examples)
              const { url } = yield* NatsServer.server()
              for (const { name, prints } of examples) {
                assert.strictEqual(printed(yield* run(node, [`out/${name}.js`], { NATS_URL: url })), prints, name)
              }
            }),
          { timeout: 180_000 }
        )
      }
    }
  )

  it.layer(WithPnpm.layer, { timeout: "3 minutes" })("installed with pnpm", (it) => {
    it.effect(
      "all that is public has types, as bundlers resolve modules, without those of Node",
      () =>
        Effect.gen(function*() {
          const { compile, modules, write } = yield* WithPnpm
          write("all.ts", modules.map((module, index) => `export * as m${index} from "${module}"`).join("\n"))
          const options = { module: "esnext", moduleResolution: "bundler", lib: ["ES2023", "DOM"], types: [] }
          assert.strictEqual(yield* compile(["all.ts"], options), "")
        }),
      { timeout: 180_000 }
    )

    for (const { isMissing, name, node } of nodes) {
      it.effect.skipIf(isMissing)(`all that is public can be imported, on ${name}`, () =>
        Effect.gen(function*() {
          const { modules, run, write } = yield* WithPnpm
          const { packages } = yield* Published
          const optional = packages.flatMap(({ manifest }) => Object.keys(manifest.peerDependenciesMeta ?? {}))
          write("importAll.js", importAll)
          const args = ["importAll.js", JSON.stringify(optional), JSON.stringify(modules)]
          assert.strictEqual(yield* run(node, args), "")
        }), { timeout: 180_000 })
    }
  })
})
