import { describe, expect, it } from "vitest"
import {
  circles,
  dependences,
  longFiles,
  longFunctions,
  lostImports,
  misnamedFiles,
  outstanding,
  type ResolveImport,
  type RuledSource,
  vagueNames
} from "./layoutRules.ts"
import { parseSource } from "./parseSource.ts"

/** A small workspace that exists nowhere: what its files say, by their names. */
const workspace = (files: Readonly<Record<string, string>>): ReadonlyArray<RuledSource> =>
  Object.entries(files).map(([file, text]) => ({
    ...parseSource(file, text),
    file,
    lineCount: text.split("\n").length
  }))

/** Packages are at `@a/name`; each file is in `src`. */
const resolve: ResolveImport = (specifier, from) => {
  if (specifier.startsWith("./")) return `${from.replace(/[^/]+$/, "")}${specifier.slice(2)}`
  const [scope, name, file] = specifier.split("/")
  return scope === "@a" ? `packages/${name}/src/${file}.ts` : undefined
}

const lines = (count: number, line = "  work()") => Array.from({ length: count }, () => line).join("\n")

const found = (files: Readonly<Record<string, string>>) =>
  circles(workspace(files), resolve).map(({ figure, line, says, subject }) => ({ figure, line, says, subject }))

describe("circles of imports", () => {
  it("are found from a file to itself and back over others, once each, at the line where they begin", () => {
    expect(found({
      "packages/x/src/a.ts": "import fs from \"node:fs\"\nimport { b } from \"./b.ts\"\nexport const a = [fs, b]",
      "packages/x/src/b.ts": "export { c } from \"./c.ts\"",
      "packages/x/src/c.ts": "import \"./a.ts\"",
      "packages/x/src/self.ts": "export * from \"./self.ts\"",
      "packages/x/src/end.ts": "import \"./a.ts\""
    })).toEqual([
      {
        subject: "packages/x/src/a.ts",
        line: 2,
        figure: 3,
        says: "3 files import each other, such as packages/x/src/a.ts → packages/x/src/b.ts → packages/x/src/c.ts → " +
          "packages/x/src/a.ts"
      },
      {
        subject: "packages/x/src/self.ts",
        line: 1,
        figure: 1,
        says: "1 files import each other, such as packages/x/src/self.ts → packages/x/src/self.ts"
      }
    ])
  })

  it.each([
    ["a type", "import type { B } from \"@a/y/b\""],
    ["a type among values", "import { type B } from \"@a/y/b\""],
    ["a type in place", "export type A = import(\"@a/y/b\").B"],
    ["a type in a comment of JavaScript", "/** @typedef {import(\"@a/y/b\").B} B */"],
    ["a re-exported type", "export type { B } from \"@a/y/b\""],
    ["a namespace", "export * as b from \"@a/y/b\""],
    ["an import while it runs", "export const a = () => import(\"@a/y/b\")"]
  ])("are found across packages by %s", (_, text) => {
    const back = { "packages/y/src/b.ts": "import \"@a/x/a\"" }
    expect(found({ "packages/x/src/a.ts": text, ...back })).toMatchObject([{ figure: 2, line: 1 }])
    expect(found({ "packages/x/src/a.ts": text })).toEqual([])
  })

  it("are not seen in what only looks like an import", () => {
    expect(found({
      "packages/x/src/a.ts": "// import \"./b.ts\"\nexport const a = `\nimport \"./b.ts\"\n`",
      "packages/x/src/b.ts": "import \"./a.ts\""
    })).toEqual([])
  })

  it("cannot hide behind an import that leads nowhere", () => {
    const files = workspace({ "packages/x/src/a.ts": "import \"./c.ts\"\nimport \"effect\"\nimport \"@a/y/z\"" })
    expect(lostImports(files, resolve)).toMatchObject([
      { subject: "packages/x/src/a.ts ./c.ts", line: 1 },
      { subject: "packages/x/src/a.ts @a/y/z", line: 3, says: "@a/y/z leads to packages/y/src/z.ts" }
    ])
  })
})

const functionsFound = (text: string, file = "packages/x/src/a.ts") =>
  longFunctions(workspace({ [file]: text })).map(({ figure, line, subject }) =>
    `${subject.replace(`${file} `, "")}:${line} ${figure}`
  )

describe("independent code", () => {
  it("imports what is in its own folder and what it may, of no other file and no package", () => {
    const files = workspace({
      "packages/x/src/judge/a.ts": "import \"./b.ts\"\nimport \"node:crypto\"\nimport type { c } from \"@a/x/c\"",
      "packages/x/src/judge/b.ts": "export * from \"effect\"",
      "packages/x/src/c.ts": "import \"effect\""
    })
    const rule = { folder: "packages/x/src/judge", mayImport: (name: string) => name === "node:crypto" }
    expect(dependences(files, resolve, rule).map(({ line, subject }) => `${subject}:${line}`)).toEqual([
      "packages/x/src/judge/a.ts @a/x/c:3",
      "packages/x/src/judge/b.ts effect:1"
    ])
  })
})

describe("long functions", () => {
  it.each([
    ["a declaration", `\nfunction a() {\n${lines(69)}\n}`, "a:2 71"],
    ["an arrow", `const a = () => {\n${lines(69)}\n}`, "a:1 71"],
    ["a method", `class A {\n  run() {\n${lines(69)}\n  }\n}`, "run:2 71"],
    ["a property", `const o = {\n  run: () => {\n${lines(69)}\n  }\n}`, "run:2 71"],
    ["a generator in a call", `export const a = Effect.fn(function*() {\n${lines(69)}\n})`, "a:1 71"],
    ["an expression", `const a = () =>\n  f(\n${lines(68, "    1,")}\n  )`, "a:1 71"],
    ["what has no name", `run(() => {\n${lines(69)}\n})`, "the file:1 71"]
  ])("are found: %s", (_, text, expected) => {
    expect(functionsFound(text)).toEqual([expected])
    expect(functionsFound(text.replace(/\n[^\n]*work\(\)|\n {4}1,/, ""))).toEqual([])
  })

  it("are found once each, also inside of others", () => {
    const inner = `  const inner = () => {\n${lines(70)}\n  }`
    expect(functionsFound(`const outer = () => {\n${inner}\n  return Effect.gen(function*() {\n${lines(70)}\n  })\n}`))
      .toEqual(["inner:2 72", "outer:1 146"])
  })

  it("are no lists of tests, but a test is a function", () => {
    const short = `  it("short", () => {\n${lines(30)}\n  })\n`
    const list = `describe("list", () => {\n${short.repeat(4)}})`
    expect(functionsFound(list)).toEqual([])
    expect(functionsFound(`export const contract = () => {\n${list}\n}`)).toEqual([])
    const made = `  it("short", Effect.gen(function*() {\n${lines(30)}\n  }))\n`
    expect(functionsFound(`describe("list", () => {\n${made.repeat(4)}})`)).toEqual([])
    expect(functionsFound(list.replaceAll("it(\"short\"", "each(\"short\""))).toEqual(["list:1 130"])
    expect(functionsFound(`describe("list", () => {\n${lines(69)}\n${short}})`)).toEqual(["list:1 71"])
  })
})

describe("files and folders", () => {
  it("are too long with more than 400 lines", () => {
    const text = (count: number) => lines(count, "work()")
    expect(longFiles(workspace({ "packages/x/src/a.ts": text(401), "packages/x/src/b.ts": text(400) })))
      .toEqual([{ subject: "packages/x/src/a.ts", line: 401, figure: 401, says: "401 lines" }])
  })

  it.each(["util", "utils", "common", "helper", "helpers", "shared", "core", "internal", "misc", "Utils"])(
    "say nothing when they are called %s",
    (name) => {
      const files = [`packages/x/src/${name}/a.ts`, `packages/x/src/${name}/deep/b.ts`, `packages/x/src/${name}.ts`]
      const folders = ["packages/x/src", `packages/x/src/${name}`, `packages/x/src/${name}/deep`]
      expect(vagueNames(files, folders).map(({ figure, subject }) => [subject, figure]))
        .toEqual([[folders[1], 2], [files[2], 1]])
    }
  )

  it.each([
    ["Overload", "export const overload = 1", "overload"],
    ["stateCache", "export interface StateCache {}\nexport const makeStateCache = 1", "StateCache"],
    ["Bundle", "export const makeBundle = 1", "makeBundle"],
    ["bundle", "export class BundleFailed {}", "BundleFailed"],
    ["other", "export const bundle = 1", "?"],
    ["nothing", "const nothing = 1", "?"]
  ])("are misnamed: %s with %s", (name, text, figure) => {
    expect(misnamedFiles(workspace({ [`packages/x/src/${name}.ts`]: text }), resolve)).toMatchObject([{ figure }])
  })

  it.each([
    ["overload", "export const overload = 1"],
    ["Overload", "export type Overload = 1\nexport const overload = 1"],
    ["Event", "export interface RecordedEvent {}\nexport const eventOf = 1"],
    ["contents", "export const teamContents = 1"],
    ["bundle", "export { run as makeBundle } from \"./run.ts\""],
    ["main", "run()"]
  ])("are named well: %s with %s", (name, text) => {
    expect(misnamedFiles(workspace({ [`packages/x/src/${name}.ts`]: text }), resolve)).toEqual([])
  })

  it("may be named as others import them as a whole", () => {
    expect(misnamedFiles(
      workspace({
        "packages/x/src/Names.ts": "export const encode = 1",
        "packages/x/src/main.ts": "import * as Names from \"./Names.ts\""
      }),
      resolve
    )).toEqual([])
  })
})

describe("exceptions", () => {
  const finding = (figure: number | string) => [{ subject: "a.ts run", line: 3, figure, says: `${figure} lines` }]

  it("excuse what they name, as long as it does not grow", () => {
    expect(outstanding(finding(80), {})).toEqual(["a.ts:3: run 80 lines"])
    expect(outstanding(finding(80), { "a.ts run": 80 })).toEqual([])
    expect(outstanding(finding(79), { "a.ts run": 80 })).toEqual([])
    expect(outstanding(finding(81), { "a.ts run": 80 })).toEqual(["a.ts:3: run 81 lines"])
    expect(outstanding(finding("runs"), { "a.ts run": "ran" })).toHaveLength(1)
  })

  it("fail when nothing needs them", () => {
    expect(outstanding([], { "a.ts run": 80 })).toEqual(["a.ts run: is as it should be, so take its exception away"])
  })
})
