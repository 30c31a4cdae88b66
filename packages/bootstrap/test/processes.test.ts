import fs from "node:fs"
import net from "node:net"
import os from "node:os"
import path from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import { Broker } from "../src/Broker.mjs"
import { LoggedProcess } from "../src/LoggedProcess.mjs"
import { probePort } from "../src/probePort.mjs"
import { saysReady } from "../src/Replica.mjs"
import { runCommand } from "../src/runCommand.mjs"

const cleanups: Array<() => void> = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

const temporaryFolder = () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bootstrap-"))
  cleanups.push(() => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A server that greets everyone with the same words, on a free port. */
const greeter = (greeting: string) =>
  new Promise<number>((resolve) => {
    const server = net.createServer((socket) => socket.end(greeting))
    cleanups.push(() => server.close())
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : 0)
    })
  })

describe("a port", () => {
  it("that greets as NATS is recognised", async () => {
    const port = await greeter(`INFO {"version":"2.15.1"}\r\n`)
    expect(await probePort(port)).toBe("nats")
    await expect(Broker.checkPort(port)).rejects.toThrow(/taken: a NATS server listens on it.*--port/)
  })

  it("that something else has is recognised", async () => {
    const port = await greeter("220 mail\r\n")
    expect(await probePort(port)).toBe("other")
    await expect(Broker.checkPort(port)).rejects.toThrow(/taken: another program has it/)
    expect(await probePort(await greeter(""))).toBe("other")
  })

  it("that nobody has is free", async () => {
    const port = await greeter("")
    for (const cleanup of cleanups.splice(0)) cleanup()
    expect(await probePort(port)).toBe("free")
  })
})

describe("runCommand", () => {
  it("answers for a command that does not exist, and leaves no timer behind", async () => {
    const module = new URL("../src/runCommand.mjs", import.meta.url)
    const script = `import(${JSON.stringify(module.href)}).then((m) => m.runCommand("no-such-command", []))
      .then(({ code }) => console.log(code))`
    expect(await runCommand(process.execPath, ["-e", script], { deadlineMillis: 20_000 })).toEqual({
      code: 0,
      output: "127\n"
    })
  })

  it("ends a command at its deadline", async () => {
    const { code } = await runCommand(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { deadlineMillis: 200 })
    expect(code).toBe(137)
  })
})

describe("LoggedProcess", () => {
  const start = (script: string) => {
    const folder = temporaryFolder()
    return new LoggedProcess({
      name: "child",
      file: process.execPath,
      args: ["-e", script],
      env: process.env,
      cwd: folder,
      log: path.join(folder, "child.log")
    })
  }

  it("waits for a line and stops on request", async () => {
    const child = start(`process.on("SIGTERM", () => process.exit(0)); console.log("up"); setInterval(() => {}, 1000)`)
    expect(await child.waitForLine((line) => line === "up", 10_000)).toBe(true)
    expect(await child.stop(10_000)).toBe(true)
    expect(child.end).toBe("ended with exit code 0")
  })

  it("tells how it ended and its last words", async () => {
    const child = start(`console.error("no such stream"); process.exit(3)`)
    expect(await child.waitForLine(() => false, 10_000)).toBe(false)
    expect(child.end).toBe("ended with exit code 3")
    expect(child.lastWords).toBe("no such stream")
    expect(fs.readFileSync(child.log, "utf8")).toBe("no such stream\n")
  })

  it("is killed when it does not stop", async () => {
    const child = start(`process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)`)
    await child.waitForLine((line) => line === "up", 10_000)
    expect(await child.stop(50)).toBe(false)
  })
})

describe("a replica's log", () => {
  it.each([
    [`{"message":"Ready","level":"INFO"}`, true],
    [`{"message":["replica is ready",{"subject":"x"}],"level":"INFO"}`, true],
    ["ready for commands", true],
    [`{"message":"not ready: broker unreachable"}`, false],
    [`{"message":"already there"}`, false],
    [`{"message":"connecting","state":"ready"}`, false],
    ["{ready", true]
  ])("%s says ready: %s", (line, isReady) => {
    expect(saysReady(line)).toBe(isReady)
  })
})
