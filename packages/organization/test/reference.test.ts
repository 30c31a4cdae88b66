import { assert, describe, it } from "@effect/vitest"
import { readFileSync, writeFileSync } from "node:fs"
import { commands, errors } from "./reference.ts"

const page = new URL("../../../docs/organization.md", import.meta.url)

/** Cells without the blanks that the formatter aligns columns with. */
const plain = (text: string) => text.replaceAll(/ *\| */g, "|").replaceAll(/\|-+(?=\|)/g, "|-").trim()

const between = (text: string, name: string) => {
  const [begin, end] = [`<!-- generated: ${name} -->\n`, `<!-- end: ${name} -->`]
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  assert.isTrue(from >= 0 && to > from, `the page has no part ${name}`)
  return {
    before: text.slice(0, from + begin.length),
    inside: text.slice(from + begin.length, to),
    after: text.slice(to)
  }
}

/** `UPDATE_DOCS=1` writes the page anew instead of comparing it; `npm run docs` does that. */
describe("the page for users of the domain says what the schemas say", () => {
  for (const [name, text] of Object.entries({ commands, errors })) {
    it(name, () => {
      const current = between(readFileSync(page, "utf8"), name)
      if (process.env["UPDATE_DOCS"] === "1") writeFileSync(page, `${current.before}\n${text}\n\n${current.after}`)
      else assert.strictEqual(plain(current.inside), plain(text), "run `npm run docs`")
    })
  }
})
