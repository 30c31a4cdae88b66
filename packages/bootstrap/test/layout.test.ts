import path from "node:path"
import { describe, expect, it } from "vitest"
import { Paths } from "../src/Paths.mjs"
import { importCircles } from "./importCircles.ts"
import {
  circles,
  dependences,
  type Exceptions,
  type Finding,
  longFiles,
  longFunctions,
  lostImports,
  misnamedFiles,
  outstanding,
  vagueNames
} from "./layoutRules.ts"
import {
  folders,
  importsOf,
  manifest,
  occurrences,
  packageOf,
  packages,
  references,
  resolveImport,
  sources,
  within
} from "./Workspace.ts"

const scope = "@cim-domain/"

/** What a package may import: of the others, of them only in tests, and from outside in its `src`. */
interface Arrows {
  readonly ours: ReadonlyArray<string>
  readonly oursInTests?: ReadonlyArray<string>
  readonly outside: ReadonlyArray<string>
}

/**
 * The arrows: what each package may import of the others, and which outside packages its `src` may. What is missing here
 * is not forbidden for ever, but adding it is a decision about the architecture.
 */
const arrows: Record<string, Arrows> = {
  "event-sourcing": { ours: [], outside: ["effect"] },
  // What is faster than its own SHA-256 comes with Node; browsers have this one.
  "commands": { ours: ["event-sourcing"], outside: ["effect", "@noble/hashes"] },
  "organization": { ours: ["commands", "event-sourcing"], outside: ["effect"] },
  "nats": {
    ours: ["event-sourcing"],
    oursInTests: ["testbed"],
    outside: [
      "effect",
      "@nats-io/nats-core",
      "@nats-io/transport-node",
      "@nats-io/kv",
      "@nats-io/obj"
    ]
  },
  "service": {
    ours: ["commands", "event-sourcing", "nats"],
    outside: ["effect", "@effect/platform-node"]
  },
  "organization-service": {
    ours: ["commands", "event-sourcing", "organization", "nats", "service"],
    oursInTests: ["testbed"],
    outside: ["effect", "@effect/platform-node"]
  },
  "organization-cli": {
    ours: ["commands", "event-sourcing", "organization", "nats"],
    oursInTests: ["testbed"],
    outside: ["effect", "@effect/platform-node"]
  },
  // A domain and its service, as anybody would write them; tests alone know what it runs on.
  "person": { ours: ["commands", "event-sourcing", "service"], oursInTests: ["nats", "testbed"], outside: ["effect"] },
  // Starts programs of the others as processes, by where they are. So it imports none of them, and the tests of each may use it.
  "testbed": { ours: [], outside: ["effect"] },
  // The service in virtual time, in this process; what judges it judges the attack as well.
  "simulation": {
    ours: ["commands", "event-sourcing", "nats", "organization", "service"],
    outside: ["effect", "@nats-io/nats-core", "@noble/hashes"]
  },
  // Starts the service as a process; only replicas with a planted fault import it, to be put together as it is.
  "attack": {
    ours: [
      "commands",
      "event-sourcing",
      "organization",
      "nats",
      "organization-service",
      "service",
      "simulation",
      "testbed"
    ],
    outside: ["effect", "@effect/platform-node"]
  },
  // Measures processes, so it speaks to brokers with the client alone; cold loads and replays run the packages themselves.
  "benchmarks": {
    ours: ["commands", "event-sourcing", "nats", "organization", "organization-service", "service", "testbed"],
    outside: ["effect", "@effect/platform-node", "@nats-io/transport-node"]
  },
  // Tests alone: of the packages that Nix builds, and of the service as systemd runs it.
  "deployment": { ours: ["nats", "organization-service", "service", "testbed"], outside: [] },
  // Packs what others install; its tests run the programs of their READMEs, one of them on a broker.
  "publishing": { ours: ["nats"], outside: ["effect", "@effect/platform-node", "typedoc"] },
  "bootstrap": { ours: [], outside: [] }
}
/** What others install. */
const libraries = packages.filter((name) => manifest(name).private !== true)
/** Packages that touch nothing outside of themselves. */
const pure = ["event-sourcing", "commands", "organization"]
/** What of Node is only functions. */
const pureModules = ["node:crypto", "node:zlib", "node:buffer"]

/**
 * What breaks a rule and may for now, with how much it is. It only becomes less: whatever is mended has to leave this list, and
 * nothing here may grow. Nothing breaks one today, and it should stay so.
 */
const exceptions: Readonly<
  Record<"longFiles" | "longFunctions" | "circles" | "vagueNames" | "misnamedFiles", Exceptions>
> = {
  longFiles: {},
  longFunctions: {},
  circles: {},
  vagueNames: {},
  misnamedFiles: {}
}

/** Fails with one line for each place that breaks the rule. */
const expectNone = (rule: string, places: ReadonlyArray<string>) =>
  expect(places, `${rule}\n  ${places.join("\n  ")}\n`).toEqual([])

/** The same for a rule that has exceptions. */
const expectOnly = (rule: string, findings: ReadonlyArray<Finding>, exceptions: Exceptions) =>
  expectNone(rule, outstanding(findings, exceptions))

const isTestCode = (local: string) => local.startsWith("test/") || local.startsWith("src/testing/")

/** The packages of ours that one may import, in its tests or elsewhere. */
const oursFor = (name: string, inTests: boolean) => [
  ...arrows[name]?.ours ?? [],
  ...(inTests ? arrows[name]?.oursInTests ?? [] : [])
]

const ours = (name: string) => {
  const { dependencies, devDependencies, peerDependencies } = manifest(name)
  return Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })
    .filter((dependency) => dependency.startsWith(scope))
    .map((dependency) => dependency.slice(scope.length))
    .toSorted()
}

describe("arrows", () => {
  it("every package is in the table of this test", () => {
    expect(packages.toSorted()).toEqual(Object.keys(arrows).toSorted())
  })

  it("imports follow them", () => {
    const wrong = importsOf(sources).flatMap(({ source, line, specifier }) => {
      const target = packageOf(specifier)
      const allowed = arrows[source.package]
      if (target === undefined || allowed === undefined) return []
      const isAllowed = target.startsWith(scope)
        ? oursFor(source.package, isTestCode(source.local)).includes(target.slice(scope.length)) ||
          target === `${scope}${source.package}`
        : allowed.outside.includes(target) || isTestCode(source.local)
      return isAllowed ? [] : [`${source.file}:${line}: ${specifier}`]
    })
    expectNone("a package imports what it must not know", wrong)
  })

  it("an import is declared in the package that makes it", () => {
    const wrong = importsOf(sources).flatMap(({ source, line, specifier }) => {
      const target = packageOf(specifier)
      const { name, dependencies, devDependencies, peerDependencies } = manifest(source.package)
      // The bootstrap runs before anything is installed; its tests use the root's vitest.
      if (target === undefined || target === name || source.package === "bootstrap") return []
      const declared = { ...dependencies, ...peerDependencies, ...(isTestCode(source.local) ? devDependencies : {}) }
      return target in declared ? [] : [`${source.file}:${line}: ${specifier}`]
    })
    expectNone("an import that package.json does not declare (what src needs is no devDependency)", wrong)
  })

  it("every import of ours leads to a file", () => {
    expectNone("a file is imported that is not there", outstanding(lostImports(sources, resolveImport), {}))
  })

  it("no package leads back to itself", () => {
    const graph = new Map(packages.map((name) => [name, ours(name)]))
    expectNone("packages need each other", importCircles(graph).map(({ way }) => way.join(" → ")))
  })

  it("relative imports stay inside their package", () => {
    const wrong = importsOf(sources).flatMap(({ source, line, specifier }) => {
      const target = path.posix.join(path.posix.dirname(source.local), specifier)
      return specifier.startsWith(".") && target.startsWith("..") ? [`${source.file}:${line}: ${specifier}`] : []
    })
    expectNone("a relative import leaves its package", wrong)
  })

  it("src never imports from test", () => {
    const wrong = importsOf(within("src")).flatMap(({ source, line, specifier }) => {
      const target = path.posix.join(path.posix.dirname(source.local), specifier)
      return specifier.startsWith(".") && target.startsWith("test/") ? [`${source.file}:${line}: ${specifier}`] : []
    })
    expectNone("src imports from test", wrong)
  })

  it("the pure packages do no input and output", () => {
    const wrong = importsOf(within("src").filter((source) => pure.includes(source.package)))
      .filter(({ specifier }) => specifier.startsWith("node:") && !pureModules.includes(specifier))
      .map(({ source, line, specifier }) => `${source.file}:${line}: ${specifier}`)
    expectNone("event-sourcing and organization leave the outside world to others", wrong)
  })

  it("package.json declares only allowed ones, and tsconfig.json refers to exactly those", () => {
    const wrong = packages.flatMap((name) => {
      const declared = ours(name)
      const referred = references(name)
      const forbidden = declared.filter((dependency) => !oursFor(name, true).includes(dependency))
      return [
        ...forbidden.map((dependency) => `packages/${name}/package.json: ${scope}${dependency}`),
        ...(String(declared) === String(referred)
          ? []
          : [
            `packages/${name}/tsconfig.json: refers to [${referred.join()}], package.json declares [${declared.join()}]`
          ])
      ]
    })
    expectNone("manifests and references mirror the arrows", wrong)
  })

  it("the model of the specification owes nothing to the code, nor does what judges by it", () => {
    const model = {
      folder: "packages/simulation/src/model",
      mayImport: (name: string) => name.startsWith("@noble/hashes/")
    }
    const judge = {
      folder: "packages/simulation/src/check",
      // What a snapshot is, as a type: histories have some.
      mayImport: (name: string) => name.startsWith("../model/") || name === `${scope}event-sourcing/SnapshotStore`
    }
    expectNone("a judge must not ask whom it judges", [
      ...outstanding(dependences(sources, resolveImport, model), {}),
      ...outstanding(dependences(sources, resolveImport, judge), {})
    ])
  })

  it("effect is a peer dependency of the libraries", () => {
    const wrong = libraries.filter((name) => {
      const { dependencies = {}, peerDependencies = {} } = manifest(name)
      return !("effect" in peerDependencies) || "effect" in dependencies
    })
    expectNone("two copies of effect in one process are two identities for every service", wrong)
  })
})

describe("files", () => {
  it("no file is longer than 400 lines", () => {
    expectOnly("one concept a file, 400 lines at most", longFiles(sources), exceptions.longFiles)
  })

  it("no function is longer than 70 lines", () => {
    expectOnly("one thought a function, 70 lines at most", longFunctions(sources), exceptions.longFunctions)
  })

  it("no file leads back to itself by its imports, those of types included", () => {
    expectOnly("what two files need goes into a third", circles(sources, resolveImport), exceptions.circles)
  })

  it("no folder or file has a name that could hold anything", () => {
    const relative = folders().map((folder) => path.relative(Paths.root, folder).replaceAll(path.sep, "/"))
    const found = vagueNames(sources.map(({ file }) => file), relative)
    expectOnly("say what is inside", found, exceptions.vagueNames)
  })

  it("every file in src is named as something it exports, to the letter", () => {
    const found = misnamedFiles(sources, resolveImport).filter(({ subject }) => subject.includes("/src/"))
    expectOnly("a file is found by the name of what it exports", found, exceptions.misnamedFiles)
  })

  it("every public export of a library has a doc comment", () => {
    const wrong = within("src").filter((source) => libraries.includes(source.package))
      .filter(({ local }) => !local.startsWith("src/internal/") && local !== "src/index.ts")
      .flatMap((source) => {
        const all = source.exports
        // A type that shares its name with a documented value is documented there.
        const documented = new Set(all.filter((item) => item.isDocumented).map((item) => item.name))
        return all.filter((item) => !documented.has(item.name)).map((item) =>
          `${source.file}:${item.line}: ${item.name}`
        )
      })
    expectNone("say what it is, in which units, how it fails", wrong)
  })

  it("nothing names a folder of somebody's machine", () => {
    const home = new RegExp(String.raw`(?<![\w.$}])/(?:home/[a-z]|Users/[a-z]|root/|${"work"}/)`, "i")
    expectNone("an absolute path of one machine", occurrences(sources, home))
  })
})

describe("dependencies", () => {
  it("every version stands in the catalog, exactly", () => {
    const wrong = [undefined, ...packages].flatMap((name) => {
      const { dependencies, devDependencies, peerDependencies, optionalDependencies } = manifest(name)
      const all = { ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies }
      return Object.entries(all).filter(([, version]) => !/^(?:catalog:\w*|workspace:[*^])$/.test(version))
        .map(([dependency, version]) =>
          `${name === undefined ? "" : `packages/${name}/`}package.json: ${dependency} ${version}`
        )
    })
    expectNone("versions are pinned once, in pnpm-workspace.yaml", wrong)
  })
})

describe("tests", () => {
  const tests = sources.filter(({ local }) => isTestCode(local) && local !== "test/layout.test.ts")

  it("wait for conditions, not for time", () => {
    expectNone("a test that sleeps is slow and still fails on a busy machine", [
      ...occurrences(tests, /\bsetTimeout\(|node:timers\/promises/),
      // With the test clock a sleep takes no time.
      ...occurrences(
        tests.filter(({ lines }) => !lines.some((line) => line.includes("TestClock"))),
        /\bEffect\.sleep\(/
      )
    ])
  })

  it("none is run alone, none is skipped without a reason", () => {
    const isExplained = (source: { readonly lines: ReadonlyArray<string> }, index: number) =>
      /\/\//.test(source.lines[index] ?? "") || /^\s*\/\//.test(source.lines[index - 1] ?? "")
    expectNone("remove .only; give .skip a comment that says why", [
      ...occurrences(tests, /\b(?:it|test|describe)(?:\.\w+)*\.only\b/),
      ...occurrences(tests, /\b(?:it|test|describe)(?:\.\w+)*\.(?:skip|todo)\(|\.skip\(\s*\)/, isExplained)
    ])
  })
})
