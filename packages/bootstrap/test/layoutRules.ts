import path from "node:path"
import { importCircles, type ImportGraph } from "./importCircles.ts"
import type { ParsedSource } from "./parseSource.ts"

/** A file that the rules look at. */
export interface RuledSource extends ParsedSource {
  /** Path from the root of the repository, such as `packages/nats/src/NatsUrl.ts`. */
  readonly file: string
  readonly lineCount: number
}

/** A place that breaks a rule. */
export interface Finding {
  /** What breaks it: a file, a folder, or what is in a file. Stays the same while lines move. */
  readonly subject: string
  readonly line: number
  /** How much it is, or how it should be called. */
  readonly figure: number | string
  readonly says: string
}

const fileLinesMax = 400
const functionLinesMax = 70

/** Files longer than may be. */
export const longFiles = (sources: ReadonlyArray<RuledSource>): ReadonlyArray<Finding> =>
  sources.filter(({ lineCount }) => lineCount > fileLinesMax).map(({ file, lineCount }) => ({
    subject: file,
    line: fileLinesMax + 1,
    figure: lineCount,
    says: `${lineCount} lines`
  }))

/** Functions longer than may be. */
export const longFunctions = (sources: ReadonlyArray<RuledSource>): ReadonlyArray<Finding> =>
  sources.flatMap(({ file, functions }) =>
    functions.filter(({ length }) => length > functionLinesMax).map(({ length, line, name }) => ({
      subject: `${file} ${name}`,
      line,
      figure: length,
      says: `${length} lines`
    }))
  )

/** Where a specifier leads: a file of the repository, or `undefined` when it is none of ours. */
export type ResolveImport = (specifier: string, from: string) => string | undefined

/** Files that import each other, within a package or across. */
export const circles = (sources: ReadonlyArray<RuledSource>, resolve: ResolveImport): ReadonlyArray<Finding> => {
  const graph: ImportGraph = new Map(sources.map(({ file, imports }) => [
    file,
    imports.map(({ specifier }) => resolve(specifier, file)).filter((target) => target !== undefined)
  ]))
  return importCircles(graph).map(({ files, way }) => {
    const [file = "", next = ""] = way
    const first = sources.find((source) => source.file === file)
    return {
      subject: file,
      line: first?.imports.find(({ specifier }) => resolve(specifier, file) === next)?.line ?? 1,
      figure: files.length,
      says: `${files.length} files import each other, such as ${way.join(" → ")}`
    }
  })
}

/** Imports of ours that lead to no file: the search for circles would not see beyond them. */
export const lostImports = (sources: ReadonlyArray<RuledSource>, resolve: ResolveImport): ReadonlyArray<Finding> => {
  const known = new Set(sources.map(({ file }) => file))
  return sources.flatMap(({ file, imports }) =>
    imports.flatMap(({ line, specifier }) => {
      const target = resolve(specifier, file)
      return target === undefined || known.has(target)
        ? []
        : [{ subject: `${file} ${specifier}`, line, figure: 1, says: `${specifier} leads to ${target}` }]
    })
  )
}

/** Code that has to owe nothing to other code, so that it can judge it. */
export interface Independent {
  /** The folder that it is in. */
  readonly folder: string
  /** Whether it may import what leads to no file of its own folder. */
  readonly mayImport: (specifier: string) => boolean
}

/** What is imported into code that has to be independent of it. */
export const dependences = (
  sources: ReadonlyArray<RuledSource>,
  resolve: ResolveImport,
  { folder, mayImport }: Independent
): ReadonlyArray<Finding> =>
  sources.filter(({ file }) => file.startsWith(`${folder}/`)).flatMap(({ file, imports }) =>
    imports.flatMap(({ line, specifier }) => {
      const isInside = resolve(specifier, file)?.startsWith(`${folder}/`) === true
      return isInside || mayImport(specifier)
        ? []
        : [{ subject: `${file} ${specifier}`, line, figure: 1, says: `imports ${specifier}` }]
    })
  )

/** Names that could hold anything, or say only who may look. */
const vague = /^(utils?|common|helpers?|shared|core|misc|internal)$/i

/** Folders and files with a name that says nothing of what is inside. */
export const vagueNames = (files: ReadonlyArray<string>, folders: ReadonlyArray<string>): ReadonlyArray<Finding> => [
  ...folders.filter((folder) => vague.test(path.posix.basename(folder))).map((folder) => {
    const inside = files.filter((file) => file.startsWith(`${folder}/`)).length
    return { subject: folder, line: 1, figure: inside, says: `a folder with ${inside} files` }
  }),
  ...files.filter((file) => vague.test(stemOf(file))).map((file) => ({
    subject: file,
    line: 1,
    figure: 1,
    says: "a file"
  }))
]

const stemOf = (file: string) => path.posix.basename(file).replace(/(\.test)?\.\w+$/, "")

/** Names of files that need not be found among the exports: programs, indexes, and what is named by what all exports are. */
const collections = [
  "main",
  "index",
  "Identifiers",
  "Service",
  "arbitraries",
  "departmentFields",
  "facilityFields",
  "nextFields",
  "organizationFields",
  "protocol",
  "quantities",
  "roleFields",
  "teamFields",
  "valueArbitraries"
]

/** Files that are named otherwise than what they export, be it only by a capital letter. */
export const misnamedFiles = (
  sources: ReadonlyArray<RuledSource>,
  resolve: ResolveImport
): ReadonlyArray<Finding> => {
  const namespaces = namespacesOf(sources, resolve)
  return sources.flatMap(({ exports, file }) => {
    const name = stemOf(file)
    if (collections.includes(name)) return []
    const right = rightName(name, [...exports.map((each) => each.name), ...(namespaces.get(file) ?? [])])
    if (right === name) return []
    const line = exports.find((each) => each.name === right)?.line ?? 1
    return [{ subject: file, line, figure: right ?? "?", says: `exports ${right ?? "nothing of that name"}` }]
  })
}

/**
 * How a file should be called: as it is, when that is an export, or when an export of several words has it among them and
 * begins as it does, with a capital letter or without (`Event` finds `RecordedEvent`, `contents` finds `teamContents`). Else
 * as the export that differs from it the least; `undefined` without any.
 */
const rightName = (name: string, exported: ReadonlyArray<string>): string | undefined => {
  if (exported.includes(name)) return name
  const same = exported.find((other) => other.toLowerCase() === name.toLowerCase())
  if (same !== undefined) return same
  const singular = name.toLowerCase().replace(/s$/, "")
  const containing = exported.filter((other) => other.toLowerCase().includes(singular))
  return containing.some((other) => isCapital(other) === isCapital(name)) ? name : containing[0]
}

const isCapital = (name: string) => /^[A-Z]/.test(name)

/** The names under which files are imported as a whole. */
const namespacesOf = (
  sources: ReadonlyArray<RuledSource>,
  resolve: ResolveImport
): ReadonlyMap<string, ReadonlyArray<string>> => {
  const names = new Map<string, Array<string>>()
  for (const { file, imports } of sources) {
    for (const { namespace, specifier } of imports) {
      const target = resolve(specifier, file)
      if (namespace === undefined || target === undefined) continue
      names.set(target, [...(names.get(target) ?? []), namespace])
    }
  }
  return names
}

/** What may still break a rule: each subject with its figure. */
export type Exceptions = Readonly<Record<string, number | string>>

/**
 * What is left to mend: findings that are no exception or are worse than it says, and exceptions that are needed no more. One
 * line each.
 */
export const outstanding = (findings: ReadonlyArray<Finding>, exceptions: Exceptions): ReadonlyArray<string> => {
  const isExcepted = ({ figure, subject }: Finding) => {
    const most = exceptions[subject]
    return typeof most === "number" && typeof figure === "number" ? figure <= most : most === figure
  }
  const found = new Set(findings.map(({ subject }) => subject))
  return [
    ...findings.filter((finding) => !isExcepted(finding)).map(({ line, says, subject }) => {
      const [file = "", ...rest] = subject.split(" ")
      return [`${file}:${line}:`, ...rest, says].join(" ")
    }),
    ...Object.keys(exceptions).filter((subject) => !found.has(subject)).map((subject) =>
      `${subject}: is as it should be, so take its exception away`
    )
  ]
}
