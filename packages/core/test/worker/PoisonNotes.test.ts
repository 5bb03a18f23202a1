import { assert, describe, it } from "@effect/vitest"
import type { Command } from "../../src/commands/Command.ts"
import { CommandId, ConversationId, Epoch, NodeId, UserId } from "../../src/domain/Ids.ts"
import type { Submission } from "../../src/ports/Submission.ts"
import { PoisonNotes } from "../../src/worker/Suspects.ts"

const uuid = (n: number) => `0191e2a0-0000-7000-8000-${n.toString(16).padStart(12, "0")}`
const submission = (
  log: number,
  ids: ReadonlyArray<number>,
  body: Command["body"] = { kind: "post", text: "x" }
): Submission => {
  const [conversation, by, epoch] = [ConversationId.make(uuid(log)), UserId.make(uuid(1)), Epoch.make(uuid(2))]
  const commands = ids.map((id) => ({ log: conversation, id: CommandId.make(uuid(id)), by, device: null, epoch, body }))
  return { v: 1, to: NodeId.make(uuid(3)), key: "", log: conversation, commands }
}

describe("notes of what a store will not take", () => {
  it("hold back whatever holds a noted command of the same log, until it is forgotten", () => {
    const notes = new PoisonNotes(10)
    const poison = submission(10, [1, 2])
    notes.note(poison.commands, 0)
    assert.isTrue(notes.holdsBack(submission(10, [3, 2]), 0))
    assert.isFalse(notes.holdsBack(submission(10, [3]), 0))
    assert.isFalse(notes.holdsBack(submission(11, [1]), 0))
    assert.isFalse(notes.holdsBack(submission(10, [1], { kind: "withdraw" }), 0))
    notes.forget(poison.commands)
    assert.isFalse(notes.holdsBack(poison, 0))
  })

  it("are bounded, and the oldest goes first", () => {
    const notes = new PoisonNotes(2)
    for (const id of [1, 2, 3]) notes.note(submission(10, [id]).commands, id)
    assert.deepStrictEqual(
      [1, 2, 3].map((id) => notes.holdsBack(submission(10, [id]), 3)),
      [false, true, true]
    )
  })

  it("hold for ten minutes, then the command is tried again", () => {
    const notes = new PoisonNotes(10)
    const poison = submission(10, [1])
    notes.note(poison.commands, 5_000)
    assert.isTrue(notes.holdsBack(poison, 604_999))
    assert.isFalse(notes.holdsBack(poison, 605_000))
    // Found to be as bad as before.
    notes.note(poison.commands, 605_000)
    assert.isTrue(notes.holdsBack(poison, 1_204_999))
  })

  it("that were made anew are not the oldest", () => {
    const notes = new PoisonNotes(2)
    for (const id of [1, 2, 1, 3]) notes.note(submission(10, [id]).commands, 0)
    assert.deepStrictEqual(
      [1, 2, 3].map((id) => notes.holdsBack(submission(10, [id]), 0)),
      [true, false, true]
    )
  })
})
