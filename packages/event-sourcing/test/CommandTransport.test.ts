import { Effect } from "effect"
import { CommandTransport } from "../src/client/CommandTransport.ts"
import { NobodyListens, TransportError } from "../src/client/TransportError.ts"
import { commandTransportContract, contractSubjects } from "../src/testing/commandTransportContract.ts"

commandTransportContract("memory", (answer) =>
  CommandTransport.layerMemory((command) => {
    if (command.subject !== contractSubjects.heard) {
      return new TransportError({ reason: new NobodyListens({ subject: command.subject }) })
    }
    const body = answer(command)
    return body === null ? Effect.never : Effect.succeed(body)
  }))
