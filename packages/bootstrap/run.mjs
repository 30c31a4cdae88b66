// `node run.mjs [--broker | --pnpm] <program> …`: a program of this repository, on a Node that runs it; with a broker or with
// pnpm if it wants one.
import path from "node:path"
import { Paths } from "./src/Paths.mjs"
import { runForeground } from "./src/runForeground.mjs"
import { runMain } from "./src/runMain.mjs"
import { Toolchain } from "./src/Toolchain.mjs"

const watched = new URL("watched.mjs", import.meta.url).href

await runMain(async () => {
  const wanted = process.argv[2] === "--broker" ? withBroker : process.argv[2] === "--pnpm" ? withPnpm : undefined
  const [program = "", ...args] = process.argv.slice(wanted === undefined ? 2 : 3)
  const { node, env } = await (wanted ?? Toolchain.ensureRuntime)()
  // File names among the arguments are meant from where the person stands.
  return runForeground(node, ["--import", watched, path.join(Paths.root, program), ...args], {
    cwd: Paths.standpoint,
    env,
    stdin: "inherit"
  })
})

async function withBroker() {
  const { env, natsServer, node } = await Toolchain.ensure({
    withOldNatsServer: false,
    write: (text) => void process.stderr.write(text)
  })
  return { node, env: { ...env, NATS_SERVER: natsServer } }
}

async function withPnpm() {
  const { node, env } = await Toolchain.ensureRuntime()
  return { node, env: { ...env, PNPM: await Toolchain.ensurePnpm() } }
}
