/** Cases: commands that were given in another epoch of the store, or may have outlived it. */

import type { CommandBody } from "@hibiki/core/commands/Command"
import { Epoch, personalLog } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { gist, type LogScene } from "./LogScene.ts"

export const epochCases: ReadonlyArray<ContractCase<LogScene>> = [
  {
    name: "what names a seq of another epoch is refused, and not remembered",
    run: ({ assert, converse, does, id, post, refuses, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        yield* post(ann, log, "a")
        const epoch = Epoch.make(yield* makeUuidV7)
        const bodies: ReadonlyArray<CommandBody> = [
          { kind: "post", text: "b", replyTo: 2 },
          { kind: "edit", target: 2, text: "b" },
          { kind: "react", target: 2, emoji: "👍" },
          { kind: "unreact", target: 2, emoji: "👍" },
          { kind: "read", conversationId: log, upTo: 2 },
          { kind: "markUnread", conversationId: log, upTo: 2 },
          { kind: "delete", target: 2 }
        ]
        for (const body of bodies) {
          const where = body.kind === "read" || body.kind === "markUnread" ? personalLog(ann) : log
          const same = { id: yield* id }
          yield* refuses("epoch_changed", ann, where, body, { ...same, epoch })
          assert.strictEqual((yield* does(ann, where, body, same))._tag, "Appended", body.kind)
        }
      })
  },
  {
    name: "what names no seq goes in any epoch, and a repeat is a repeat",
    run: ({ assert, converse, does, id, post, stores, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        yield* post(ann, log, "a")
        const epoch = Epoch.make(yield* makeUuidV7)
        assert.strictEqual(yield* stores(ann, log, { kind: "post", text: "b" }, { epoch }), 3)
        assert.strictEqual(yield* stores(ann, log, { kind: "rename", title: "Other" }, { epoch }), 4)
        const same = { id: yield* id }
        yield* stores(ann, log, { kind: "react", target: 2, emoji: "👍" }, same)
        assert.strictEqual(
          gist(yield* does(ann, log, { kind: "react", target: 2, emoji: "👍" }, { ...same, epoch })),
          "Repeated 5"
        )
      })
  },
  {
    name: "a reply that is given again without what it replied to is a repeat, as long as its text is the same",
    run: ({ append, assert, command, converse, events, refuses, post, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        yield* post(bob, log, "question")
        const reply = yield* command(ann, log, { kind: "post", text: "answer", replyTo: 2 })
        yield* append(reply)
        // A sender in another epoch does the same. They can't know whether the message survived the restore, and have
        // no number for the message that they replied to.
        const again = { ...reply, body: { kind: "post", text: "answer" } } as const
        assert.deepStrictEqual((yield* append(again, again, reply)).decisions.map(gist), [
          "Repeated 3",
          "Repeated 3",
          "Repeated 3"
        ])
        const same = { id: reply.id }
        yield* refuses("conflict", ann, log, { kind: "post", text: "another answer" }, same)
        yield* refuses("conflict", ann, log, { kind: "post", text: "answer", replyTo: 1 }, same)
        yield* refuses("conflict", bob, log, { kind: "post", text: "answer" }, same)
        assert.strictEqual((yield* events(log)).length, 3)
      })
  }
]
