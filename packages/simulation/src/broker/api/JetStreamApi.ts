import type { BrokerNode } from "../cluster/Network.ts"
import { decode, encode } from "../message/encode.ts"
import { directGet } from "../stream/directGet.ts"
import { leaderGet } from "../stream/leaderGet.ts"
import type { SimulatedStream } from "../stream/SimulatedStream.ts"
import { configOf, isSameConfig } from "../stream/StreamConfig.ts"
import type { StreamCopy } from "../stream/StreamCopy.ts"
import { type ApiError, apiErrors } from "./apiErrors.ts"
import type { ApiHost, ApiRequest } from "./ApiHost.ts"
import { createConsumer, deleteConsumer } from "./createConsumer.ts"
import { streamInfo } from "./streamInfo.ts"

type Json = Readonly<Record<string, unknown>>

/** Answers a request, now or later. */
type Respond = (body: object) => void

const typePrefix = "io.nats.jetstream.api.v1."

/** The JSON object of a request, empty when it says nothing, `undefined` when it cannot be read. */
const jsonOf = ({ payload }: ApiRequest): Json | undefined => {
  if (payload.length === 0) return {}
  try {
    return JSON.parse(decode(payload))
  } catch {
    return undefined
  }
}

const unreadable = apiErrors.invalidJson("unexpected EOF")

/** Answers requests of the JetStream API, as the server does that they came to, or the one that leads. */
export class JetStreamApi {
  readonly #host: ApiHost

  constructor(host: ApiHost) {
    this.#host = host
  }

  /** Takes a request, whose subject is given without `$JS.API.`. */
  take(at: BrokerNode, request: ApiRequest): void {
    const [group = "", verb = "", third = "", fourth = "", ...rest] = request.subject.split(".")
    if (group === "DIRECT" && verb === "GET") {
      return this.#direct(at, third, fourth === "" ? "" : [fourth, ...rest].join("."), request)
    }
    if (group === "STREAM" && verb === "MSG") return this.#message(at, third, fourth, request)
    if (group === "STREAM") return this.#stream(at, verb, third, request)
    if (group === "CONSUMER" && verb === "CREATE") return createConsumer(this.#host, at, third, fourth, request)
    if (group === "CONSUMER" && verb === "DELETE") return deleteConsumer(this.#host, at, third, fourth, request)
    this.#fail(at, request, "error", apiErrors.badRequest)
  }

  #stream(at: BrokerNode, verb: string, name: string, request: ApiRequest): void {
    const json = jsonOf(request)
    const type = `stream_${verb.toLowerCase()}_response`
    if (json === undefined) return this.#fail(at, request, type, unreadable)
    switch (verb) {
      case "INFO":
        return this.#info(at, name, json, request)
      case "CREATE":
        return this.#byMeta(at, request, type, (respond) => this.#create(json, respond))
      case "UPDATE":
        return this.#byMeta(at, request, type, (respond) => this.#update(name, json, respond))
      case "DELETE":
        return this.#byMeta(at, request, type, (respond) => respond(this.#delete(name)))
      case "PURGE":
        return this.#onLeaders(
          at,
          name,
          request,
          type,
          (respond, stream, copy) => this.#purge(stream, copy, json, respond)
        )
      case "NAMES": {
        const names = [...this.#host.streams.keys()].toSorted()
        return this.#byMeta(
          at,
          request,
          type,
          (respond) => respond({ total: names.length, offset: 0, limit: 1_024, streams: names })
        )
      }
      default:
        return this.#fail(at, request, type, apiErrors.badRequest)
    }
  }

  #info(at: BrokerNode, name: string, { offset = 0, subjects_filter: given }: Json, request: ApiRequest): void {
    const filter = typeof given === "string" && given !== "" ? given : undefined
    this.#onLeaders(
      at,
      name,
      request,
      "stream_info_response",
      (respond, stream, copy) => respond(streamInfo(this.#host, stream, copy, { filter, offset: Number(offset) })),
      true
    )
  }

  #create(json: Json, respond: Respond): void {
    const config = configOf(json)
    const present = this.#host.streams.get(config.name)
    if (present !== undefined) {
      return isSameConfig(present.config, config)
        ? this.#changed(present, respond)
        : respond({ error: apiErrors.nameInUse })
    }
    const problem = this.#host.problemOf(config, undefined)
    if (problem !== undefined) return respond({ error: problem })
    const stream = this.#host.create(config)
    this.#changed(stream, (info) => respond({ ...info, did_create: true }))
  }

  #update(name: string, json: Json, respond: Respond): void {
    const stream = this.#host.streams.get(name)
    if (stream === undefined) return respond({ error: apiErrors.streamNotFound })
    const config = configOf(json)
    if (config.name !== name) return respond({ error: apiErrors.otherName })
    const problem = this.#host.problemOf(config, stream)
    if (problem !== undefined) return respond({ error: problem })
    this.#describe(this.#host.update(stream, config), respond)
  }

  /** Describes a stream that is new, once it is served. A single server says nothing of a cluster then. */
  #changed(stream: SimulatedStream, respond: Respond): void {
    stream.whenServed(() => this.#describe(stream, respond))
  }

  #describe(stream: SimulatedStream, respond: Respond): void {
    const info = streamInfo(this.#host, stream, stream.leaders[0] ?? stream.copies[0]!)
    respond(this.#host.nodes.length > 1 ? info : { ...info, cluster: undefined })
  }

  #delete(name: string): object {
    const stream = this.#host.streams.get(name)
    if (stream === undefined) return { error: apiErrors.streamNotFound }
    this.#host.delete(stream)
    return { success: true }
  }

  #purge(
    stream: SimulatedStream,
    { member }: StreamCopy,
    { filter = "", keep = 0, seq = 0 }: Json,
    respond: Respond
  ): void {
    if (stream.config.sealed) return respond({ error: apiErrors.sealed })
    stream.group.propose(member, {
      _tag: "Purge",
      filter: String(filter),
      before: Number(seq),
      keep: Number(keep),
      onGone: (purged) => respond({ success: true, purged })
    })
  }

  #message(at: BrokerNode, verb: string, name: string, request: ApiRequest): void {
    const type = `stream_msg_${verb.toLowerCase()}_response`
    const json = jsonOf(request)
    if (verb === "GET") {
      return this.#onLeaders(at, name, request, type, (respond, _, copy) => {
        copy.log.expire(this.#host.time())
        respond(leaderGet(copy.log, request.payload, json))
      })
    }
    if (verb !== "DELETE") return this.#fail(at, request, type, apiErrors.badRequest)
    this.#onLeaders(at, name, request, type, (respond, stream, { log, member }) => {
      const seq = Number(json?.["seq"] ?? 0)
      if (seq > log.lastSeq) return respond({ error: apiErrors.removeFailed("stream store EOF") })
      if (seq < log.firstSeq) return respond({ error: apiErrors.removeFailed("no message found") })
      if (log.get(seq) === undefined) return respond({ error: apiErrors.sequenceNotFound(seq) })
      stream.group.propose(member, { _tag: "Remove", seq, onGone: () => respond({ success: true }) })
    })
  }

  #direct(at: BrokerNode, name: string, last: string, { payload, reply }: ApiRequest): void {
    const stream = this.#host.streams.get(name)
    const copies = stream?.config.allow_direct === true ? this.#host.directCopies(at, stream) : []
    if (stream === undefined || copies.length === 0) {
      return this.#host.noResponders(at, reply, `$JS.API.DIRECT.GET.${name}`)
    }
    const copy = this.#host.pick(copies)
    const { node } = copy.member
    this.#host.route(at, node, () => {
      copy.log.expire(this.#host.time())
      const body = last === "" ? payload : encode(JSON.stringify({ last_by_subj: last }))
      directGet(copy.log, name, body, (answer) => this.#host.send(node, { subject: reply, reply: "", ...answer }))
    })
  }

  /** Lets each server answer that takes itself for the leader of a stream. */
  #onLeaders(
    at: BrokerNode,
    name: string,
    request: ApiRequest,
    type: string,
    answer: (respond: Respond, stream: SimulatedStream, copy: StreamCopy) => void,
    isDescription = false
  ): void {
    const { route } = this.#host
    const stream = this.#host.streams.get(name)
    if (stream === undefined) {
      const page = isDescription ? { total: 0, offset: 0, limit: 0 } : {}
      return this.#byMeta(at, request, type, (respond) => respond({ ...page, error: apiErrors.streamNotFound }))
    }
    const leaders = stream.leaders.filter(({ member }) => this.#host.knows(at, member.node))
    for (const copy of leaders) {
      const { node } = copy.member
      route(at, node, () => {
        if (copy.member.isServing) answer(this.#responder(node, request, type), stream, copy)
      })
    }
    if (leaders.length > 0 || !this.#host.isLeaderless(stream)) return
    for (const copy of stream.copies) {
      const { node } = copy.member
      if (!this.#host.knows(at, node)) continue
      route(at, node, () => {
        const respond = this.#responder(node, request, type)
        if (isDescription) answer(respond, stream, copy)
        else respond({ error: apiErrors.notAvailable })
      })
    }
  }

  /** Lets the server answer that knows of all streams, if there is one. */
  #byMeta(at: BrokerNode, request: ApiRequest, type: string, answer: (respond: Respond) => void): void {
    const meta = this.#host.meta(at)
    if (meta === undefined) return this.#fail(at, request, type, apiErrors.notAvailable)
    this.#host.route(at, meta, () => answer(this.#responder(meta, request, type)))
  }

  #responder(node: BrokerNode, { reply }: ApiRequest, type: string): Respond {
    return (body) => this.#host.answer(node, reply, typePrefix + type, body)
  }

  #fail(at: BrokerNode, request: ApiRequest, type: string, error: ApiError): void {
    this.#responder(at, request, type)({ error })
  }
}
