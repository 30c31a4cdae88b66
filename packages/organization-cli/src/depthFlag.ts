import { Flag } from "effect/cli"

/** `--depth`: how many levels of a tree are shown; all when it is not given. */
export const depthFlag = Flag.Int("depth").pipe(
  Flag.withMetavar("N"),
  Flag.withDescription("How many levels to show; what stands deeper is counted"),
  Flag.filter((depth) => depth >= 1, () => "at least 1"),
  Flag.withDefault(Number.POSITIVE_INFINITY)
)
