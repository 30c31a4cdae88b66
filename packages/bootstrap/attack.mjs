// `npm run attack -- …`: the attack, with a Node that runs it and a broker to attack.
import { spawn } from "node:child_process"
import { constants } from "node:os"
import path from "node:path"
import { Paths } from "./src/Paths.mjs"
import { runMain } from "./src/runMain.mjs"
import { Toolchain } from "./src/Toolchain.mjs"

await runMain(async () => {
  const { node, env, natsServer } = await Toolchain.ensure({ withOldNatsServer: false })
  const program = path.join(Paths.root, "packages/attack/src/main.ts")
  // The folder to keep evidence in is meant from where the person stands.
  const cwd = process.env["INIT_CWD"] ?? process.cwd()
  const child = spawn(node, [program, ...process.argv.slice(2)], {
    cwd,
    env: { ...env, NATS_SERVER: natsServer },
    stdio: "inherit"
  })
  // The terminal sends Ctrl-C to both; what it means is the program's business.
  process.on("SIGINT", () => {})
  process.on("SIGTERM", () => child.kill("SIGTERM"))
  return new Promise((resolve, reject) => {
    child.once("error", reject)
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
})
