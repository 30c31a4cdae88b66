import type { DecideContext as Context } from "@cim-domain/commands/DecideContext"
import type { Limits } from "./limits/Limits.ts"

/** Everything that deciding needs beside state and command. */
export type DecideContext = Context<Limits>
