/** Cases: the effects of a block on commands, by conversation and user. */

import type { CommandBody } from "@hibiki/core/commands/Command"
import { directConversationId } from "@hibiki/core/domain/Uuid"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { gist, type LogScene } from "./LogScene.ts"

/** Commands that add to a conversation, about a message of one's own. */
const adding = (own: number): ReadonlyArray<CommandBody> => [
  { kind: "post", text: "a" },
  { kind: "post", text: "a", replyTo: own },
  { kind: "post", text: "a", replyTo: 99 },
  { kind: "edit", target: own, text: "b" },
  { kind: "edit", target: 99, text: "b" },
  { kind: "react", target: own, emoji: "🍵" }
]

export const blockedCases: ReadonlyArray<ContractCase<LogScene>> = [
  {
    name: "where one of the two blocks the other neither adds to the direct conversation, and both are told the same",
    run: ({ block, direct, post, refuses, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* direct(ann, bob)
        const own = { ann: yield* post(ann, log, "a"), bob: yield* post(bob, log, "b") }
        yield* block(ann, bob)
        for (const body of adding(own.bob)) yield* refuses("forbidden", bob, log, body)
        for (const body of adding(own.ann)) yield* refuses("forbidden", ann, log, body)
        yield* block(bob, ann)
        yield* block(ann, bob, false)
        for (const body of adding(own.bob)) yield* refuses("forbidden", bob, log, body)
        for (const body of adding(own.ann)) yield* refuses("forbidden", ann, log, body)
      })
  },
  {
    name: "what takes back goes on where one blocks the other: a delete, a reaction taken away, a withdrawal, and a repeat is a repeat",
    run: ({ assert, block, direct, does, id, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* direct(ann, bob)
        const posted = { id: yield* id }
        const body: CommandBody = { kind: "post", text: "b" }
        const seq = yield* stores(bob, log, body, posted)
        yield* post(bob, log, "c")
        yield* stores(bob, log, { kind: "react", target: seq, emoji: "🍵" })
        yield* block(ann, bob)
        assert.strictEqual(gist(yield* does(bob, log, body, posted)), `Repeated ${seq}`)
        yield* stores(bob, log, { kind: "unreact", target: seq, emoji: "🍵" })
        yield* stores(bob, log, { kind: "delete", target: seq + 1 })
        assert.strictEqual(gist(yield* does(bob, log, { kind: "withdraw" }, posted)), "withdrawn")
        yield* refuses("withdrawn", bob, log, { kind: "withdraw" })
      })
  },
  {
    name: "what a block refused stays refused when it ends, and what is new goes",
    run: ({ block, direct, id, post, refuses, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* direct(ann, bob)
        const refused = { id: yield* id }
        yield* block(ann, bob)
        yield* refuses("forbidden", bob, log, { kind: "post", text: "a" }, refused)
        yield* block(ann, bob, false)
        yield* refuses("forbidden", bob, log, { kind: "post", text: "a" }, refused)
        yield* post(bob, log, "b")
      })
  },
  {
    name: "a block filters no group and no notes, and is no other's",
    run: ({ assert, block, converse, direct, events, post, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const [group, notes, other] = [yield* converse(ann, [bob]), yield* direct(bob, bob), yield* direct(bob, cat)]
        yield* block(ann, bob)
        for (const log of [group, notes, other]) yield* post(bob, log, "a")
        yield* post(cat, other, "b")
        assert.strictEqual((yield* events(group)).length, 2)
      })
  },
  {
    name: "of a batch over several conversations only what a block is about is refused",
    run: ({ append, assert, block, command, converse, direct, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const logs = [yield* direct(ann, bob), yield* direct(cat, bob), yield* converse(bob, [ann])]
        yield* block(ann, bob)
        const posts = yield* Effect.forEach(logs, (log) => command(bob, log, { kind: "post", text: "a" }))
        const { decisions } = yield* append(...posts)
        assert.deepStrictEqual(decisions.map(gist), ["forbidden", "Appended 1", "Appended 2"])
      })
  },
  {
    name: "with who blocks one no direct conversation is opened, as with nobody, nor with whom one blocks; one that is there is found",
    run: ({ assert, block, direct, does, isMember, personalHead, refuses, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = directConversationId(ann, bob)
        const there = yield* direct(cat, ann)
        yield* block(ann, bob)
        yield* block(ann, cat)
        const heads = [yield* personalHead(ann), yield* personalHead(bob)]
        yield* refuses("not_found", bob, log, { kind: "openDirect", peer: ann })
        yield* refuses("forbidden", ann, log, { kind: "openDirect", peer: bob })
        yield* block(bob, ann)
        yield* refuses("not_found", ann, log, { kind: "openDirect", peer: bob })
        assert.strictEqual(yield* isMember(bob, log), false)
        assert.deepStrictEqual([yield* personalHead(ann), yield* personalHead(bob)], heads)
        assert.strictEqual(gist(yield* does(cat, there, { kind: "openDirect", peer: ann })), "Repeated 0")
        yield* block(ann, bob, false)
        yield* block(bob, ann, false)
        yield* direct(bob, ann)
      })
  }
]
