/** Cases: a repeated command gets its first answer again, even if the facts have changed since. */

import type { CommandBody } from "@hibiki/core/commands/Command"
import { type ConversationId, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { directConversationId } from "@hibiki/core/domain/Uuid"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { gist, type LogScene } from "./LogScene.ts"

export const repeatCases: ReadonlyArray<ContractCase<LogScene>> = [
  {
    name: "the same command again is answered with its first seq and time, and stored once",
    run: ({ append, assert, clock, command, converse, head, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const post = yield* command(ann, log, { kind: "post", text: "once" })
        const at = clock.now
        yield* append(post)
        assert.deepStrictEqual((yield* append(post)).decisions, [{ _tag: "Repeated", seq: 2, at }])
        assert.strictEqual(yield* head(log), 2)
      })
  },
  {
    name: "every kind of command but a read is repeated with its first seq",
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, converse, does, id, post, stores, users } = scene
        const [ann, bob, cat, eve] = yield* users(4)
        const log = yield* converse(ann, [bob], { kind: "channel" })
        yield* post(ann, log, "a")
        const steps: ReadonlyArray<readonly [UserId, ConversationId, CommandBody]> = [
          [ann, log, { kind: "post", text: "b", replyTo: 2 }],
          [ann, log, { kind: "edit", target: 2, text: "c" }],
          [bob, log, { kind: "react", target: 2, emoji: "👍" }],
          [bob, log, { kind: "unreact", target: 2, emoji: "👍" }],
          [cat, log, { kind: "join" }],
          [ann, log, { kind: "setRole", userId: cat, role: "admin" }],
          [ann, log, { kind: "rename", title: "Other" }],
          [ann, log, { kind: "remove", userId: cat }],
          // Bob is a member already, so the event names cat alone; the command is still the same one.
          [ann, log, { kind: "add", userIds: [bob, cat] }],
          [ann, personalLog(ann), { kind: "markUnread", conversationId: log, upTo: 2 }],
          [ann, log, { kind: "delete", target: 2 }],
          [cat, log, { kind: "leave" }]
        ]
        for (const [by, where, body] of steps) {
          const same = { id: yield* id }
          const seq = yield* stores(by, where, body, same)
          assert.strictEqual(gist(yield* does(by, where, body, same)), `Repeated ${seq}`, body.kind)
          assert.strictEqual(gist(yield* does(eve, where, body, same)), "conflict", body.kind)
        }
      })
  },
  {
    name: "a field without a value is the same as no field",
    run: ({ assert, converse, does, id, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const same = { id: yield* id }
        yield* does(ann, log, { kind: "post", text: "a" }, same)
        assert.strictEqual(
          gist(yield* does(ann, log, { text: "a", kind: "post", replyTo: undefined }, same)),
          "Repeated 2"
        )
      })
  },
  {
    name: "a repeat is answered whatever the rights are now",
    run: ({ append, assert, command, converse, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const post = yield* command(bob, log, { kind: "post", text: "mine" })
        const rename = yield* command(ann, log, { kind: "rename", title: "New" })
        yield* append(post, rename)
        yield* stores(ann, log, { kind: "remove", userId: bob })
        assert.deepStrictEqual((yield* append(post, rename)).decisions.map(gist), ["Repeated 2", "Repeated 3"])
      })
  },
  {
    name: "the same id with another body, kind or sender is a conflict, and the first stays as it was",
    run: ({ assert, converse, does, events, id, refuses, users }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = yield* users(3)
        const log = yield* converse(ann, [bob])
        const same = { id: yield* id }
        yield* does(ann, log, { kind: "post", text: "first" }, same)
        yield* refuses("conflict", ann, log, { kind: "post", text: "second" }, same)
        yield* refuses("conflict", ann, log, { kind: "post", text: "first", replyTo: 2 }, same)
        yield* refuses("conflict", ann, log, { kind: "rename", title: "first" }, same)
        yield* refuses("conflict", bob, log, { kind: "post", text: "first" }, same)
        yield* refuses("conflict", eve, log, { kind: "post", text: "first" }, same)
        assert.strictEqual(gist(yield* does(ann, log, { kind: "post", text: "first" }, same)), "Repeated 2")
        assert.strictEqual((yield* events(log)).length, 2)
      })
  },
  {
    name: "an id counts within its conversation: elsewhere it is another command",
    run: ({ assert, converse, does, id, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const [tea, coffee] = [yield* converse(ann, []), yield* converse(ann, [])]
        const same = { id: yield* id }
        assert.strictEqual(gist(yield* does(ann, tea, { kind: "post", text: "a" }, same)), "Appended 2")
        assert.strictEqual(gist(yield* does(ann, coffee, { kind: "post", text: "b" }, same)), "Appended 2")
      })
  },
  {
    name: "a post that was deleted since, and an edit of it, are repeats whatever their text",
    run: ({ assert, converse, does, id, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const [post, edit] = [{ id: yield* id }, { id: yield* id }]
        yield* does(bob, log, { kind: "post", text: "a" }, post)
        yield* does(bob, log, { kind: "edit", target: 2, text: "b" }, edit)
        yield* stores(ann, log, { kind: "delete", target: 2 })
        assert.strictEqual(gist(yield* does(bob, log, { kind: "post", text: "a" }, post)), "Repeated 2")
        assert.strictEqual(gist(yield* does(bob, log, { kind: "post", text: "not a" }, post)), "Repeated 2")
        assert.strictEqual(gist(yield* does(bob, log, { kind: "edit", target: 2, text: "b" }, edit)), "Repeated 3")
        yield* refuses("conflict", ann, log, { kind: "post", text: "a" }, post)
      })
  },
  {
    name: "a refused id stays refused with its code, though it would be allowed now",
    run: ({ assert, converse, does, id, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob], { kind: "channel" })
        const [join, post, rename] = [{ id: yield* id }, { id: yield* id }, { id: yield* id }]
        yield* refuses("no_change", bob, log, { kind: "join" }, join)
        yield* stores(bob, log, { kind: "leave" })
        yield* refuses("not_found", bob, log, { kind: "post", text: "a" }, post)
        yield* refuses("no_change", bob, log, { kind: "join" }, join)
        yield* stores(bob, log, { kind: "join" })
        yield* refuses("not_found", bob, log, { kind: "post", text: "a" }, post)
        yield* refuses("forbidden", bob, log, { kind: "rename", title: "Bob's" }, rename)
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "admin" })
        yield* refuses("forbidden", bob, log, { kind: "rename", title: "Bob's" }, rename)
        assert.strictEqual(gist(yield* does(bob, log, { kind: "rename", title: "Bob's" })), "Appended 5")
      })
  },
  {
    name: "every code that rights decide is remembered",
    run: ({ converse, id, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const [leave, reply, rename, mark] = [
          { id: yield* id },
          { id: yield* id },
          { id: yield* id },
          { id: yield* id }
        ]
        yield* refuses("last_owner", ann, log, { kind: "leave" }, leave)
        yield* refuses("invalid_target", bob, log, { kind: "post", text: "a", replyTo: 2 }, reply)
        yield* refuses("no_change", ann, log, { kind: "rename", title: "Tea" }, rename)
        yield* refuses(
          "invalid_target",
          bob,
          personalLog(bob),
          { kind: "markUnread", conversationId: log, upTo: 2 },
          mark
        )
        yield* post(ann, log, "a")
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "owner" })
        yield* stores(ann, log, { kind: "rename", title: "Coffee" })
        yield* refuses("last_owner", ann, log, { kind: "leave" }, leave)
        yield* refuses("invalid_target", bob, log, { kind: "post", text: "a", replyTo: 2 }, reply)
        yield* refuses("no_change", ann, log, { kind: "rename", title: "Tea" }, rename)
        yield* refuses(
          "invalid_target",
          bob,
          personalLog(bob),
          { kind: "markUnread", conversationId: log, upTo: 2 },
          mark
        )
      })
  },
  {
    name: "a refused id of another sender is a conflict, also when he is a member no more",
    run: ({ converse, id, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const [asMember, asFormer] = [{ id: yield* id }, { id: yield* id }]
        yield* refuses("forbidden", bob, log, { kind: "rename", title: "Bob's" }, asMember)
        yield* stores(bob, log, { kind: "leave" })
        yield* refuses("not_found", bob, log, { kind: "post", text: "a" }, asFormer)
        for (const same of [asMember, asFormer]) yield* refuses("conflict", ann, log, { kind: "post", text: "a" }, same)
        yield* refuses("forbidden", bob, log, { kind: "rename", title: "Bob's" }, asMember)
        yield* refuses("not_found", bob, log, { kind: "post", text: "a" }, asFormer)
      })
  },
  {
    name: "a conversation that does not exist is refused, but the id is not remembered",
    run: ({ conversationId, post, command, append, refuses, stores, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* conversationId
        const early = yield* command(ann, log, { kind: "post", text: "a" })
        yield* refuses("not_found", ann, log, early.body, { id: early.id })
        yield* stores(ann, log, {
          kind: "create",
          conversationKind: "group",
          title: "Tea",
          history: "all",
          members: []
        })
        yield* stores(ann, log, early.body, { id: early.id })
        yield* post(ann, log, "b")
        yield* append(early)
      })
  },
  {
    name: "a read is not remembered, whether it changed anything or not: its id may be used again",
    run: ({ converse, id, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        yield* stores(bob, personalLog(bob), { kind: "read", conversationId: log, upTo: 1 })
        const same = { id: yield* id }
        yield* refuses("no_change", bob, personalLog(bob), { kind: "read", conversationId: log, upTo: 1 }, same)
        yield* post(ann, log, "a")
        yield* stores(bob, personalLog(bob), { kind: "read", conversationId: log, upTo: 2 }, same)
        yield* refuses("no_change", bob, personalLog(bob), { kind: "read", conversationId: log, upTo: 2 }, same)
      })
  },
  {
    name: "a repeat tells its log's head again, and those of the personal logs it touched, without events",
    run: ({ append, assert, command, converse, personalHead, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [])
        const add = yield* command(ann, log, { kind: "add", userIds: [bob, cat] })
        yield* append(add)
        const { changes, decisions } = yield* append(add)
        assert.deepStrictEqual(decisions.map(gist), ["Repeated 2"])
        const heads = new Map(changes.map((change) => [change.log, change.head]))
        assert.deepStrictEqual(
          changes.map(({ events }) => events.length),
          [0, 0, 0]
        )
        assert.deepStrictEqual(
          heads,
          new Map([
            [log, 2],
            [personalLog(bob), yield* personalHead(bob)],
            [personalLog(cat), yield* personalHead(cat)]
          ])
        )
      })
  },
  {
    name: "a repeat beside new events of its log is told with them, once",
    run: ({ append, assert, command, converse, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const first = yield* command(ann, log, { kind: "post", text: "a" })
        yield* append(first)
        const { changes } = yield* append(first, yield* command(ann, log, { kind: "post", text: "b" }), first)
        assert.deepStrictEqual(
          changes.map((change) => [change.log, change.head, change.events.map(({ seq }) => seq)]),
          [[log, 3, [3]]]
        )
      })
  },
  {
    name: "a repeated openDirect tells the conversation's head and both personal logs",
    run: ({ append, assert, command, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = directConversationId(ann, bob)
        const open = yield* command(ann, log, { kind: "openDirect", peer: bob })
        yield* append(open)
        const { changes } = yield* append(open)
        assert.deepStrictEqual(
          changes.map((change) => change.log).sort(),
          [log, personalLog(ann), personalLog(bob)].sort()
        )
        assert.deepStrictEqual(
          changes.find((change) => change.log === log),
          { log, head: 0, events: [] }
        )
      })
  }
]
