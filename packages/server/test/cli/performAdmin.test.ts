import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Conversations } from "@hibiki/core/ports/Conversations"
import { PushStore } from "@hibiki/core/ports/PushStore"
import { Users } from "@hibiki/core/ports/Users"
import { failed } from "@hibiki/node/Problem"
import { Effect, HashMap, Layer, Logger } from "effect"
import { accountsInMemory, register } from "../../../core/test/accounts/authKit.ts"
import type { AdminRequest } from "../../src/cli/admin/AdminRequest.ts"
import { performAdmin } from "../../src/cli/admin/performAdmin.ts"

const listed = performAdmin({ op: "user.list" }, () => failed("no backup here"))

describe("hibiki user list", () => {
  it.effect("is one line for each account, and says nothing to the terminal, whatever people call themselves", () => {
    const names = [
      "eve\nroot\tRoot\t2024-01-01\tadmin",
      "\u001b]52;c;cm0gLXJmIH4=\u0007",
      "\u001b[2J\u009b2J",
      "a\r\nb\u2028c",
      "\u202enimda",
      "Ōkubo 大久保"
    ]
    return Effect.gen(function* () {
      const users = yield* Users
      for (const [index, name] of names.entries()) {
        const { userId } = yield* register(`user${index}`)
        yield* users.setDisplayName(userId, name, 0)
      }
      const lines = yield* listed
      assert.lengthOf(lines, names.length)
      for (const [index, line] of lines.entries()) {
        const [handle, name = "", since = "", ...marks] = line.split("\t")
        assert.deepStrictEqual([handle, marks], [`user${index}`, []])
        assert.notMatch(name, /[\p{Cc}\u2028\u2029\u202a-\u202e]/u)
        assert.match(since, /^\d{4}-\d\d-\d\d$/)
      }
      assert.include(lines[0], "eve↵root  Root  2024-01-01  admin")
      assert.include(lines[1], "␛]52;c;cm0gLXJmIH4=␇")
      assert.include(lines[5], "Ōkubo 大久保")
    }).pipe(
      Effect.provide(Layer.mergeAll(accountsInMemory(), Layer.mock(PushStore, {}), Layer.mock(Conversations, {})))
    )
  })

  it.effect("marks administrators and those who may not sign in, and says so when there is nobody", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* listed, ["No accounts yet."])
      yield* register("ann")
      yield* register("bob")
      yield* performAdmin({ op: "user.promote", handle: "ann" }, () => failed("no backup here"))
      yield* performAdmin({ op: "user.disable", handle: "bob" }, () => failed("no backup here"))
      assert.deepStrictEqual(
        (yield* listed).map((line) => line.split("\t").filter((_, field) => field !== 2)),
        [
          ["ann", "ann", "admin"],
          ["bob", "bob", "disabled"]
        ]
      )
    }).pipe(
      Effect.provide(Layer.mergeAll(accountsInMemory(), Layer.mock(PushStore, {}), Layer.mock(Conversations, {})))
    )
  )
})

describe("what an administrator does by the command line", () => {
  it.effect(
    "is a line of the log each, without the password or token that it prints; what is only looked at is none",
    () => {
      const lines: Array<string> = []
      const logger = Logger.make(({ annotations, logLevel, message }) => {
        lines.push(
          inspect([logLevel.label, message, Object.fromEntries(HashMap.entries(annotations))], {
            breakLength: Number.POSITIVE_INFINITY,
            sorted: true
          })
        )
      })
      return Effect.gen(function* () {
        yield* register("ann")
        lines.length = 0
        const perform = (request: AdminRequest) => performAdmin(request, () => failed("no backup here"))
        yield* perform({ op: "user.list" })
        const reset = yield* perform({ op: "user.resetPassword", handle: "ann" })
        yield* perform({ op: "user.promote", handle: "ann" })
        const token = yield* perform({ op: "token.create", handle: "robot", deviceName: "ci" })
        yield* Effect.flip(perform({ op: "user.disable", handle: "nobody" }))
        const done = "'INFO', [ \"An administrator's command was done\" ]"
        assert.deepStrictEqual(lines, [
          `[ ${done}, { handle: 'ann', op: 'user.resetPassword' } ]`,
          `[ ${done}, { handle: 'ann', op: 'user.promote' } ]`,
          `[ ${done}, { deviceName: 'ci', handle: 'robot', op: 'token.create' } ]`
        ])
        const [printed] = reset
        for (const secret of [printed?.split(": ")[1] ?? "", token[0] ?? ""]) {
          assert.isAbove(secret.length, 15)
          assert.notInclude(lines.join("\n"), secret)
        }
      }).pipe(
        Effect.provide(Layer.mergeAll(accountsInMemory(), Layer.mock(PushStore, {}), Layer.mock(Conversations, {}))),
        Effect.provide(Logger.replace(Logger.defaultLogger, logger))
      )
    }
  )
})
