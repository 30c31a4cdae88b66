import {
  createAccount,
  createOperator,
  createUser,
  encodeAccount,
  encodeOperator,
  encodeUser,
  fmtCreds
} from "@nats-io/jwt"
import { Effect } from "effect"

/** An operator and an account with JetStream, for a server that knows its users by what the account has signed. */
export interface JwtAuthority {
  /** What the configuration of the server has to say to trust the operator and to know the account. */
  readonly config: string
  /** The text of a credentials file for a new user that may do everything, until then. */
  readonly credentials: (expiresInSeconds: number) => Effect.Effect<string>
}

const unlimited = {
  mem_storage: -1,
  disk_storage: -1,
  streams: -1,
  consumer: -1,
  subs: -1,
  data: -1,
  payload: -1,
  conn: -1
}

/** Makes an authority with keys of its own, and an account with these limits; the others are off. */
export const makeJwtAuthority = (limits: Partial<typeof unlimited> = {}): Effect.Effect<JwtAuthority> =>
  Effect.promise(async () => {
    const [operator, system, account] = [createOperator(), createAccount(), createAccount()]
    const operatorJwt = await encodeOperator("operator", operator, { system_account: system.getPublicKey() })
    const systemJwt = await encodeAccount("system", system, {}, { signer: operator })
    const accountJwt = await encodeAccount("account", account, { limits: { ...unlimited, ...limits } }, {
      signer: operator
    })
    return {
      config: `operator: ${operatorJwt}
system_account: ${system.getPublicKey()}
resolver: MEMORY
resolver_preload: {
  ${system.getPublicKey()}: ${systemJwt}
  ${account.getPublicKey()}: ${accountJwt}
}`,
      credentials: (expiresInSeconds) =>
        Effect.promise(async () => {
          const user = createUser()
          const exp = Math.floor(Date.now() / 1_000) + expiresInSeconds
          return new TextDecoder().decode(fmtCreds(await encodeUser("user", user, account, {}, { exp }), user))
        })
    }
  })
