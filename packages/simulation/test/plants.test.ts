import { describe, expect, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { forgetful } from "../src/plants/forgetful.ts"
import { plants } from "../src/plants/plants.ts"

const places = ({ file, from }: (typeof plants)[number]) =>
  readFileSync(new URL(`../../${file}`, import.meta.url), "utf8").split(from).length - 1

describe("planted faults", () => {
  it("have their place in the sources, once", () => {
    const misplaced = [...plants, ...forgetful].filter((plant) => places(plant) !== 1)
    expect(misplaced.map(({ file, name }) => `${file}: ${name}`)).toEqual([])
  })

  it("have names of their own, and lie in every layer", () => {
    expect(new Set(plants.map(({ name }) => name)).size).toBe(plants.length)
    expect(plants.length).toBeGreaterThanOrEqual(40)
    expect([...new Set(plants.map(({ layer }) => layer))].toSorted()).toEqual([
      "aggregate",
      "client",
      "codecs",
      "domain",
      "follower",
      "line",
      "protocol",
      "snapshots",
      "store adapter"
    ])
  })
})
