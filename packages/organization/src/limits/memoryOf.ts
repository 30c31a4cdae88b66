import type { OrganizationState } from "../OrganizationState.ts"

/** An organization of nothing, with the maps of its index. */
const emptyBytes = 4 * 1024

/** An anomaly, which has few texts, and those short. */
const anomalyBytes = 512

/** What a state takes in memory, in bytes, roughly and rather too much than too little. Costs nothing to find out. */
export const memoryOf = ({ anomalies, bytes, recent_commands }: OrganizationState): number =>
  emptyBytes + bytes + recent_commands.memoryBytes + anomalyBytes * anomalies.last.length
