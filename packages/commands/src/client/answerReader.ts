import type { Answer } from "@cim-domain/event-sourcing/CommandClient"
import { Result } from "effect"
import type { AnyFailure } from "../errors/Failure.ts"
import type { CommandReply, Replies } from "../protocol/CommandReply.ts"

/** Failures of a service that is in trouble which it finds before it carries out anything. */
const beforeEffect: ReadonlySet<string> = new Set(["Overloaded", "ReadModelBehind", "CommandNotSupported"])

/**
 * Whether the command that was answered like this may have taken effect. The domain knows the commands that it carried out
 * and says so before anything else, so whatever it decides on a history that it can read is a definite no.
 */
export const mayHaveTakenEffect = ({ _tag, category }: AnyFailure): boolean =>
  (category === "internal" || category === "unavailable") && !beforeEffect.has(_tag)

/** Reads answers of a service for a command client. */
export const answerReader =
  <Failure extends AnyFailure>({ decodeReply }: Pick<Replies<any, Failure>, "decodeReply">) =>
  (body: string): Answer<CommandReply<Failure>> => {
    const decoded = decodeReply(body)
    if (Result.isFailure(decoded)) {
      const [issue] = decoded.failure
      return { _tag: "Unreadable", detail: `${issue?.path === "" ? "" : `${issue?.path}: `}${issue?.message}` }
    }
    const reply = decoded.success
    if (reply.status === "ok" || !reply.failure.retryable) return { _tag: "Final", reply }
    const { failure } = reply
    return {
      _tag: "NotNow",
      detail: `${failure.message} (${failure.code})`,
      mayHaveTakenEffect: mayHaveTakenEffect(failure)
    }
  }
