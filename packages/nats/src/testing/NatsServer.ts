import { connect } from "@nats-io/transport-node"
import { Data, Effect, Schedule, type Scope } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { readFile, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { temporaryFolder } from "./temporaryFolder.ts"

/** The server could not be started, or did not become ready in time. Carries the end of its log. */
export class NatsServerError extends Data.TaggedError("NatsServerError")<{ readonly detail: string }> {
  override get message() {
    return this.detail
  }
}

/** How to start one server. */
export interface NatsServerOptions {
  /** The binary. Default: `NATS_SERVER`, else `nats-server` on the path. */
  readonly binary?: string | undefined
  /** Default true. */
  readonly jetstream?: boolean | undefined
  /** Its name. Default `n1`. */
  readonly name?: string | undefined
  /** The JetStream domain. Default none. */
  readonly domain?: string | undefined
  /** Largest message in bytes. Default: the server's, 1 MiB. */
  readonly maxPayloadBytes?: number | undefined
  /** More lines of server configuration, for example `authorization` or `tls` blocks. */
  readonly config?: string | undefined
  /** Also listen for WebSockets, in clear. Default false. */
  readonly webSocket?: boolean | undefined
  /** Where JetStream stores. Default: a folder of the server's own, removed when the scope closes. */
  readonly storeFolder?: string | undefined
  /** Whether a server of a cluster tells clients about the others, so that they find them by themselves. Default true. */
  readonly advertise?: boolean | undefined
  /** When the store makes the disk keep what was written: `always`, or a time such as `10s`. Default: the server's, 2 minutes. */
  readonly syncInterval?: string | undefined
}

/** How to start a cluster. */
export interface NatsClusterOptions extends NatsServerOptions {
  /** Servers. Default 3. */
  readonly size?: 2 | 3 | undefined
  /** Where each of the three stores, instead of `storeFolder`. Default: in a folder of its own. */
  readonly stores?: ReadonlyArray<string> | undefined
  /**
   * The port at which the server of index `from` reaches the routes of the server of index `to`, which listens at `port`: for
   * something in between. Then no server finds another one by itself. Default: `port`.
   */
  readonly route?: ((from: number, to: number, port: number) => Effect.Effect<number, never, Scope.Scope>) | undefined
  /** Whether to wait until the cluster holds replicated streams, rather than until its processes are up. Default true. */
  readonly awaitAnswers?: boolean | undefined
}

/** A running nats-server on 127.0.0.1, with ports that it chose itself and keeps through restarts. */
export interface NatsServer {
  /** `nats://127.0.0.1:<port>`. */
  readonly url: string
  readonly clientPort: number
  /** `ws://127.0.0.1:<port>`, when asked for. */
  readonly webSocketUrl: string | undefined
  readonly pid: Effect.Effect<number>
  /** SIGTERM, then waits for the end. */
  readonly stop: Effect.Effect<void>
  /** SIGKILL, then waits for the end. */
  readonly kill: Effect.Effect<void>
  /** Starts it again on the same ports and store, and waits until it is ready. */
  readonly start: Effect.Effect<void, NatsServerError>
  /** Stops and starts. */
  readonly restart: Effect.Effect<void, NatsServerError>
  /** Puts other lines in place of `config`, without a restart, and waits until the server goes by them. */
  readonly reload: (config: string) => Effect.Effect<void, NatsServerError>
  /** Lame duck mode: it takes nobody new, gives up what it leads, closes its clients one by one, and ends. Waits for that. */
  readonly retire: Effect.Effect<void>
  /** SIGSTOP: connections stay open and nothing is answered. */
  readonly pause: Effect.Effect<void>
  /** SIGCONT. */
  readonly resume: Effect.Effect<void>
  /** What it logged so far. */
  readonly log: Effect.Effect<string>
}

const binaryDefault = () => process.env["NATS_SERVER"] ?? "nats-server"

/** Tries every 20 ms, 15 seconds long. */
const untilReady = Schedule.spaced("20 millis").pipe(Schedule.upTo({ duration: "15 seconds" }))

interface Ports {
  readonly nats: ReadonlyArray<string>
  readonly websocket?: ReadonlyArray<string>
}

const fail = (detail: string) => new NatsServerError({ detail })

interface NodeOptions extends NatsServerOptions {
  readonly name: string
  readonly store?: string | undefined
  readonly cluster?: {
    readonly name: string
    readonly port: number
    readonly routes: ReadonlyArray<number>
    readonly gossip: boolean
  }
}

const configText = (options: NodeOptions, folder: string, ports: { client: number; webSocket: number }) =>
  [
    `server_name: "${options.name}"`,
    `listen: "127.0.0.1:${ports.client}"`,
    `ports_file_dir: "${folder}"`,
    `max_payload: ${options.maxPayloadBytes ?? 1_048_576}`,
    options.jetstream === false ?
      "" :
      `jetstream { store_dir: "${options.storeFolder ?? join(folder, "store")}"${
        options.syncInterval === undefined ? "" : `, sync_interval: ${options.syncInterval}`
      }${options.domain === undefined ? "" : `, domain: ${options.domain}`} }`,
    options.webSocket === true ? `websocket { listen: "127.0.0.1:${ports.webSocket}", no_tls: true }` : "",
    options.cluster === undefined
      ? ""
      : `cluster { name: "${options.cluster.name}", listen: "127.0.0.1:${options.cluster.port}", routes: [${
        options.cluster.routes.map((port) => `"nats://127.0.0.1:${port}"`).join(", ")
      }], no_advertise: ${options.advertise === false}${options.cluster.gossip ? "" : `, advertise: "${nowhere}"`} }`,
    options.config ?? ""
  ].join("\n")

/** Servers tell each other how to be reached; nobody answers here. */
const nowhere = "127.0.0.1:1"

const portOf = (url: string) => Number(new URL(url.replace(/^(nats|tls|wss?):/, "http:")).port)

class Node {
  private child: ChildProcess | undefined
  private exited: Promise<void> = Promise.resolve()
  private text = ""
  private readonly ports = { client: -1, webSocket: -1 }
  private options: NodeOptions
  private readonly folder: string

  constructor(options: NodeOptions, folder: string) {
    this.options = options
    this.folder = folder
  }

  readonly start: Effect.Effect<void, NatsServerError> = Effect.suspend(() => this.spawned).pipe(
    Effect.flatMap((pid) =>
      Effect.retry(this.readPorts(pid), {
        schedule: untilReady,
        while: () => this.child?.exitCode === null
      })
    ),
    Effect.mapError((error) => fail(`${error.message}\n${this.text.slice(-2_000)}`))
  )

  private readonly spawned: Effect.Effect<number, NatsServerError> = Effect.tryPromise({
    try: async () => {
      const file = await this.writeConfig()
      const binary = this.options.binary ?? binaryDefault()
      const child = spawn(binary, ["-c", file], { stdio: ["ignore", "ignore", "pipe"] })
      this.child = child
      child.stderr?.on("data", (chunk) => {
        this.text = (this.text + String(chunk)).slice(-100_000)
      })
      this.exited = new Promise((resolve) => child.once("exit", () => resolve()).once("error", () => resolve()))
      await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject))
      return child.pid!
    },
    catch: (cause) => fail(`${this.options.binary ?? binaryDefault()} cannot be started: ${String(cause)}`)
  })

  private async writeConfig(): Promise<string> {
    const file = join(this.folder, "server.conf")
    await writeFile(file, configText(this.options, this.folder, this.ports))
    return file
  }

  private reload(config: string): Effect.Effect<void, NatsServerError> {
    const reloaded = () => this.text.split("Reloaded server configuration").length
    return Effect.suspend(() => {
      const before = reloaded()
      this.options = { ...this.options, config }
      return Effect.promise(() => this.writeConfig()).pipe(
        Effect.andThen(this.signal("SIGHUP")),
        Effect.andThen(Effect.retry(
          Effect.suspend(() =>
            reloaded() > before
              ? Effect.void
              : Effect.fail(fail(`nats-server does not reload: ${this.text.slice(-2_000)}`))
          ),
          untilReady
        ))
      )
    })
  }

  private readPorts(pid: number): Effect.Effect<void, NatsServerError> {
    return Effect.tryPromise({
      try: async () => {
        const name = join(this.folder, `nats-server_${pid}.ports`)
        const found: Ports = JSON.parse(await readFile(name, "utf8"))
        this.ports.client = portOf(found.nats[0]!)
        this.ports.webSocket = found.websocket?.[0] === undefined ? -1 : portOf(found.websocket[0])
      },
      catch: (cause) => fail(`nats-server is not ready: ${String(cause)}`)
    })
  }

  private signal(name: NodeJS.Signals): Effect.Effect<void> {
    return Effect.sync(() => {
      this.child?.kill(name)
    })
  }

  /** A signal takes a while to reach a busy process. Where there is no procfs that cannot be seen. */
  private readonly stopped: Effect.Effect<void> = Effect.suspend(() =>
    Effect.promise(() => readFile(`/proc/${this.child?.pid}/stat`, "utf8").then((stat) => stat, () => ") T"))
  ).pipe(
    Effect.repeat({ until: (stat) => /\) [TtXZ]/.test(stat), schedule: untilReady }),
    Effect.asVoid
  )

  private end(name: NodeJS.Signals): Effect.Effect<void> {
    return Effect.andThen(this.signal(name), Effect.promise(() => this.exited))
  }

  get server(): NatsServer {
    const stop = Effect.andThen(this.signal("SIGCONT"), this.end("SIGTERM"))
    return {
      url: `nats://127.0.0.1:${this.ports.client}`,
      clientPort: this.ports.client,
      webSocketUrl: this.ports.webSocket < 0 ? undefined : `ws://127.0.0.1:${this.ports.webSocket}`,
      pid: Effect.sync(() => this.child?.pid ?? 0),
      stop,
      kill: this.end("SIGKILL"),
      start: this.start,
      restart: Effect.andThen(stop, this.start),
      reload: (config) => this.reload(config),
      retire: this.end("SIGUSR2"),
      pause: Effect.andThen(this.signal("SIGSTOP"), this.stopped),
      resume: this.signal("SIGCONT"),
      log: Effect.sync(() => this.text)
    }
  }

  readonly close: Effect.Effect<void> = Effect.suspend(() => this.end("SIGKILL"))
}

const node = (options: NodeOptions): Effect.Effect<Node, NatsServerError, Scope.Scope> =>
  Effect.gen(function*() {
    const folder = yield* temporaryFolder
    return yield* Effect.acquireRelease(Effect.succeed(new Node(options, folder)), (made) => made.close)
  })

/** One server, stopped and removed when the scope closes. Fails with {@link NatsServerError}. */
const server = Effect.fnUntraced(function*(options: NatsServerOptions = {}) {
  const made = yield* node({ ...options, name: options.name ?? "n1" })
  yield* made.start
  return made.server
})

const freePort = Effect.promise(() =>
  new Promise<number>((resolve, reject) => {
    const probe = createServer().once("error", reject)
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
    })
  })
)

/** A request through any node is answered and a stream with as many replicas as there are servers finds a place. */
const clusterAnswers = (url: string, size: number): Effect.Effect<void, NatsServerError> =>
  Effect.tryPromise({
    try: async () => {
      const client = await connect({ servers: url, timeout: 1_000, reconnect: false })
      try {
        const api = async (subject: string, body: unknown) => {
          const answer = await client.request(`$JS.API.${subject}`, JSON.stringify(body), { timeout: 3_000 })
          const { error } = answer.json<{ error?: { description: string } }>()
          if (error !== undefined) throw new Error(error.description)
        }
        const config = { name: "READINESS", subjects: ["readiness.probe"], num_replicas: size, storage: "memory" }
        await api("STREAM.CREATE.READINESS", config)
        await api("STREAM.DELETE.READINESS", undefined)
      } finally {
        await client.close()
      }
    },
    catch: (cause) => fail(`the cluster is not ready: ${String(cause)}`)
  })

const startCluster = Effect.fnUntraced(function*(options: NatsClusterOptions) {
  const { size = 3 } = options
  const ports = yield* Effect.all(Array.from({ length: size }, () => freePort))
  const { route = (_from: number, _to: number, port: number) => Effect.succeed(port) } = options
  const nodes = yield* Effect.forEach(
    ports,
    Effect.fnUntraced(function*(port, index) {
      const others = ports.flatMap((_, to) => to === index ? [] : [to])
      const routes = yield* Effect.forEach(others, (to) => route(index, to, ports[to]!))
      return yield* node({
        ...options,
        name: `n${index + 1}`,
        storeFolder: options.stores?.[index],
        cluster: { name: "test", port, routes, gossip: options.route === undefined }
      })
    })
  )
  yield* Effect.forEach(nodes, (each) => each.start, { concurrency: "unbounded", discard: true }).pipe(
    Effect.tapError(() => Effect.forEach(nodes, (each) => each.close))
  )
  const servers = nodes.map((each) => each.server)
  if (options.awaitAnswers !== false) {
    yield* Effect.forEach(
      servers,
      (each) => Effect.retry(clusterAnswers(each.url, size), untilReady),
      { discard: true }
    )
  }
  return { servers, url: servers.map((each) => each.url).join(",") }
})

/** Three servers, or two, that hold replicated streams together, ready when all of them take part. Fails with {@link NatsServerError}. */
const cluster = (options: NatsClusterOptions = {}) =>
  // A port that was free when it was looked for may be somebody else's by the time the server asks for it.
  Effect.retry(startCluster(options), { times: 3, while: ({ message }) => message.includes("address already in use") })

/**
 * Real servers for tests, as scoped effects: `server` is one, `cluster` several with replicated streams. Each has a folder of
 * its own, ports nobody else has, and is ended by its process id when the scope closes.
 */
export const NatsServer = { server, cluster }
