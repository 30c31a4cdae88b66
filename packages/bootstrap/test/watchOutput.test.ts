import { execFile } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import { Paths } from "../src/Paths.mjs"
import { smallDisk, temporaryFolder } from "./temporaryFolder.ts"

const watched = path.join(Paths.root, "packages/bootstrap/watched.mjs")
const full = "✗ standard output could not be written: no space left on device\n"
const noFull = !fs.existsSync("/dev/full")
const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
  fs.readFileSync(path.join(Paths.root, "package.json"), "utf8")
)

/** Runs a shell command with the Node that runs this; gives the exit code and what was said on standard error. */
const shell = (command: string) => {
  const { PATH, ...env } = process.env
  return new Promise<{ readonly code: number; readonly errors: string }>((resolve) => {
    const options = {
      cwd: Paths.root,
      env: { ...env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${PATH}` }
    }
    execFile("/bin/bash", ["-c", command], options, (error, _, errors) => {
      resolve({ code: error === null ? 0 : Number(error.code), errors })
    })
  })
}

/** A small program under watch, with its standard output there. */
const run = (text: string, redirection: string) =>
  shell(`node --import '${watched}' --input-type=module -e '${text}' ${redirection}`)

const says = [
  ["console.log", "console.log(1)"],
  ["a stream", "process.stdout.write(\"1\")"],
  ["a stream, ended at once", "process.stdout.write(\"1\"); process.exit(0)"],
  ["a stream, in bytes", "process.stdout.write(Buffer.from(\"1\"), () => {})"]
] as const

describe("output that is lost", () => {
  it.skipIf(noFull).each(says)("is an exit code: %s", async (_, text) => {
    expect(await run(text, "> /dev/full")).toEqual({ code: 4, errors: full })
  })

  it.skipIf(noFull)("is a word more when the program fails anyway, and none more when nobody can hear it", async () => {
    expect(await run("console.log(1); process.exitCode = 3", "> /dev/full")).toEqual({ code: 3, errors: full })
    expect(await run("console.log(1)", "> /dev/full 2> /dev/full")).toEqual({ code: 4, errors: "" })
  })

  it("is a quiet end when the reader has left", async () => {
    const text = "for (let n = 0; n < 1e5; n++) console.log(n)"
    expect(await run(text, "| head -n 1 > /dev/null; exit \"${PIPESTATUS[0]}\"")).toEqual({ code: 141, errors: "" })
  })

  it("is a quiet end when the reader has left and the program ends before it is told so", async () => {
    const text = "while (process.stdout.errored === null) process.stdout.write(\"1\"); process.exit(0)"
    expect(await run(text, "| true; exit \"${PIPESTATUS[0]}\"")).toEqual({ code: 141, errors: "" })
  })

  it.skipIf(noFull)("asks a program to end that listens to signals", async () => {
    const text = "process.once(\"SIGTERM\", () => process.exit(130)); console.log(1); setInterval(() => {}, 1000)"
    expect(await run(text, "> /dev/full")).toEqual({ code: 4, errors: full })
  })

  it("is noticed when a part of it was written", async (context) => {
    const disk = smallDisk(1)
    if (disk === undefined) return context.skip("needs root, to mount a small disk") // said by the reporter
    expect(await run("console.log(\"x\".repeat(2_000_000))", `> ${path.join(disk.folder, "out")}`))
      .toEqual({ code: 4, errors: full })
  })

  it("is none when all is written, in order", async () => {
    const file = path.join(temporaryFolder(), "out")
    const text = "console.log(\"ä\"); process.stdout.write(Buffer.from(\"b\"), () => console.log(\"c\"))"
    expect(await run(text, `> '${file}'`)).toEqual({ code: 0, errors: "" })
    expect(fs.readFileSync(file, "utf8")).toBe("ä\nbc\n")
    expect(await run(text, "> /dev/null")).toEqual({ code: 0, errors: "" })
  })

  it.skipIf(noFull)("is one of every program that npm runs", async () => {
    const programs = ["attack", "bench", "overload", "mutants", "explore"]
    const ends = await Promise.all(programs.map((name) => shell(`${scripts[name]} --help > /dev/full`)))
    // Before it may be said what was found of Node, dependencies and broker.
    expect(ends.map(({ code, errors }) => [code, errors.slice(-full.length)])).toEqual(programs.map(() => [4, full]))
    const unwatched = Object.entries(scripts).filter(([, script]) =>
      /\bnode\b/.test(script) && !/^exec node packages\/bootstrap\/(?:start|test|run)\.mjs\b/.test(script)
    )
    expect(unwatched).toEqual([])
  })

  it.skipIf(noFull).each(["start", "test"])("is an end in one line of npm %s -- --help", async (name) => {
    const { code, errors } = await shell(`${scripts[name]} --help > /dev/full`)
    expect([code, errors.split("\n")]).toEqual([1, [
      expect.stringMatching(/^error: standard output takes nothing/),
      ""
    ]])
  })
})
