import { fstatSync } from "node:fs"
import process from "node:process"

/** A replica whose standard output is said to be the journal, as systemd says it. */
const { dev, ino } = fstatSync(1, { bigint: true })
process.env["JOURNAL_STREAM"] = `${dev}:${ino}`

await import("../src/main.ts")
