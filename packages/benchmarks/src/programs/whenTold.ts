import { once } from "node:events"
import { createInterface } from "node:readline"

const say = (message: string, facts: object = {}) => process.stdout.write(`${JSON.stringify({ message, ...facts })}\n`)

/**
 * Says `ready`, does something once it is told to, and says the `result`: so that whoever looks at the clock and at what
 * processes use can do so just before and just after.
 */
export const whenTold = async (run: () => Promise<object>): Promise<void> => {
  const input = createInterface({ input: process.stdin })
  say("ready")
  await once(input, "line")
  say("result", await run())
  input.close()
}
