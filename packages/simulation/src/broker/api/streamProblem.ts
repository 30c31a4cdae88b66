import type { SimulatedStream } from "../stream/SimulatedStream.ts"
import type { StreamConfig } from "../stream/StreamConfig.ts"
import { subjectsOverlap } from "../subjects/subjectMatches.ts"
import { type ApiError, apiErrors } from "./apiErrors.ts"

/** What the broker has. */
interface Known {
  readonly streams: ReadonlyMap<string, SimulatedStream>
  readonly nodes: ReadonlyArray<{ readonly isUp: boolean }>
}

/** Why a stream cannot be made with these settings, or a present one cannot get them. */
export const streamProblem = (
  { nodes, streams }: Known,
  config: StreamConfig,
  present: SimulatedStream | undefined
): ApiError | undefined => {
  for (const other of streams.values()) {
    if (other === present || other.name === config.name) continue
    if (other.config.subjects.some((one) => config.subjects.some((subject) => subjectsOverlap(one, subject)))) {
      return apiErrors.subjectsOverlap
    }
  }
  const { num_replicas: replicas } = config
  if (replicas > 1 && nodes.length === 1) {
    return { code: 500, err_code: 10_074, description: "replicas > 1 not supported in non-clustered mode" }
  }
  if (replicas > nodes.filter(({ isUp }) => isUp).length) {
    return apiErrors.noPeers(`no suitable peers for placement${replicas > nodes.length ? "" : ", peer offline"}`)
  }
  if (present === undefined) return undefined
  // What is on its way would be lost with the group that it is on its way to.
  if (replicas !== present.copies.length && present.hasProposals) return apiErrors.notAvailable
  if (present.config.storage !== config.storage) {
    return apiErrors.invalidConfig("stream configuration update can not change storage type")
  }
  return present.config.retention !== config.retention && config.retention === "workqueue"
    ? apiErrors.invalidConfig("stream configuration update can not change retention policy to/from workqueue")
    : undefined
}
