import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import { Paths } from "../src/Paths.mjs"
import { within } from "./Workspace.ts"

const read = (file: string) => fs.readFileSync(path.join(Paths.root, file), "utf8")
const glossary = read("docs/glossary.md")

describe("the glossary", () => {
  it("names types that there are", () => {
    const named = [...glossary.matchAll(/\(`([A-Z][a-z]\w+)`\)/g)].map(([, name]) => name)
    const known = new Set(within("src").flatMap((source) => source.exports).map(({ name }) => name))
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !known.has(name ?? ""))).toEqual([])
  })

  it("says each word once, and is found from the README", () => {
    const words = [...glossary.matchAll(/^\| \*\*(.+?)\*\*/gm)].map(([, word]) => word)
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([])
    expect(read("README.md")).toContain("](docs/glossary.md)")
  })
})
