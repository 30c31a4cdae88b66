// `npm start`: a broker and replicas of the service on this machine.
import { Development } from "./src/Development.mjs"
import { runMain } from "./src/runMain.mjs"
import { StartOptions } from "./src/StartOptions.mjs"
import { Toolchain } from "./src/Toolchain.mjs"

await runMain(async () => {
  const options = StartOptions.parse(process.argv.slice(2), process.env)
  if (options === "help") {
    process.stdout.write(StartOptions.help)
    return 0
  }
  const claim = await Development.claim(options)
  try {
    const tools = await Toolchain.ensure({ withOldNatsServer: false })
    return await Development.run(options, tools)
  } finally {
    claim.release()
  }
})
