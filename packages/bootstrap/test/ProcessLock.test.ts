import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import fs from "node:fs"
import path from "node:path"
import { createInterface } from "node:readline"
import { describe, expect, it, onTestFinished } from "vitest"
import { ProcessLock } from "../src/ProcessLock.mjs"
import { temporaryFolder } from "./temporaryFolder.ts"

const module = new URL("../src/ProcessLock.mjs", import.meta.url).href

/** A process that takes the lock it is told at the instant it is told, and says whether it has it. */
const contender = () => {
  const script = `
    const { ProcessLock } = await import(${JSON.stringify(module)})
    const { createInterface } = await import("node:readline")
    for await (const line of createInterface({ input: process.stdin })) {
      const { at, file } = JSON.parse(line)
      while (Date.now() < at);
      try { console.log("release" in ProcessLock.acquire(file) ? "won" : "lost") }
      catch (error) { console.log(String(error)) }
    }`
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["pipe", "pipe", "inherit"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    child,
    take: async (file: string, at = 0): Promise<unknown> => {
      child.stdin.write(`${JSON.stringify({ at, file })}\n`)
      return (await lines.next()).value
    }
  }
}

const kill = async (child: ChildProcess) => {
  child.kill("SIGKILL")
  await once(child, "exit")
}

/** What may stand where the lock belongs although nobody holds it. */
const remains: Record<string, (file: string) => void> = {
  nothing: () => {},
  "the number of a process that lives and is none of ours": (file) => fs.writeFileSync(file, "1\n"),
  "the number of the process that asks": (file) => fs.writeFileSync(file, `${process.pid}\n`),
  "no text": (file) => fs.writeFileSync(file, ""),
  garbage: (file) => fs.writeFileSync(file, Buffer.from([0, 255, 10, 13])),
  "a folder": (file) => fs.mkdirSync(file),
  "a folder with a pipe nobody reads": (file) => {
    fs.mkdirSync(file)
    spawnSync("mkfifo", [path.join(file, "1.abcdef")])
  },
  "a folder with a file and an empty folder": (file) => {
    fs.mkdirSync(path.join(file, "x"), { recursive: true })
    fs.writeFileSync(path.join(file, "1.abcdef"), "1")
  },
  "a link to nowhere": (file) => fs.symlinkSync("/nowhere/at/all", file),
  "a link to a file": (file) => fs.symlinkSync(import.meta.filename, file),
  "a link to itself": (file) => fs.symlinkSync(file, file),
  "a pipe": (file) => void spawnSync("mkfifo", [file])
}

describe("a lock", { timeout: 120_000 }, () => {
  it.each(Object.keys(remains))("is free where there is %s", (name) => {
    const file = path.join(temporaryFolder(), "lock")
    remains[name]?.(file)
    const lock = ProcessLock.acquire(file)
    expect(lock).toHaveProperty("release")
    expect(ProcessLock.acquire(file)).toEqual({ holder: process.pid, isOrphaned: false })
    if ("release" in lock) lock.release()
    expect(fs.readdirSync(path.dirname(file))).toEqual([])
    expect(fs.existsSync(import.meta.filename)).toBe(true)
  })

  it("is held while its process lives, and not a moment longer", async () => {
    const file = path.join(temporaryFolder(), "lock")
    const { child, take } = contender()
    expect(await take(file)).toBe("won")
    expect(ProcessLock.acquire(file)).toEqual({ holder: child.pid, isOrphaned: false })
    child.kill("SIGSTOP")
    expect(ProcessLock.acquire(file)).toEqual({ holder: child.pid, isOrphaned: false })
    await kill(child)
    expect(ProcessLock.acquire(file)).toHaveProperty("release")
  })

  it("does not remove what somebody else keeps there", () => {
    const file = path.join(temporaryFolder(), "lock")
    fs.mkdirSync(path.join(file, "photos"), { recursive: true })
    fs.writeFileSync(path.join(file, "photos", "one"), "")
    expect(() => ProcessLock.acquire(file)).toThrow(/photos is in the way of a lock, and not empty; move it away$/)
  })

  it("is taken by exactly one of many who try at one instant, whatever a killed one left there", async () => {
    const folder = temporaryFolder()
    const contenders = Array.from({ length: 6 }, contender)
    const victim = contender()
    const kinds = Object.keys(remains)
    const files = Array.from({ length: 24 }, (_, round) => path.join(folder, `lock-${round}`))
    for (const file of files.filter((_, round) => round % 2 === 0)) expect(await victim.take(file)).toBe("won")
    for (const [round, file] of files.entries()) if (round % 2 === 1) remains[kinds[round % kinds.length] ?? ""]?.(file)
    await kill(victim.child)
    await Promise.all(contenders.map(({ take }) => take(path.join(folder, "warm-up"))))
    for (const file of files) {
      const at = Date.now() + 5
      const outcomes = await Promise.all(contenders.map(({ take }) => take(file, at)))
      expect([file, ...outcomes.map(String).toSorted()]).toEqual([file, "lost", "lost", "lost", "lost", "lost", "won"])
    }
  })
})
