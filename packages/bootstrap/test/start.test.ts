import { once } from "node:events"
import fs from "node:fs"
import net from "node:net"
import path from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { freePort, isRunning, ownOptions, patienceMillis, Started, until } from "./Started.ts"
import { noDisk, smallDisk, temporaryFolder } from "./temporaryFolder.ts"

const timeout = 3 * patienceMillis

/** Runs it to its end, which has to be one line and no process. */
const refusal = async (started: Started) => {
  const { code, errors } = await started.ended()
  expect(errors).toHaveLength(1)
  expect(started.pids).toEqual([])
  return `${code} ${errors[0]}`
}

/** Founds organizations, without waiting for answers, until somebody ends the connection. */
const founder = (port: string | undefined) => {
  const socket = net.connect({ host: "127.0.0.1", port: Number(port) })
  socket.on("error", () => {}).resume()
  onTestFinished(() => void socket.destroy())
  const body = JSON.stringify({ command_type: "CreateOrganization", name: "Acme", organization_type: "LLC" })
  socket.write(`CONNECT {"verbose":false}\r\n`)
  return () => {
    socket.write(`PUB organization.commands.new.create_organization answers ${body.length}\r\n${body}\r\n`)
    return false
  }
}

describe("npm start", { timeout }, () => {
  it("takes paths from where the person stands, and a second one on the same data is refused; both end with npm", async () => {
    const data = path.join(temporaryFolder(), "Daten für ’s Büro")
    fs.mkdirSync(data)
    fs.writeFileSync(path.join(data, "lock"), "1\n")
    const options = await ownOptions(path.relative(path.resolve(import.meta.dirname, "../../../docs"), data))
    const first = Started.byNpm("docs", options)
    const pids = await first.ready()
    expect(fs.readdirSync(data)).toContain("jetstream")
    const second = Started.directly(["--data", data, "--port", String(await freePort())])
    expect(await refusal(second)).toMatch(
      /^1 error: '.*Büro' is in use by process \d+; use that one, stop it, or choose/
    )
    process.kill(first.child.pid ?? 0, "SIGKILL")
    await until(() => "the end of all of it", () => pids.every((pid) => !isRunning(pid)))
    await until(() => "the lock's release", () => !fs.existsSync(path.join(data, "lock")))
  })

  it("starts another service on the data of the first, which keeps its own", async () => {
    const folder = path.join(temporaryFolder(), "data")
    const options = await ownOptions(folder)
    const first = Started.directly(options)
    await first.ready()
    first.child.kill("SIGTERM")
    expect(await first.ended()).toMatchObject({ code: 0 })
    const second = Started.directly(["--service", "person", ...options])
    await second.ready()
    expect(second.out).toContain("req person.commands.new.register_person")
    const streams = fs.readdirSync(path.join(folder, "jetstream/$G/streams"))
    expect(streams.toSorted()).toEqual(
      ["ORGANIZATION", "PERSON"].flatMap((name) => [`${name}_EVENTS`, `${name}_SNAPSHOTS`])
    )
    second.child.kill("SIGTERM")
    expect(await second.ended()).toMatchObject({ code: 0 })
  })

  it("leaves nothing behind when it is killed, and the next one waits for that", async () => {
    const options = await ownOptions()
    const first = Started.directly(options)
    const [broker = 0, replica = 0] = await first.ready()
    first.child.kill("SIGKILL")
    const second = Started.directly(options)
    const [, stuck = 0] = await second.ready()
    expect([broker, replica].filter(isRunning)).toEqual([])
    process.kill(stuck, "SIGSTOP")
    second.child.kill("SIGTERM")
    await until(
      () => "the second request",
      () => {
        // Once it has said so it may be gone before the next look.
        if (second.out.includes("ending the replicas")) return true
        second.child.kill("SIGINT")
        return false
      }
    )
    const { code, errors } = await second.ended()
    expect(code).toBe(0)
    expect(["", "waiting for the end of what a killed run left behind"]).toContain(errors.join("\n"))
  })

  it("ends in one line when nobody reads it any more", async () => {
    const started = Started.directly(await ownOptions())
    await until(() => "the broker's line", () => started.pids.length > 0)
    started.child.stdout?.destroy()
    const { code, errors } = await started.ended()
    expect([code, ...errors]).toEqual([1, expect.stringMatching(/^error: standard output has no reader any more: /)])
  })

  it("ends when the disk of its broker is full, and says so", async (context) => {
    const disk = smallDisk(24)
    if (disk === undefined) return context.skip(noDisk) // said by the reporter
    const options = await ownOptions(path.join(disk.folder, "data"))
    const started = Started.directly(options)
    await started.ready()
    disk.fill()
    const found = founder(options[3])
    await until(() => `the end: ${started.errors}`, () => started.child.exitCode !== null || found())
    const { code, errors } = await started.ended()
    expect(code).toBe(1)
    expect(errors.at(-1)).toMatch(
      /^error: the broker cannot store in \S+: the disk is full \(ENOSPC\); make room there, and start again/
    )
    expect(errors.slice(0, -1).every((line) => line.startsWith("warning: lines of "))).toBe(true)
  })
})

describe("npm start refuses", { timeout }, () => {
  it("disks that take nothing", async (context) => {
    const disk = smallDisk(8)
    if (disk === undefined) return context.skip(noDisk) // said by the reporter
    const options = await ownOptions(path.join(disk.folder, "data"))
    disk.fill()
    expect(await refusal(Started.directly(options))).toMatch(/^1 error: the disk of \S+ is full: 0.0 MiB are free/)
    disk.makeReadOnly()
    expect(await refusal(Started.directly(await ownOptions(path.join(disk.folder, "other")))))
      .toMatch(
        /^1 error: \S+ cannot keep the data: the disk is read-only \(EROFS\); make it writable, or choose another/
      )
  })

  it("what is no folder", async () => {
    const folder = temporaryFolder()
    const at = (name: string) => path.join(folder, name)
    fs.writeFileSync(at("file"), "")
    fs.symlinkSync("nowhere", at("dangling"))
    fs.symlinkSync("circle", at("circle"))
    const port = String(await freePort())
    const cases: ReadonlyArray<readonly [string, RegExp]> = [
      [at("file"), /a file, .*stands where a folder should be \(EEXIST\)/],
      [at("file/below"), /a file.* stands where a folder should be \((EEXIST|ENOTDIR)\)/],
      [at("dangling"), /a link that leads nowhere, stands where a folder should be/],
      [at("circle/below"), /links on the way lead in a circle \(ELOOP\)/],
      [at("x".repeat(300)), /the path is too long \(ENAMETOOLONG\)/],
      [at("x/".repeat(2_000)), /the path of the data folder has \d+ bytes; accepted are \d+/]
    ]
    const lines = await Promise.all(cases.map(([data]) => refusal(Started.directly(["--data", data, "--port", port]))))
    for (const [index, [, expected]] of cases.entries()) expect(lines[index]).toMatch(expected)
    for (const line of lines) expect(line).toMatch(/^1 error: .*npm start -- --data DIR/)
  })

  it("a port of somebody else, a standard output without room, and what it does not understand", async () => {
    const silent = net.createServer().listen(0, "127.0.0.1")
    onTestFinished(() => void silent.close())
    await once(silent, "listening")
    const address = silent.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    const data = path.join(temporaryFolder(), "data")
    expect(await refusal(Started.directly(["--data", data, "--port", String(port)])))
      .toMatch(new RegExp(`^1 error: port ${port} is taken: another program has it; .*--port `))
    expect(fs.readdirSync(data)).toEqual([])
    expect(await refusal(Started.directly(["--daat", data]))).toMatch(/^2 error: .*'--daat': did you mean --data\?/)
    const swallowed = Started.directly([], { npm_config_port: "4333" })
    expect(await refusal(swallowed)).toMatch(/^2 error: npm took --port for itself: put `--` before/)
    if (!fs.existsSync("/dev/full")) return
    const full = await Started.inShell("> /dev/full", await ownOptions()).ended()
    expect([full.code, ...full.errors]).toEqual([1, expect.stringMatching(/standard output takes nothing \(ENOSPC\)/)])
  })
})
