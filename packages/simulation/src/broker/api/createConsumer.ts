import type { BrokerNode } from "../cluster/Network.ts"
import { type ConsumerConfig, PushConsumer } from "../consumers/PushConsumer.ts"
import { decode } from "../message/encode.ts"
import { timeText } from "../stream/directGet.ts"
import { apiErrors } from "./apiErrors.ts"
import type { ApiHost, ApiRequest } from "./ApiHost.ts"

const type = (verb: string) => `io.nats.jetstream.api.v1.consumer_${verb}_response`

/** Makes a consumer on one of the servers that have the stream. */
export const createConsumer = (
  host: ApiHost,
  at: BrokerNode,
  name: string,
  consumer: string,
  { payload, reply }: ApiRequest
): void => {
  const meta = host.meta(at)
  if (meta === undefined) return host.answer(at, reply, type("create"), { error: apiErrors.notAvailable })
  host.route(at, meta, () => {
    const stream = host.streams.get(name)
    if (stream === undefined) return host.answer(meta, reply, type("create"), { error: apiErrors.streamNotFound })
    let config: ConsumerConfig
    try {
      config = { ...JSON.parse(decode(payload)).config, name: consumer }
    } catch (error) {
      return host.answer(meta, reply, type("create"), { error: apiErrors.invalidJson(String(error)) })
    }
    const copies = stream.copies.filter(({ member }) => host.knows(meta, member.node))
    if (copies.length === 0) return host.answer(meta, reply, type("create"), { error: apiErrors.notAvailable })
    const copy = host.pick(copies)
    host.route(meta, copy.member.node, () => {
      const key = `${name}.${consumer}`
      host.consumers.get(key)?.end()
      const made = new PushConsumer(name, config, copy, host.consumerHost(copy.member.node, key))
      host.consumers.set(key, made)
      host.answer(copy.member.node, reply, type("create"), {
        stream_name: name,
        name: consumer,
        created: timeText(host.time()),
        config,
        delivered: { consumer_seq: 0, stream_seq: 0 },
        ack_floor: { consumer_seq: 0, stream_seq: 0 },
        num_ack_pending: 0,
        num_redelivered: 0,
        num_waiting: 0,
        num_pending: copy.log.pending(config.filter_subject ?? "", made.next),
        push_bound: true
      })
      made.push()
    })
  })
}

/** Takes a consumer away. */
export const deleteConsumer = (
  host: ApiHost,
  at: BrokerNode,
  name: string,
  consumer: string,
  { reply }: ApiRequest
): void => {
  const present = host.consumers.get(`${name}.${consumer}`)
  if (present === undefined) return host.answer(at, reply, type("delete"), { error: apiErrors.consumerNotFound })
  host.route(at, present.copy.member.node, () => {
    present.end()
    host.answer(present.copy.member.node, reply, type("delete"), { success: true })
  })
}
