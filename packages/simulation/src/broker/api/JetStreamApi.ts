import type { BrokerNode } from "../cluster/Network.ts"
import { base64, decode, encode } from "../message/bytes.ts"
import { directGet, timeText } from "../stream/directGet.ts"
import type { SimulatedStream } from "../stream/SimulatedStream.ts"
import { configOf, isSameConfig } from "../stream/StreamConfig.ts"
import type { StreamCopy } from "../stream/StreamCopy.ts"
import { type ApiError, apiErrors } from "./ApiErrors.ts"
import type { ApiHost, ApiRequest } from "./ApiHost.ts"
import { createConsumer, deleteConsumer } from "./consumerApi.ts"
import { streamInfo } from "./streamInfo.ts"

type Json = Readonly<Record<string, unknown>>

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
    if (group === "STREAM" && verb === "MSG" && third === "GET") return this.#messageGet(at, fourth, request)
    if (group === "STREAM" && verb === "MSG" && third === "DELETE") return this.#messageDelete(at, fourth, request)
    if (group === "STREAM") return this.#stream(at, verb, third, request)
    if (group === "CONSUMER" && verb === "CREATE") return createConsumer(this.#host, at, third, fourth, request)
    if (group === "CONSUMER" && verb === "DELETE") return deleteConsumer(this.#host, at, third, fourth, request)
    this.#fail(at, request, "error", apiErrors.badRequest)
  }

  #stream(at: BrokerNode, verb: string, name: string, request: ApiRequest): void {
    const json = jsonOf(request)
    const type = `stream_${verb.toLowerCase()}_response`
    if (json === undefined) return this.#fail(at, request, type, apiErrors.invalidJson("unexpected end of JSON input"))
    switch (verb) {
      case "INFO":
        return this.#info(at, name, json, request)
      case "CREATE":
        return this.#byMeta(at, request, type, () => this.#create(json))
      case "UPDATE":
        return this.#byMeta(at, request, type, () => this.#update(name, json))
      case "DELETE":
        return this.#byMeta(at, request, type, () => this.#delete(name))
      case "PURGE":
        return this.#onLeaders(at, name, request, type, (stream, copy) => this.#purge(stream, copy, json))
      case "NAMES":
        return this.#byMeta(
          at,
          request,
          type,
          () => ({
            total: this.#host.streams.size,
            offset: 0,
            limit: 1_024,
            streams: [...this.#host.streams.keys()].toSorted()
          })
        )
      default:
        return this.#fail(at, request, type, apiErrors.badRequest)
    }
  }

  #info(at: BrokerNode, name: string, { offset = 0, subjects_filter: filter }: Json, request: ApiRequest): void {
    this.#onLeaders(
      at,
      name,
      request,
      "stream_info_response",
      (stream, copy) =>
        streamInfo(
          this.#host,
          stream,
          copy,
          { filter: typeof filter === "string" && filter !== "" ? filter : undefined, offset: Number(offset) }
        ),
      true
    )
  }

  #create(json: Json): object {
    const config = configOf(json)
    const present = this.#host.streams.get(config.name)
    if (present !== undefined) {
      return isSameConfig(present.config, config)
        ? this.#changed(present)
        : { error: apiErrors.nameInUse }
    }
    const problem = this.#host.problemOf(config, undefined)
    if (problem !== undefined) return { error: problem }
    const stream = this.#host.create(config)
    return { ...this.#changed(stream), did_create: true }
  }

  /** A single server says nothing of a cluster in answer to a change. */
  #changed(stream: SimulatedStream): object {
    const info = streamInfo(this.#host, stream, stream.leaders[0] ?? stream.copies[0]!)
    return this.#host.nodes.length > 1 ? info : { ...info, cluster: undefined }
  }

  #update(name: string, json: Json): object {
    const stream = this.#host.streams.get(name)
    if (stream === undefined) return { error: apiErrors.streamNotFound }
    const config = configOf(json)
    if (config.name !== name) {
      return { error: { code: 400, err_code: 10_056, description: "stream name in subject does not match request" } }
    }
    const problem = this.#host.problemOf(config, stream)
    if (problem !== undefined) return { error: problem }
    return this.#changed(this.#host.update(stream, config))
  }

  #delete(name: string): object {
    const stream = this.#host.streams.get(name)
    if (stream === undefined) return { error: apiErrors.streamNotFound }
    this.#host.delete(stream)
    return { success: true }
  }

  #purge(stream: SimulatedStream, copy: StreamCopy, { filter = "", keep = 0, seq = 0 }: Json): object {
    if (stream.config.sealed) return { error: apiErrors.sealed }
    const before = copy.log.count
    stream.group.propose(copy.member, {
      _tag: "Purge",
      filter: String(filter),
      before: Number(seq),
      keep: Number(keep)
    })
    return { success: true, purged: before - copy.log.count }
  }

  #messageGet(at: BrokerNode, name: string, request: ApiRequest): void {
    const type = "stream_msg_get_response"
    const json = jsonOf(request)
    this.#onLeaders(at, name, request, type, (_, copy) => {
      if (request.payload.length === 0) return { error: apiErrors.badRequest }
      if (json === undefined) return { error: apiErrors.invalidJson("unexpected end of JSON input") }
      const { batch = 0, last_by_subj: last = "", max_bytes: bytes = 0, next_by_subj: next = "", seq = 0 } = json
      const isBad = batch !== 0 || bytes !== 0 || (Number(seq) > 0 && last !== "") || (last !== "" && next !== "") ||
        (seq === 0 && last === "" && next === "")
      if (isBad) return { error: apiErrors.badRequest }
      const { log } = copy
      log.expire(this.#host.time())
      const found = next !== ""
        ? log.next(String(next), Number(seq))
        : last !== ""
        ? log.lastOf(String(last))
        : log.get(Number(seq))
      if (found === undefined) return { error: apiErrors.noMessage }
      const { headers, payload, seq: own, subject, time } = found
      return {
        message: {
          subject,
          seq: own,
          ...(headers === undefined ? {} : { hdrs: base64(headers) }),
          ...(payload.length === 0 ? {} : { data: base64(payload) }),
          time: timeText(time)
        }
      }
    })
  }

  #messageDelete(at: BrokerNode, name: string, request: ApiRequest): void {
    this.#onLeaders(at, name, request, "stream_msg_delete_response", (stream, copy) => {
      const seq = Number(jsonOf(request)?.["seq"] ?? 0)
      if (seq > copy.log.lastSeq) return { error: apiErrors.removeFailed("stream store EOF") }
      if (seq < copy.log.firstSeq) return { error: apiErrors.removeFailed("no message found") }
      if (copy.log.get(seq) === undefined) return { error: apiErrors.sequenceNotFound(seq) }
      stream.group.propose(copy.member, { _tag: "Remove", seq })
      return { success: true }
    })
  }

  #direct(at: BrokerNode, name: string, last: string, { payload, reply }: ApiRequest): void {
    const stream = this.#host.streams.get(name)
    const copies = stream?.config.allow_direct === true ? this.#host.directCopies(at, stream) : []
    if (stream === undefined || copies.length === 0) return this.#host.noResponders(at, reply)
    const copy = this.#host.pick(copies)
    const { node } = copy.member
    this.#host.route(at, node, () => {
      copy.log.expire(this.#host.time())
      const body = last === "" ? payload : encode(JSON.stringify({ last_by_subj: last }))
      directGet(
        copy.log,
        name,
        body,
        ({ headers, payload: data }) => this.#host.send(node, { subject: reply, reply: "", headers, payload: data })
      )
    })
  }

  /** Lets each server answer that takes itself for the leader of a stream. */
  #onLeaders(
    at: BrokerNode,
    name: string,
    request: ApiRequest,
    type: string,
    answer: (stream: SimulatedStream, copy: StreamCopy) => object,
    isDescription = false
  ): void {
    const stream = this.#host.streams.get(name)
    if (stream === undefined) return this.#byMeta(at, request, type, () => ({ error: apiErrors.streamNotFound }))
    const leaders = stream.leaders.filter(({ member }) => this.#host.knows(at, member.node))
    for (const copy of leaders) {
      const { node } = copy.member
      this.#host.route(at, node, () => {
        if (copy.member.isLeader) this.#host.answer(node, request.reply, `${typePrefix}${type}`, answer(stream, copy))
      })
    }
    if (leaders.length > 0 || !this.#host.isLeaderless(stream)) return
    for (const copy of stream.copies) {
      const { node } = copy.member
      if (!this.#host.knows(at, node)) continue
      this.#host.route(
        at,
        node,
        () =>
          this.#host.answer(
            node,
            request.reply,
            `${typePrefix}${type}`,
            isDescription ? answer(stream, copy) : { error: apiErrors.notAvailable }
          )
      )
    }
  }

  /** Lets the server answer that knows of all streams, if there is one. */
  #byMeta(at: BrokerNode, request: ApiRequest, type: string, answer: () => object): void {
    const meta = this.#host.meta(at)
    if (meta === undefined) return this.#fail(at, request, type, apiErrors.notAvailable)
    this.#host.route(at, meta, () => this.#host.answer(meta, request.reply, `${typePrefix}${type}`, answer()))
  }

  #fail(at: BrokerNode, { reply }: ApiRequest, type: string, error: ApiError): void {
    if (reply.length > 0) this.#host.answer(at, reply, `${typePrefix}${type}`, { error })
  }
}
