import path from "node:path"
import { type ESTree, type ParseResult, parseSync, Visitor } from "vite"

/** A name of another module in an import or re-export: of values or of types, static, dynamic, or in a comment. */
export interface Import {
  readonly line: number
  readonly specifier: string
  /** The name of the whole module, in `import * as Name` and `export * as Name`. */
  readonly namespace: string | undefined
}

/** A declaration that other files can import. */
export interface Export {
  readonly name: string
  readonly line: number
  readonly isDocumented: boolean
}

/** A function, or what is made with one, such as an effect of a generator. */
export interface FunctionSpan {
  /** The name of what holds it, or the title of the test that it is. */
  readonly name: string
  readonly line: number
  /** From its first line to its last, without the tests that are registered in it. */
  readonly length: number
}

/** What the layout rules look at in one file. */
export interface ParsedSource {
  readonly imports: ReadonlyArray<Import>
  readonly exports: ReadonlyArray<Export>
  readonly functions: ReadonlyArray<FunctionSpan>
}

/** Reads a file as the compiler does. Throws when it cannot. */
export const parseSource = (file: string, text: string): ParsedSource => {
  const { comments, errors, program } = parseSync(file, text, {
    lang: path.extname(file).endsWith("ts") ? "ts" : "js",
    sourceType: "module"
  })
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors.map(({ message }) => message).join("; ")}`)
  const lineOf = lineIn(text)
  return {
    imports: [...importsOf(program, lineOf), ...comments.flatMap((comment) => importsInComment(comment, lineOf))],
    exports: exportsOf(program, lineOf, documented(comments, text)),
    functions: functionsOf(program, lineOf)
  }
}

type Comment = ParseResult["comments"][number]

type LineOf = (offset: number) => number

/** Line numbers of offsets, from 1. */
const lineIn = (text: string): LineOf => {
  const starts = [0]
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1)
  return (offset) => {
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

const importsOf = (program: ESTree.Program, lineOf: LineOf): ReadonlyArray<Import> => {
  const found: Array<Import> = []
  const add = (source: ESTree.Node | null, namespace?: string) => {
    if (source === null || source.type !== "Literal" || typeof source.value !== "string") return
    found.push({ line: lineOf(source.start), specifier: source.value, namespace })
  }
  new Visitor({
    ImportDeclaration: ({ source, specifiers }) =>
      add(source, specifiers.find((each) => each.type === "ImportNamespaceSpecifier")?.local.name),
    ExportNamedDeclaration: ({ source }) => add(source),
    ExportAllDeclaration: ({ exported, source }) => add(source, exported === null ? undefined : nameOf(exported)),
    ImportExpression: ({ source }) => add(source),
    TSImportType: ({ source }) => add(source)
  }).visit(program)
  return found
}

/** JavaScript says its types in comments. */
const importsInComment = ({ start, value }: Comment, lineOf: LineOf): ReadonlyArray<Import> =>
  [...value.matchAll(/\bimport\("([^"]+)"\)/g)].map(({ 1: specifier = "", index }) => ({
    line: lineOf(start + index),
    specifier,
    namespace: undefined
  }))

const nameOf = (node: ESTree.ModuleExportName): string => node.type === "Literal" ? node.value : node.name

/** Whether a doc comment stands right before an offset. */
const documented = (comments: ReadonlyArray<Comment>, text: string) => (offset: number): boolean => {
  const last = comments.findLast(({ end }) => end <= offset)
  return last?.type === "Block" && last.value.startsWith("*") && text.slice(last.end, offset).trim() === ""
}

/** What a statement declares, by name. */
const declaredBy = (node: ESTree.Node): ReadonlyArray<string> => {
  if (node.type === "VariableDeclaration") {
    return node.declarations.flatMap(({ id }) => id.type === "Identifier" ? [id.name] : [])
  }
  return "id" in node && node.id?.type === "Identifier" ? [node.id.name] : []
}

/** By declaration, by list (`export { a }`), and as a namespace (`export * as a`). */
const exportsOf = (
  program: ESTree.Program,
  lineOf: LineOf,
  isDocumented: (offset: number) => boolean
): ReadonlyArray<Export> => {
  const declarations = new Map(program.body.flatMap((node) => declaredBy(node).map((name) => [name, node.start])))
  return program.body.flatMap((node): ReadonlyArray<Export> => {
    const at = (name: string, offset = node.start) => ({
      name,
      line: lineOf(node.start),
      isDocumented: isDocumented(offset)
    })
    switch (node.type) {
      case "ExportAllDeclaration":
        return node.exported === null ? [] : [at(nameOf(node.exported))]
      case "ExportDefaultDeclaration":
        return declaredBy(node.declaration).map((name) => at(name))
      case "ExportNamedDeclaration":
        if (node.declaration !== null) return declaredBy(node.declaration).map((name) => at(name))
        return node.specifiers.map(({ exported, local }) => {
          const declared = declarations.get(nameOf(local))
          // What another file declares is documented there.
          return declared === undefined
            ? { ...at(nameOf(exported)), isDocumented: true }
            : at(nameOf(exported), declared)
        })
      default:
        return []
    }
  })
}

/** What registers tests. The functions that it is given are tests, or lists of tests. */
const registrars = new Set(["describe", "it", "test", "layer"])

/** `it.effect.prop` and `layer(memory)("title", …)` begin with the name that tells. */
const rootOf = (node: ESTree.Node): string => {
  if (node.type === "Identifier") return node.name
  if (node.type === "CallExpression") return rootOf(node.callee)
  return node.type === "MemberExpression" ? rootOf(node.object) : ""
}

const titleOf = (node: ESTree.Node | undefined): string => {
  if (node?.type === "Literal") return String(node.value)
  return node?.type === "TemplateLiteral" ? node.quasis.map(({ value }) => value.cooked ?? "").join("…") : ""
}

/** The title of a test that a call registers, if it does. A call such as `layer(memory)` is only the beginning of one. */
const registered = ({ arguments: args, callee }: ESTree.CallExpression): string | undefined =>
  registrars.has(rootOf(callee)) &&
    (titleOf(args[0]) !== "" && args.length > 1 || args.some((each) => each.type.endsWith("FunctionExpression")))
    ? titleOf(args[0])
    : undefined

/** What gives its name to the functions in it. */
const namedHolders = ["VariableDeclarator", "Property", "MethodDefinition", "PropertyDefinition"] as const

/** What holds functions, by where it is named. */
const nameOfHolder = (
  node: ESTree.VariableDeclarator | ESTree.ObjectProperty | ESTree.MethodDefinition | ESTree.PropertyDefinition
) => node.type === "VariableDeclarator" ? rootOf(node.id) : rootOf(node.key) || titleOf(node.key)

/** A function, or a call that registers a test, that is being read. */
interface Open {
  readonly name: string
  /** How many names are around it: a function with the names of the one around it is a part of that one. */
  readonly depth: number
  /** Lines of tests in it so far. */
  tests: number
}

const functionsOf = (program: ESTree.Program, lineOf: LineOf): ReadonlyArray<FunctionSpan> => {
  const found: Array<FunctionSpan> = []
  const names: Array<string> = []
  const open: Array<Open> = []
  const linesOf = ({ end, start }: ESTree.Span) => lineOf(end - 1) - lineOf(start) + 1
  const push = (name: string | undefined) => void names.push(name ?? names.at(-1) ?? "")
  const enter = () => void open.push({ name: names.at(-1) ?? "the file", depth: names.length, tests: 0 })
  /** Ends what was open, and gives the lines of tests in it to what is around it. */
  const close = (testsOf: (closed: Open) => number): Open => {
    const closed = open.pop()!
    const around = open.at(-1)
    if (around !== undefined) around.tests += testsOf(closed)
    return closed
  }
  const leave = (node: ESTree.Span) => {
    const { depth, name, tests } = close((closed) => closed.tests)
    const isPart = open.at(-1)?.depth === depth
    if (!isPart) found.push({ name, line: lineOf(node.start), length: linesOf(node) - tests })
  }
  const holders = Object.fromEntries(namedHolders.flatMap((type) => [
    [type, (node: Parameters<typeof nameOfHolder>[0]) => push(nameOfHolder(node))],
    [`${type}:exit`, () => names.pop()]
  ]))
  new Visitor({
    ...holders,
    FunctionDeclaration: ({ id }) => [push(id?.name), enter()],
    "FunctionDeclaration:exit": (node) => [leave(node), names.pop()],
    FunctionExpression: enter,
    "FunctionExpression:exit": leave,
    ArrowFunctionExpression: enter,
    "ArrowFunctionExpression:exit": leave,
    CallExpression: (node) => {
      const title = registered(node)
      if (title === undefined) return
      enter()
      push(title)
    },
    "CallExpression:exit": (node) => {
      if (registered(node) === undefined) return
      names.pop()
      close(() => linesOf(node))
    }
  }).visit(program)
  return found
}
