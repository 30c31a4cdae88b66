// `node run.mjs [--broker] <program> …`: a program of this repository, on a Node that runs it; with a broker if it wants one.
import { spawn } from "node:child_process"
import { constants } from "node:os"
import path from "node:path"
import { Paths } from "./src/Paths.mjs"
import { runMain } from "./src/runMain.mjs"
import { Toolchain } from "./src/Toolchain.mjs"

await runMain(async () => {
  const wantsBroker = process.argv[2] === "--broker"
  const [program = "", ...args] = process.argv.slice(wantsBroker ? 3 : 2)
  const { node, env } = wantsBroker ? await withBroker() : await Toolchain.ensureRuntime()
  // File names among the arguments are meant from where the person stands.
  const cwd = process.env["INIT_CWD"] ?? process.cwd()
  const child = spawn(node, [path.join(Paths.root, program), ...args], { cwd, env, stdio: "inherit" })
  // The terminal sends Ctrl-C to both; what it means is the program's business.
  process.on("SIGINT", () => {})
  process.on("SIGTERM", () => child.kill("SIGTERM"))
  return new Promise((resolve, reject) => {
    child.once("error", reject)
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
})

async function withBroker() {
  const { env, natsServer, node } = await Toolchain.ensure({ withOldNatsServer: false })
  return { node, env: { ...env, NATS_SERVER: natsServer } }
}
