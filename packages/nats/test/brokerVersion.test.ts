import { assert, describe, it } from "@effect/vitest"
import { isAcceptedBrokerVersion } from "../src/connection/brokerVersion.ts"

describe("BrokerVersion", () => {
  it("accepts what keeps the promises and refuses the rest", () => {
    for (const version of ["2.12.14", "2.12.20", "2.14.4", "2.15.0", "2.15.1", "v2.15.1", "2.16.0-RC.1", "3.0.0"]) {
      assert.isTrue(isAcceptedBrokerVersion(version), version)
    }
    const refused = [
      "2.9.10",
      "2.10.27",
      "2.11.9",
      "2.12.13",
      "2.13.0",
      "2.14.3",
      "2.14.4-RC.1",
      "2.12.14-dev",
      "1.4.1",
      "",
      "x"
    ]
    for (const version of refused) {
      assert.isFalse(isAcceptedBrokerVersion(version), version)
    }
  })
})
