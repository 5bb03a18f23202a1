/** A batch is decided as if its commands came one by one. */
import { assert, describe, it } from "@effect/vitest"
import type { Command } from "@hibiki/core/commands/Command"
import { Epoch, UserId } from "@hibiki/core/domain/Ids"
import { appendBatch } from "@hibiki/testing/Append"
import { addUserTo, type ChatState, makeChatState } from "@hibiki/testing/ChatState"
import { makeCommands, seededRandom } from "./randomCommands.ts"

const epoch = Epoch.make("00000000-0000-4000-8000-000000000001")
const now = 1_700_000_000_000

const stateOf = (users: ReadonlyArray<UserId>): ChatState => {
  const state = makeChatState(epoch, 1)
  for (const userId of users)
    addUserTo(state, { userId, handle: userId, displayName: userId, admin: false, invisible: false })
  return state
}

const aloneIn = (state: ChatState, commands: ReadonlyArray<Command>) =>
  commands.flatMap((one) => appendBatch(state, now, [one]).decisions)

describe("a batch of random commands", () => {
  it("comes to the decisions, logs and changes of its commands one by one, in 400 runs", () => {
    let stored = 0
    let drawn = 0
    for (let seed = 1; seed <= 400; seed++) {
      const { uuid } = seededRandom(-seed)
      const users = Array.from({ length: 4 }, () => UserId.make(uuid()))
      const { batch, beginning } = makeCommands(seed, users, epoch)
      const [together, alone] = [stateOf(users), stateOf(users)]
      const first = beginning()
      assert.deepStrictEqual(appendBatch(together, now, first).decisions, aloneIn(alone, first))
      for (let i = 0; i < 8; i++) {
        const commands = batch()
        drawn += commands.length
        const heads = new Map([...together.logs.values()].map(({ events, id }) => [id, events.length]))
        const { changes, decisions } = appendBatch(together, now, commands)
        const note = `seed ${seed}, batch ${i}: ${JSON.stringify(commands)}`
        assert.deepStrictEqual(decisions, aloneIn(alone, commands), note)
        assert.deepStrictEqual(together.logs, alone.logs, note)
        // What is told is what the log has afterwards: a text that the batch itself erased is told to nobody.
        for (const { events, log } of changes) {
          const inLog = together.logs.get(log)?.events.slice(heads.get(log) ?? 0) ?? []
          assert.deepStrictEqual(
            events,
            inLog.map(({ event }) => event),
            note
          )
        }
        stored += decisions.filter(({ _tag }) => _tag === "Appended").length
      }
    }
    assert.isAbove(stored / drawn, 0.14, "the commands meet what they name")
  })
})
