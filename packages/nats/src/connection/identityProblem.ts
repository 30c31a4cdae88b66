import type { NatsUrlCredentials } from "./NatsUrl.ts"
import type { CredentialFiles } from "./openClient.ts"

/** Ways to say who one is, by the names that operators know them by. */
const ways = (
  files: CredentialFiles,
  credentials: NatsUrlCredentials | undefined
): ReadonlyArray<readonly [name: string, isGiven: boolean]> => [
  ["NATS_URL", credentials !== undefined],
  ["NATS_CREDS_FILE", files.credsFile !== undefined],
  ["NATS_NKEY_FILE", files.nkeyFile !== undefined],
  ["NATS_TOKEN_FILE", files.tokenFile !== undefined],
  ["NATS_USER_FILE", files.userFile !== undefined],
  ["NATS_PASSWORD_FILE", files.passwordFile !== undefined]
]

/** What contradicts itself in who a client is to be: the variable, what is the matter with it, and what is accepted. */
export const identityProblem = (
  files: CredentialFiles,
  credentials: NatsUrlCredentials | undefined
): { readonly name: string; readonly given: string; readonly accepted: string } | undefined => {
  if ((files.userFile === undefined) !== (files.passwordFile === undefined)) {
    const name = files.userFile === undefined ? "NATS_USER_FILE" : "NATS_PASSWORD_FILE"
    return { name, given: "not given", accepted: "user and password together, or neither" }
  }
  const given = ways(files, credentials).filter(([name, isGiven]) => isGiven && name !== "NATS_PASSWORD_FILE")
  const [first, second] = given.map(([name]) => name)
  if (first === undefined || second === undefined) return undefined
  const beside = first === "NATS_URL" ? "beside credentials in NATS_URL" : `beside ${first}`
  return { name: second, given: `given ${beside}`, accepted: "one of the two" }
}
