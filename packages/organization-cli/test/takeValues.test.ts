import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Result } from "effect"
import { Completions } from "effect/cli"
import { takeValues } from "../src/arguments/takeValues.ts"
import { organizationCli } from "../src/organizationCli.ts"
import { Requests } from "./Requests.ts"
import { runHere } from "./runHere.ts"

const program = Completions.fromCommand(organizationCli)
const id = "0198c0de-0000-7000-8000-000000000001"

/** Every sub-command that does something, with the path to it. */
const leaves = (command: Completions.CommandDescriptor, path: ReadonlyArray<string>): ReadonlyArray<{
  readonly path: ReadonlyArray<string>
  readonly command: Completions.CommandDescriptor
}> =>
  command.subcommands.length === 0
    ? [{ path, command }]
    : command.subcommands.flatMap((below) => leaves(below, [...path, below.name]))

const values = ["-5 years old", "-", "-1", "-x", "- a list", "-–", "-q-", "--- a rule", "", "a=b", "-s3 bucket"]

describe("values", () => {
  for (const { command, path } of leaves(program, [])) {
    it(`of every option of ${path.join(" ")} may begin with a dash`, () => {
      const options = command.flags.filter(({ type }) => type._tag !== "Boolean")
      assert.isNotEmpty(options)
      for (const { aliases, name } of options) {
        for (const option of [`--${name}`, ...aliases.map((alias) => `-${alias}`)]) {
          for (const value of values) {
            const read = takeValues([...path, option, value, "operand"], program)
            assert.deepStrictEqual(read, Result.succeed([...path, `${option}=${value}`, "--", "operand"]))
          }
          for (const next of ["--help", "--timeout", "--", "-h", "-s", undefined]) {
            const read = takeValues([...path, option, ...(next === undefined ? [] : [next])], program)
            assert.match(String(Result.isFailure(read) && read.failure), /needs a value/)
          }
        }
      }
    })
  }
})

layer(Requests.layer, { excludeTestServices: true })("what begins with a dash", (it) => {
  const run = (...args: ReadonlyArray<string>) =>
    Effect.gen(function*() {
      const { answer, url } = yield* Requests
      const requests = answer(() => ({ status: "ok", outcome: "applied" }))
      const ran = yield* runHere([...args, "--timeout", "5"], { NATS_URL: url })
      return { ...ran, bodies: requests.map(({ body }) => JSON.parse(body)) }
    })

  it.effect("is taken for what it is", () =>
    Effect.gen(function*() {
      const described = yield* run("update", id, "--description", "-5 °C", "--name", "-x")
      assert.deepInclude(described.bodies[0], { description: "-5 °C", name: "-x" })
      for (const args of [["create", "-5 things"], ["create", "--pending", "-5 things"]]) {
        assert.deepInclude((yield* run(...args)).bodies[0], { name: "-5 things" })
      }
      const { url } = yield* Requests
      const { code } = yield* runHere(["create", "--timeout", "5", "--", "--json"], { NATS_URL: url })
      assert.strictEqual(code, 0)
    }))

  for (
    const [what, args, hint] of [
      ["what may be an option", ["create", "-abc"], "✗ there is no option -abc; if it is meant as it stands, put it"],
      ["a missing value", ["update", id, "--description", "--json"], "write --description=--json"],
      ["a missing value at the end", ["create", "x", "--id"], "✗ --id needs a value"],
      ["a misspelt option", ["update", id, "--descripton", "-5 °C"], "did you mean --description?"],
      ["what looks like a long option", ["create", "--- a rule"], "as in: -- \"--- a rule\""],
      ["an option in the place of a command", ["-5 things"], "✗ there is no option \"-5 things\""],
      ["an option in the place of a command of a group", ["team", "-5 things"], "✗ there is no option"],
      ["a misspelt command", ["shwo", id, "--ids"], "did you mean show?"],
      ["a level below zero", ["role", "update", id, id, "--level", "-1"], "level"]
    ] as const
  ) {
    it.effect(`${what} is one error with what to do`, () =>
      Effect.gen(function*() {
        const { bodies, code, err, out } = yield* run(...args)
        assert.deepStrictEqual([code, out, bodies], [2, "", []])
        assert.include(err, hint)
        assert.strictEqual(err.match(/✗/g)?.length, 1, err)
      }))
  }
})
