import { Console, Formatter, Layer, Logger, type LogLevel, Metric, References } from "effect"
import { Console as NodeConsole } from "node:console"
import process from "node:process"
import { Writable } from "node:stream"
import { isatty } from "node:tty"
import { isJournal } from "./isJournal.ts"
import { type DroppedLines, LogSink, openStandardOutput } from "./LogSink.ts"

/** Longest line in bytes; the texts of a longer one are cut. The journal would make several lines of it. */
export const lineBytesMax = 16_384

/** Time for a slow reader to take the last lines of a process, in milliseconds. */
const flushMillis = 1_000

/** What a severity is called in the journal (sd-daemon(3)). */
const priorities: Readonly<Record<LogLevel.LogLevel, number>> = {
  All: 7,
  Fatal: 2,
  Error: 3,
  Warn: 4,
  Info: 6,
  Debug: 7,
  Trace: 7,
  None: 7
}

type Line = ReturnType<typeof Logger.formatStructured.log>

const droppedLines = Metric.counter("log_lines_dropped_total", {
  description: "Lines of the log that were dropped because nothing took them",
  incremental: true
})

/** Where all lines of a process go. */
interface Output {
  readonly sink: LogSink
  readonly isTerminal: boolean
  /** What stands before a line of this severity. */
  readonly prefix: (level: LogLevel.LogLevel) => string
}

const makeOutput = (): Output => {
  const isTerminal = isatty(1)
  const fd = openStandardOutput()
  const toJournal = isJournal(1, process.env["JOURNAL_STREAM"])
  const prefix = (level: LogLevel.LogLevel) => toJournal ? `<${priorities[level]}>` : ""
  const report = (dropped: DroppedLines) => isTerminal ? inWords(dropped) : `${prefix("Warn")}${inJson(dropped)}`
  return { isTerminal, prefix, sink: new LogSink(fd, report) }
}

const inWords = ({ cause, count }: DroppedLines): string =>
  `${count} lines of this log were dropped: nothing took them (${cause})`

const inJson = (dropped: DroppedLines): string =>
  Formatter.formatJson(
    {
      message: inWords(dropped),
      level: "WARN",
      timestamp: new Date().toISOString(),
      cause: undefined,
      annotations: { count: dropped.count, since: dropped.since.toISOString() },
      spans: {},
      fiberId: "#0"
    } satisfies Line
  )

let made: Output | undefined
/** There is one standard output, however often it is asked for. */
const output = (): Output => made ??= makeOutput()

/** Lets the last lines be written before the process ends, a second at most. */
export const flushLog = (): Promise<void> => output().sink.flush(flushMillis)

/**
 * Logs to standard output: one JSON object a line, or for eyes when it is a terminal. Nothing below `level`. Never waits and
 * never fails, see {@link LogSink}. Where the journal of systemd takes the lines, each begins with its priority.
 */
export const logging = (level: LogLevel.LogLevel): Layer.Layer<never> => {
  const { isTerminal } = output()
  const lines = isTerminal
    ? Layer.mergeAll(Logger.layer([Logger.consolePretty()]), Layer.succeed(Console.Console, terminal()))
    : Logger.layer([jsonLines])
  return Layer.merge(lines, Layer.succeed(References.MinimumLogLevel, level))
}

const jsonLines = Logger.make<unknown, void>((options) => {
  const { prefix, sink } = output()
  const before = sink.dropped
  sink.write(`${prefix(options.logLevel)}${formatLine(Logger.formatStructured.log(options))}`)
  if (sink.dropped > before) droppedLines.updateUnsafe(sink.dropped - before, options.fiber.context)
})

/** For Effect's logger for eyes, which writes to a console. */
const terminal = (): Console.Console =>
  new NodeConsole({
    stdout: new Writable({
      decodeStrings: false,
      write: (text, _encoding, done) => {
        output().sink.write(String(text).replace(/\n$/, ""))
        done()
      }
    })
  })

const formatLine = (line: Line): string => {
  const text = Formatter.formatJson(line)
  if (Buffer.byteLength(text) <= lineBytesMax) return text
  // Quoted, a character has six bytes at most.
  const annotations = Object.entries(line.annotations).slice(0, 8).map(([key, value]) => [cut(key, 32), cut(value, 64)])
  return Formatter.formatJson({
    ...line,
    message: cut(line.message, 1_024),
    cause: line.cause === undefined ? undefined : cut(line.cause, 512),
    annotations: Object.fromEntries(annotations) as Record<string, unknown>,
    spans: {}
  })
}

const cut = (value: unknown, length: number): string => {
  const text = typeof value === "string" ? value : Formatter.formatJson(value)
  return text.length <= length ? text : `${text.slice(0, length)}…`
}
