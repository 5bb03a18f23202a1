/** Cases: the rights to post, reply, edit, delete and react, and the traces of a delete. */

import { type CommandBody, everyKind } from "@hibiki/core/commands/Command"
import { personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { Effect } from "effect"
import { anyBody } from "../../anyBody.ts"
import type { ContractCase } from "../Contract.ts"
import type { LogScene } from "./LogScene.ts"

/** One of each kind for an existing conversation, all about seq 2. */
const conversationBodies = (userId: UserId): ReadonlyArray<CommandBody> => [
  ...everyKind()
    .filter(({ creates, kind, log }) => log === "conversation" && creates !== true && kind !== "withdraw")
    .map(({ kind }) => anyBody(kind, { seq: 2, userId, conversationId: personalLog(userId) })),
  { kind: "post", text: "a", replyTo: 2 }
]

export const messageCases: ReadonlyArray<ContractCase<LogScene>> = [
  {
    name: "for a stranger and for a former member a group is not there, whatever they ask",
    run: ({ converse, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = yield* users(3)
        const log = yield* converse(ann, [bob])
        yield* post(bob, log, "a")
        yield* stores(ann, log, { kind: "remove", userId: bob })
        for (const body of conversationBodies(ann)) {
          yield* refuses("not_found", eve, log, body)
          yield* refuses("not_found", bob, log, body)
        }
      })
  },
  {
    name: "a personal log takes no conversation command: unsupported for its user, not there for others",
    run: ({ refuses, users }) =>
      Effect.gen(function* () {
        const [ann, eve] = yield* users(2)
        for (const body of [...conversationBodies(ann), { kind: "withdraw" } as const]) {
          yield* refuses("unsupported", ann, personalLog(ann), body)
          yield* refuses("not_found", eve, personalLog(ann), body)
        }
      })
  },
  {
    name: "a reply's target is a posted message that is there and not deleted",
    run: ({ converse, post, refuses, stores, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        yield* post(ann, log, "a")
        yield* stores(ann, log, { kind: "edit", target: 2, text: "b" })
        yield* post(ann, log, "answer", 2)
        for (const replyTo of [0, 1, 3, 99])
          yield* refuses("invalid_target", ann, log, { kind: "post", text: "c", replyTo })
        yield* stores(ann, log, { kind: "delete", target: 2 })
        yield* refuses("invalid_target", ann, log, { kind: "post", text: "c", replyTo: 2 })
      })
  },
  {
    name: "only its author edits a message, and only to another text than it has",
    run: ({ assert, converse, events, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        yield* post(bob, log, "a")
        yield* refuses("forbidden", ann, log, { kind: "edit", target: 2, text: "b" })
        yield* refuses("no_change", bob, log, { kind: "edit", target: 2, text: "a" })
        yield* stores(bob, log, { kind: "edit", target: 2, text: "b" })
        yield* refuses("no_change", bob, log, { kind: "edit", target: 2, text: "b" })
        yield* stores(bob, log, { kind: "edit", target: 2, text: "a" })
        assert.deepStrictEqual(
          (yield* events(log)).slice(1).map((event) => ("text" in event ? event.text : "")),
          ["a", "b", "a"]
        )
      })
  },
  {
    name: "an edit's and a reaction's target is a posted message that is there and not deleted",
    run: ({ converse, post, refuses, stores, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        yield* post(ann, log, "a")
        yield* stores(ann, log, { kind: "react", target: 2, emoji: "👍" })
        yield* post(ann, log, "b")
        yield* stores(ann, log, { kind: "delete", target: 4 })
        for (const target of [0, 1, 3, 4, 5, 99]) {
          yield* refuses("invalid_target", ann, log, { kind: "edit", target, text: "c" })
          yield* refuses("invalid_target", ann, log, { kind: "react", target, emoji: "👍" })
          yield* refuses("invalid_target", ann, log, { kind: "unreact", target, emoji: "👍" })
        }
      })
  },
  {
    name: "a message is deleted by its author, an admin or an owner, once",
    run: ({ converse, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob, cat])
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "admin" })
        for (const text of ["cat's", "cat's", "cat's", "ann's"]) yield* post(text === "ann's" ? ann : cat, log, text)
        yield* refuses("forbidden", cat, log, { kind: "delete", target: 6 })
        yield* stores(cat, log, { kind: "delete", target: 3 })
        yield* stores(bob, log, { kind: "delete", target: 4 })
        yield* stores(ann, log, { kind: "delete", target: 5 })
        yield* stores(bob, log, { kind: "delete", target: 6 })
        yield* refuses("no_change", cat, log, { kind: "delete", target: 3 })
        yield* refuses("no_change", ann, log, { kind: "delete", target: 3 })
        for (const target of [0, 1, 2, 7, 99]) yield* refuses("invalid_target", ann, log, { kind: "delete", target })
      })
  },
  {
    name: "in a direct conversation each deletes only its own",
    run: ({ direct, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* direct(ann, bob)
        yield* post(ann, log, "a")
        yield* post(bob, log, "b")
        yield* refuses("forbidden", ann, log, { kind: "delete", target: 2 })
        yield* refuses("forbidden", bob, log, { kind: "delete", target: 1 })
        yield* stores(bob, log, { kind: "delete", target: 2 })
      })
  },
  {
    name: "a delete blanks the post and all its edits in the log at once, for every way of reading",
    run: ({ assert, clock, command, append, converse, events, slice, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const kept = yield* command(bob, log, { kind: "post", text: "kept" })
        const post = yield* command(bob, log, { kind: "post", text: "secret", replyTo: 2 })
        const edit = yield* command(bob, log, { kind: "edit", target: 3, text: "more secret" })
        const again = yield* command(bob, log, { kind: "edit", target: 3, text: "most secret" })
        const other = yield* command(bob, log, { kind: "edit", target: 2, text: "kept too" })
        const react = yield* command(ann, log, { kind: "react", target: 3, emoji: "👍" })
        const remove = yield* command(ann, log, { kind: "delete", target: 3 })
        const at = clock.now
        yield* append(kept, post, edit, again, other, react)
        yield* append(remove)
        const expected = [
          { seq: 2, id: kept.id, by: bob, at, kind: "posted", text: "kept" },
          { seq: 3, id: post.id, by: bob, at, kind: "posted", text: "", blanked: true },
          { seq: 4, id: edit.id, by: bob, at, kind: "edited", target: 3, text: "", blanked: true },
          { seq: 5, id: again.id, by: bob, at, kind: "edited", target: 3, text: "", blanked: true },
          { seq: 6, id: other.id, by: bob, at, kind: "edited", target: 2, text: "kept too" },
          { seq: 7, id: react.id, by: ann, at, kind: "reacted", target: 3, emoji: "👍" },
          { seq: 8, id: remove.id, by: ann, at: at + 1, kind: "deleted", target: 3 }
        ]
        assert.deepStrictEqual((yield* events(log)).slice(1), expected)
        assert.deepStrictEqual((yield* slice(bob, log, 1)).events, expected)
      })
  },
  {
    name: "a reaction is set once and taken back once, by each for itself",
    run: ({ converse, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        yield* post(ann, log, "a")
        yield* stores(ann, log, { kind: "react", target: 2, emoji: "👍" })
        yield* refuses("no_change", ann, log, { kind: "react", target: 2, emoji: "👍" })
        yield* refuses("no_change", bob, log, { kind: "unreact", target: 2, emoji: "👍" })
        yield* stores(ann, log, { kind: "react", target: 2, emoji: "👎" })
        yield* stores(bob, log, { kind: "react", target: 2, emoji: "👍" })
        yield* stores(ann, log, { kind: "unreact", target: 2, emoji: "👍" })
        yield* refuses("no_change", ann, log, { kind: "unreact", target: 2, emoji: "👍" })
        yield* stores(ann, log, { kind: "react", target: 2, emoji: "👍" })
      })
  },
  {
    name: `a message takes ${Limits.emojiKindsMax} different reactions; more of the same are welcome`,
    run: ({ append, assert, command, converse, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        yield* post(ann, log, "a")
        const emoji = Array.from({ length: Limits.emojiKindsMax }, (_, i) => String.fromCodePoint(0x1f600 + i))
        const { decisions } = yield* append(
          ...(yield* Effect.all(emoji.map((one) => command(ann, log, { kind: "react", target: 2, emoji: one }))))
        )
        assert.strictEqual(
          decisions.every(({ _tag }) => _tag === "Appended"),
          true
        )
        yield* refuses("too_many", ann, log, { kind: "react", target: 2, emoji: "🍵" })
        yield* refuses("too_many", bob, log, { kind: "react", target: 2, emoji: "🍵" })
        yield* stores(bob, log, { kind: "react", target: 2, emoji: "😀" })
        yield* stores(ann, log, { kind: "unreact", target: 2, emoji: "😀" })
        yield* refuses("too_many", ann, log, { kind: "react", target: 2, emoji: "🍵" })
        yield* stores(bob, log, { kind: "unreact", target: 2, emoji: "😀" })
        yield* stores(ann, log, { kind: "react", target: 2, emoji: "🍵" })
      })
  },
  {
    name: `a message takes ${Limits.editsMax} edits, whatever else is in its log, and is deleted all the same`,
    run: ({ append, assert, command, converse, events, post, refuses, stores, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        yield* post(ann, log, "a")
        yield* post(ann, log, "b")
        const edit = (n: number) => ({ kind: "edit", target: 2, text: `${n}` }) as const
        const perBatch = 250
        for (let first = 1; first < Limits.editsMax; first += perBatch) {
          const numbers = Array.from({ length: Math.min(perBatch, Limits.editsMax - first) }, (_, i) => first + i)
          const { decisions } = yield* append(...(yield* Effect.all(numbers.map((n) => command(ann, log, edit(n))))))
          assert.strictEqual(
            decisions.every(({ _tag }) => _tag === "Appended"),
            true
          )
        }
        yield* stores(ann, log, { kind: "react", target: 2, emoji: "👍" })
        yield* stores(ann, log, { kind: "edit", target: 3, text: "c" })
        const last = yield* command(ann, log, edit(Limits.editsMax))
        const [stored, over, again] = (yield* append(last, yield* command(ann, log, edit(0)), last)).decisions
        assert.deepStrictEqual([stored?._tag, over?._tag, again?._tag], ["Appended", "Refused", "Repeated"])
        yield* refuses("too_many", ann, log, edit(0))
        yield* refuses("no_change", ann, log, edit(Limits.editsMax))
        yield* stores(ann, log, { kind: "edit", target: 3, text: "d" })
        yield* stores(ann, log, { kind: "delete", target: 2 })
        yield* refuses("invalid_target", ann, log, edit(0))
        const texts = (yield* events(log)).flatMap((event) =>
          event.kind === "edited" && event.target === 2 ? [event.text] : []
        )
        assert.deepStrictEqual([...new Set(texts)], [""])
      })
  },
  {
    name: "what a member may not read it can't answer, edit, delete or react to, even when it is its own of before",
    run: ({ converse, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob], { history: "joined" })
        yield* post(bob, log, "before")
        yield* stores(bob, log, { kind: "leave" })
        yield* stores(ann, log, { kind: "add", userIds: [bob] })
        yield* refuses("invalid_target", bob, log, { kind: "post", text: "a", replyTo: 2 })
        yield* refuses("invalid_target", bob, log, { kind: "edit", target: 2, text: "a" })
        yield* refuses("invalid_target", bob, log, { kind: "delete", target: 2 })
        yield* refuses("invalid_target", bob, log, { kind: "react", target: 2, emoji: "👍" })
        yield* stores(ann, log, { kind: "react", target: 2, emoji: "👍" })
      })
  },
  {
    name: "a member pins a message and unpins it, in a channel its admins do; told to all, and no message changes by it",
    run: ({ assert, converse, events, direct, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const [group, channel, talk] = [
          yield* converse(ann, [bob]),
          yield* converse(ann, [bob], { kind: "channel" }),
          yield* direct(ann, bob)
        ]
        for (const [log, target] of [
          [group, 2],
          [channel, 2],
          [talk, 1]
        ] as const) {
          yield* post(ann, log, "a")
          if (log === channel) {
            yield* refuses("forbidden", bob, log, { kind: "pin", target })
            yield* stores(ann, log, { kind: "setRole", userId: bob, role: "admin" })
          }
          yield* refuses("no_change", bob, log, { kind: "unpin", target })
          const pinned = yield* stores(bob, log, { kind: "pin", target })
          yield* refuses("no_change", ann, log, { kind: "pin", target })
          yield* stores(ann, log, { kind: "unpin", target })
          const told = (yield* events(log)).slice(pinned - 1).map(({ at: _at, id: _id, ...rest }) => rest)
          assert.deepStrictEqual(told, [
            { seq: pinned, by: bob, kind: "pinned", target },
            { seq: pinned + 1, by: ann, kind: "unpinned", target }
          ])
        }
        yield* stores(ann, channel, { kind: "pin", target: 2 })
        yield* stores(ann, channel, { kind: "setRole", userId: bob, role: "member" })
        yield* refuses("forbidden", bob, channel, { kind: "unpin", target: 2 })
      })
  },
  {
    name: `a pin is of a message that is there; a conversation has ${Limits.pinsMax}, and a deletion or withdrawal frees one`,
    run: ({ append, assert, command, converse, post, refuses, stores, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const posts = yield* Effect.all(
          Array.from({ length: Limits.pinsMax + 3 }, (_, n) => command(ann, log, { kind: "post", text: `${n}` }))
        )
        yield* append(...posts)
        const pin = (target: number) => command(ann, log, { kind: "pin", target })
        const first = yield* Effect.all(Array.from({ length: Limits.pinsMax }, (_, n) => pin(n + 2)))
        const { decisions } = yield* append(...first)
        assert.deepStrictEqual([...new Set(decisions.map(({ _tag }) => _tag))], ["Appended"])
        for (const target of [1, decisions.length + 5, 9_999])
          yield* refuses("invalid_target", ann, log, { kind: "pin", target })
        const free = Limits.pinsMax + 2
        yield* refuses("too_many", ann, log, { kind: "pin", target: free })
        yield* stores(ann, log, { kind: "delete", target: 2 })
        yield* refuses("invalid_target", ann, log, { kind: "unpin", target: 2 })
        const taken = posts[1] ?? (yield* Effect.die("no post"))
        const mixed = yield* append(
          yield* pin(free),
          yield* pin(free + 1),
          { ...taken, body: { kind: "withdraw" } },
          yield* pin(free + 1),
          yield* pin(free + 2),
          yield* command(ann, log, { kind: "unpin", target: 4 }),
          yield* pin(free + 2)
        )
        assert.deepStrictEqual(
          mixed.decisions.map((decision) => (decision._tag === "Refused" ? decision.code : decision._tag)),
          ["Appended", "too_many", "withdrawn", "Appended", "too_many", "Appended", "Appended"]
        )
        yield* refuses("too_many", ann, log, { kind: "pin", target: yield* post(ann, log, "after") })
      })
  }
]
