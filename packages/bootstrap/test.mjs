// `npm test`: format, lint, types and tests. The last line of output adds them all up.
import { runMain } from "./src/runMain.mjs"
import { Suites } from "./src/Suites.mjs"
import { TestOptions } from "./src/TestOptions.mjs"
import { Toolchain } from "./src/Toolchain.mjs"

await runMain(async () => {
  const options = TestOptions.parse(process.argv.slice(2))
  if (options === "help") {
    process.stdout.write(TestOptions.help)
    return 0
  }
  const { env, natsServer, natsServerOld } = await Toolchain.ensure({ withOldNatsServer: true })
  const total = await Suites.run(options.suites, {
    env: {
      ...env,
      PNPM: await Toolchain.ensurePnpm(),
      NATS_SERVER: natsServer,
      ...(natsServerOld === undefined ? {} : { NATS_SERVER_OLD: natsServerOld })
    },
    vitestArgs: options.vitestArgs
  })
  process.stdout.write(`${Suites.words(total)}\n`)
  return total.failed === 0 ? 0 : 1
})
