import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { PublishablePackage } from "../src/PublishablePackage.ts"

/** A program in a README, and what the README says that it prints. */
export interface ReadmeExample {
  /** Name of a file for it, without an extension. */
  readonly name: string
  readonly program: string
  /** Missing where no block of text comes next. */
  readonly prints: string | undefined
}

const block = /^```(\w+)\n([^]*?)^```$/gm

/** The programs in the README of a package: blocks of TypeScript, each with the block of text that comes next. */
export const readmeExamples = ({ folder, path }: PublishablePackage): ReadonlyArray<ReadmeExample> => {
  const blocks = [...readFileSync(join(path, "README.md"), "utf8").matchAll(block)]
    .map(([, language, text = ""]) => ({ language, text }))
  return blocks.flatMap(({ language, text }, index) => {
    const next = blocks[index + 1]
    const prints = next?.language === "text" ? next.text : undefined
    return language === "ts" ? [{ name: `${folder}-${index}`, program: text, prints }] : []
  })
}
