/** The line in which a name is declared, a property stands, or a group of tests begins. */
const lineOf = (lines: ReadonlyArray<string>, name: string): number => {
  const starts = [`const ${name} =`, `export const ${name} =`, `  ${name}: `, `describe("${name}"`, `${name}(`]
  const found = lines.flatMap((line, index) => starts.some((start) => line.startsWith(start)) ? [index] : [])
  if (found.length !== 1) throw new Error(`${found.length} lines begin ${name}`)
  return found[0]!
}

const indentOf = (line: string) => /^ */.exec(line)![0].length

/** Where the comment above a line begins. */
const beginOf = (lines: ReadonlyArray<string>, at: number): number =>
  lines.slice(0, at).findLastIndex((line) => !/^ *(\/\*\*| \*)/.test(line)) + 1

/** Where ends what begins in a line: it goes on as long as lines are further in, or close something. */
const endOf = (lines: ReadonlyArray<string>, at: number): number => {
  const indent = indentOf(lines[at]!)
  const closes = (line: string) => indentOf(line) === indent && /^[)\]}]/.test(line.trimStart())
  const goesOn = (line: string) => line === "" || indentOf(line) > indent || closes(line)
  const next = lines.findIndex((line, index) => index > at && !goesOn(line))
  return lines.slice(0, next === -1 ? lines.length : next).findLastIndex((line) => line !== "") + 1
}

/**
 * The part of a source that goes by a name, as it stands there: a declaration, a property of the value that the file is about,
 * or a group of tests, with the comment above it. `A to B` is both, and what is between. Without a name it is the whole.
 */
export const excerpt = (source: string, name: string | undefined): string => {
  const lines = source.trimEnd().split("\n")
  if (name === undefined) return lines.join("\n")
  const [first = "", last = first] = name.split(" to ")
  const at = lineOf(lines, first)
  return lines.slice(beginOf(lines, at), endOf(lines, lineOf(lines, last)))
    .map((line) => line.slice(indentOf(lines[at]!))).join("\n").replace(/,$/, "")
}
