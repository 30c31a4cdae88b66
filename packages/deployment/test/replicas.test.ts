import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { eventuallySeen } from "@cim-domain/testbed/eventually"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { boot, type Machine } from "./Machine.ts"
import { Nix, root } from "./Nix.ts"

const reason = Nix.bootObstacle
const isSkipped = Nix.skipped("replicas under systemd", reason)

// A pair made for this test.
const seed = "SUAFGXVGEJIJKMMJ3U7KSLGYSRITVLI4GMTSZ3ATGWKA72X4YSACCZX74E"
const publicKey = "UCVDVINTMUV76IVWY7M52JBPQ3VXZFBBEADWQ7OOC7T6ZQFNDG3YBROO"
// What docs/deployment.md tells operators to permit, and no more.
const permissions = /permissions: \{[\s\S]*?\n\}/.exec(readFileSync(join(root, "docs/deployment.md"), "utf8"))?.[0]
const authorization = `authorization { users: [
  { nkey: ${publicKey}, ${permissions} }
  { user: operator, password: secret }
] }`

const replicas = ["replica-1", "replica-2", "replica-3"]
const late = "/etc/organization/late.nk"

/** What the replicas are started with: a broker that is away, and a secret that one of them has not got yet. */
class Site extends Context.Service<Site, {
  readonly machine: Machine
  readonly broker: NatsServer
  /** The command `organization`, as Nix built it. */
  readonly organization: (...args: ReadonlyArray<string>) => ReturnType<typeof Nix.run>
}>()("@cim-domain/deployment/test/replicas.test/Site") {
  static readonly layer = Layer.effect(
    Site,
    Effect.gen(function*() {
      const broker = yield* NatsServer.server({ config: authorization })
      yield* broker.stop
      yield* Nix.build("organization-service")
      const cli = `${yield* Nix.build("organization-cli")}/bin/organization`

      const unit = (nkeyFile: string) => {
        const settings = JSON.stringify({ natsUrl: broker.url, nkeyFile, snapshotFrequency: 1 })
        return Nix.evaluate("nix/tests/build.nix", "unit", ...Nix.hostTools(), "--argstr", "settings", settings)
      }
      const text: string = yield* unit("/etc/organization/replica.nk")
      const folder = "/etc/systemd/system"
      const machine = yield* boot({
        wanted: [...replicas, "replica-4"].map((name) => `${name}.service`),
        files: {
          "/etc/organization/replica.nk": `${seed}\n`,
          ...Object.fromEntries(replicas.map((name) => [`${folder}/${name}.service`, text])),
          [`${folder}/replica-4.service`]: yield* unit(late),
          // The boot goes on without the broker; sooner than in production, to save time.
          [`${folder}/replica-.service.d/boot.conf`]: "[Unit]\nJobRunningTimeoutSec=3s\n",
          // The one that will hang is found out sooner, too, and one beside it is watched as closely.
          [`${folder}/replica-3.service.d/watchdog.conf`]: "[Service]\nWatchdogSec=5s\n",
          [`${folder}/replica-4.service.d/watchdog.conf`]: "[Service]\nWatchdogSec=5s\n"
        }
      })
      const url = broker.url.replace("://", "://operator:secret@")
      return { machine, broker, organization: (...args) => Nix.run(cli, args, { NATS_URL: url, NO_COLOR: "1" }) }
    })
  )
}

const active = (name: string) =>
  Effect.flatMap(
    Site,
    ({ machine }) =>
      eventuallySeen(`${name} is active`, machine.property(name, "ActiveState"), (state) => state === "active")
  )

const connected = (name: string) =>
  Effect.flatMap(Site, ({ machine }) =>
    eventuallySeen(
      `${name} says that it is connected`,
      machine.property(name, "StatusText"),
      (text) => text.startsWith("connected to")
    ))

/** Patient: what a replica that hangs was asked is asked again. */
const create = Effect.fnUntraced(function*(name: string) {
  const { organization } = yield* Site
  const { code, err, out } = yield* organization("create", name, "--timeout", "60")
  assert.strictEqual(code, 0, out + err)
})

const restarts = (names: ReadonlyArray<string>) =>
  Effect.flatMap(Site, ({ machine }) => Effect.forEach(names, (name) => machine.property(name, "NRestarts")))

/** Everything that was done to a process, from /proc. */
const processFacts = Effect.fnUntraced(function*(name: string) {
  const { machine } = yield* Site
  const pid = yield* machine.property(name, "MainPID")
  const status = yield* machine.status(pid)
  const field = (key: string) => new RegExp(`^${key}:\\s*(.*)$`, "m").exec(status)?.[1]
  const open = (yield* machine.run("ls", "-l", `/proc/${pid}/fd`)).said
  const sockets = new Set([...open.matchAll(/socket:\[(\d+)\]/g)].map(([, inode]) => inode))
  const tables = (yield* machine.run("cat", "/proc/net/tcp", "/proc/net/tcp6")).said
  // The state 0A is LISTEN; the tenth column is the inode.
  const listening = tables.split("\n").map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[3] === "0A" && sockets.has(columns[9]))
  return { field, sockets: sockets.size, listening: listening.length }
})

layer(Site.layer, { timeout: "5 minutes", excludeTestServices: true })(
  `replicas under systemd${reason === undefined ? "" : `, skipped: ${reason}`}`,
  (it) => {
    const test = (name: string, body: Effect.Effect<void, unknown, Site>) =>
      it.effect.skipIf(isSkipped)(name, () => body as Effect.Effect<void, never, Site>, { timeout: 180_000 })

    test(
      "without a broker the boot goes on, and nothing is started again",
      Effect.gen(function*() {
        const { machine } = yield* Site
        assert.strictEqual(yield* machine.property("test.target", "ActiveState"), "active")
        for (const name of replicas) {
          assert.strictEqual(yield* machine.property(name, "ActiveState"), "activating")
          assert.match(yield* machine.property(name, "StatusText"), /^waiting for the broker at nats:/)
        }
        assert.deepStrictEqual(yield* restarts(replicas), ["0", "0", "0"])
        // From here on as in production: a stop, too, would be given up so soon.
        yield* machine.write("/etc/systemd/system/replica-.service.d/boot.conf", "")
        yield* machine.run("systemctl", "daemon-reload")
      })
    )

    test(
      "the journal knows a warning from other lines",
      Effect.gen(function*() {
        const { machine } = yield* Site
        const lines = (...options: ReadonlyArray<string>) =>
          machine.run("journalctl", "--no-pager", "--output=cat", "--unit", "replica-1", "--grep=level", ...options)
            .pipe(
              Effect.map(({ said }) => said.trim().split("\n").map((line) => /"level":"([A-Z]+)"/.exec(line)?.[1]))
            )
        yield* eventuallySeen(
          "what replica-1 waits for is a warning",
          lines("--priority=warning"),
          (levels) => levels.length > 0 && levels.every((level) => level === "WARN" || level === "ERROR")
        )
      })
    )

    test(
      "when the broker comes they are ready and answer commands",
      Effect.gen(function*() {
        const { broker, organization } = yield* Site
        yield* broker.start
        yield* Effect.forEach(replicas, active)
        yield* Effect.forEach(replicas, connected)
        for (const name of ["Acme", "Initech", "Hooli"]) yield* create(name)
        const { out } = yield* organization("tail", "--from", "beginning", "--count", "3")
        assert.strictEqual(out.split("\n").filter((line) => line.includes("OrganizationCreated")).length, 3, out)
        assert.deepStrictEqual(yield* restarts(replicas), ["0", "0", "0"])
      })
    )

    test(
      "each has no rights, a filter for system calls, a user and a secret of its own, and no open port",
      Effect.gen(function*() {
        const { machine } = yield* Site
        const users = new Set<string>()
        for (const name of replicas) {
          const { field, listening, sockets } = yield* processFacts(name)
          assert.strictEqual(field("Seccomp"), "2")
          assert.strictEqual(field("NoNewPrivs"), "1")
          for (const set of ["CapEff", "CapPrm", "CapBnd", "CapAmb"]) assert.match(field(set) ?? "", /^0+$/, set)
          const user = field("Uid")?.split(/\s+/)[0] ?? "0"
          assert.notStrictEqual(user, "0")
          users.add(user)
          assert.isAbove(sockets, 0)
          assert.strictEqual(listening, 0)
          const secret = `/run/credentials/${name}.service/NATS_NKEY_FILE`
          assert.match((yield* machine.run("stat", "-c", "%a %u", secret)).said, /^400 /)
        }
        assert.strictEqual(users.size, 3)
      })
    )

    test(
      "a secret that is missing is named, and waited for",
      Effect.gen(function*() {
        const { machine } = yield* Site
        yield* eventuallySeen("it is tried again", restarts(["replica-4"]), ([count]) => Number(count) >= 2)
        const journal = yield* machine.journal("replica-4")
        assert.include(journal.split("\n"), `NATS_NKEY_FILE: ${late} is missing`)
        yield* machine.write(late, `${seed}\n`)
        yield* active("replica-4")
      })
    )

    test(
      "one that hangs is killed and started again; the others answer meanwhile, and wait for a broker, however long",
      Effect.gen(function*() {
        const { broker, machine } = yield* Site
        const [soFar] = yield* restarts(["replica-4"])
        yield* machine.signal("replica-4", "SIGSTOP")
        yield* create("Umbrella")

        const fed = Effect.map(machine.property("replica-3", "WatchdogTimestampMonotonic"), Number)
        const before = yield* fed
        yield* broker.stop
        yield* eventuallySeen(
          "the loss is shown",
          machine.property("replica-3", "StatusText"),
          (text) => text.startsWith("waiting for the broker")
        )
        // Longer than its watchdog waits, in microseconds.
        yield* eventuallySeen("the watchdog is fed", fed, (now) => now - before > 6_500_000)
        yield* broker.start
        yield* Effect.forEach([...replicas, "replica-4"], connected)
        assert.deepStrictEqual(yield* restarts(replicas), ["0", "0", "0"])
        yield* create("Globex")

        yield* active("replica-4")
        assert.deepStrictEqual(yield* restarts(["replica-4"]), [String(Number(soFar) + 1)])
        assert.include(yield* machine.journal("replica-4"), "replica-4.service: Failed with result 'watchdog'.")
      })
    )

    test(
      "a stop is clean, and leaves nobody who answers",
      Effect.gen(function*() {
        const { machine, organization } = yield* Site
        const all = [...replicas, "replica-4"]
        assert.deepInclude(yield* machine.run("systemctl", "stop", ...all), { code: 0 })
        for (const name of all) {
          assert.strictEqual(yield* machine.property(name, "ActiveState"), "inactive")
          assert.strictEqual(yield* machine.property(name, "Result"), "success")
          assert.strictEqual(yield* machine.property(name, "ExecMainStatus"), "0")
          const journal = yield* machine.journal(name)
          assert.include(journal, "\"message\":\"stopped\"")
          assert.notMatch(journal, /permission/i)
        }
        const { code } = yield* organization("create", "Soylent", "--timeout", "2")
        assert.strictEqual(code, 3)
      })
    )
  }
)
