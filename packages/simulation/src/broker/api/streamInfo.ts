import { timeText } from "../stream/directGet.ts"
import type { SimulatedStream } from "../stream/SimulatedStream.ts"
import type { StreamCopy } from "../stream/StreamCopy.ts"
import type { ApiHost } from "./ApiHost.ts"

/** Subjects that one answer lists at most. */
const subjectsPerPage = 100_000

/** When something has not happened yet, as the broker writes it. */
const never = "0001-01-01T00:00:00Z"

/** A stream as the server of one copy describes it, with the subjects that a filter matches when they are asked for. */
export const streamInfo = (
  host: ApiHost,
  stream: SimulatedStream,
  copy: StreamCopy,
  asked?: { readonly filter: string | undefined; readonly offset: number }
): object => {
  const { log } = copy
  log.expire(host.time())
  const first = log.get(log.firstSeq)
  const subjects = asked?.filter === undefined ? undefined : log.subjects(asked.filter)
  const page = subjects === undefined ? undefined : [...subjects].slice(asked!.offset, asked!.offset + subjectsPerPage)
  const deleted = log.count === 0 ? 0 : log.lastSeq - log.firstSeq + 1 - log.count
  return {
    ...(asked === undefined
      ? {}
      : page === undefined || page.length === 0
      ? { total: 0, offset: 0, limit: 0 }
      : { total: subjects!.size, offset: asked.offset, limit: subjectsPerPage }),
    config: stream.config,
    created: stream.created,
    state: {
      messages: log.count,
      bytes: log.bytes,
      first_seq: log.lastSeq === 0 ? 0 : log.firstSeq,
      first_ts: first === undefined ? never : timeText(first.time),
      last_seq: log.lastSeq,
      last_ts: log.lastSeq === 0 ? never : timeText(log.lastTime),
      ...(deleted > 0 ? { num_deleted: deleted } : {}),
      ...(log.count > 0 ? { num_subjects: log.subjects(">").size } : {}),
      ...(page === undefined || page.length === 0 ? {} : { subjects: Object.fromEntries(page) }),
      consumer_count: [...host.consumers.values()].filter((consumer) => consumer.stream === stream.name).length
    },
    ...(host.domain === undefined ? {} : { domain: host.domain }),
    cluster: clusterOf(host, stream, copy),
    ts: timeText(host.time())
  }
}

const clusterOf = (host: ApiHost, stream: SimulatedStream, copy: StreamCopy): object => {
  const { member } = copy
  const leader = member.isLeader ? member : host.isLeaderless(stream) ? undefined : stream.group.leader
  const others = stream.copies.filter((each) => each.member !== leader)
  return {
    ...(host.nodes.length > 1 ? { name: "simulated" } : {}),
    ...(leader === undefined ? {} : { leader: leader.node.name }),
    ...(others.length === 0 ? {} : {
      replicas: others.map((each) => {
        const heard = stream.group.lastHeard(member, each.member)
        return {
          name: each.member.node.name,
          current: each.member.applied === member.applied,
          active: heard === undefined ? 0 : Math.max(1, Math.round((host.now() - heard) * 1_000_000))
        }
      })
    })
  }
}
