import { LogSink, openStandardOutput } from "@cim-domain/service/LogSink"

/**
 * A program that logs as many numbered lines as it is told, as fast as it can, and says so on standard error. It ends when
 * its input does.
 */
const [count = "0"] = process.argv.slice(2)
const sink = new LogSink(openStandardOutput(), ({ cause, count }) => JSON.stringify({ dropped: count, cause }))
for (let line = 0; line < Number(count); line++) sink.write(JSON.stringify({ line, text: "x".repeat(80) }))
process.stderr.write("logged\n")
process.stdin.on("end", () => void sink.flush(5_000).finally(() => process.exit(0))).resume()
