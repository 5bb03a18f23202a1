/** Cases: a batch acts as if command by command, each seeing the earlier ones. */

import { directConversationId } from "@hibiki/core/domain/Uuid"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { gist, type LogScene } from "./LogScene.ts"

export const batchCases: ReadonlyArray<ContractCase<LogScene>> = [
  {
    name: "the same id twice in a batch is stored once; with another body the second is a conflict",
    run: ({ append, assert, command, converse, events, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const post = yield* command(ann, log, { kind: "post", text: "a" })
        const other = { ...post, body: { kind: "post", text: "b" } as const }
        const next = yield* command(ann, log, { kind: "post", text: "c" })
        const { changes, decisions } = yield* append(post, post, other, next, post)
        assert.deepStrictEqual(decisions.map(gist), [
          "Appended 2",
          "Repeated 2",
          "conflict",
          "Appended 3",
          "Repeated 2"
        ])
        assert.deepStrictEqual(changes, [{ log, head: 3, events: (yield* events(log)).slice(1) }])
      })
  },
  {
    name: "a post after its sender's removal, or departure, in the same batch is refused",
    run: ({ append, assert, command, converse, events, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob, cat])
        const { decisions } = yield* append(
          yield* command(bob, log, { kind: "post", text: "still here" }),
          yield* command(ann, log, { kind: "remove", userId: bob }),
          yield* command(bob, log, { kind: "post", text: "too late" }),
          yield* command(cat, log, { kind: "leave" }),
          yield* command(cat, log, { kind: "post", text: "too late" }),
          yield* command(ann, log, { kind: "add", userIds: [bob] }),
          yield* command(bob, log, { kind: "post", text: "back" })
        )
        assert.deepStrictEqual(decisions.map(gist), [
          "Appended 2",
          "Appended 3",
          "not_found",
          "Appended 4",
          "not_found",
          "Appended 5",
          "Appended 6"
        ])
        assert.deepStrictEqual(
          (yield* events(log)).map(({ kind }) => kind),
          ["created", "posted", "left", "left", "joined", "posted"]
        )
      })
  },
  {
    name: "a withdrawal after its post in the same batch deletes it, and the text is told to nobody",
    run: ({ append, assert, command, converse, events, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const post = yield* command(ann, log, { kind: "post", text: "secret" })
        const { changes, decisions } = yield* append(post, { ...post, body: { kind: "withdraw" } }, post)
        assert.deepStrictEqual(decisions.map(gist), ["Appended 2", "withdrawn", "Repeated 2"])
        assert.deepStrictEqual(
          (yield* events(log)).map(({ kind }) => kind),
          ["created", "posted", "deleted"]
        )
        assert.deepStrictEqual(changes, [{ log, head: 3, events: (yield* events(log)).slice(1) }])
        assert.strictEqual(JSON.stringify(changes).includes("secret"), false)
      })
  },
  {
    name: "a withdrawal before its post in the same batch refuses it",
    run: ({ append, assert, command, converse, head, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const post = yield* command(ann, log, { kind: "post", text: "a" })
        const { changes, decisions } = yield* append({ ...post, body: { kind: "withdraw" } }, post)
        assert.deepStrictEqual([decisions.map(gist), changes], [["withdrawn", "withdrawn"], []])
        assert.strictEqual(yield* head(log), 1)
      })
  },
  {
    name: "a conversation that the batch creates is there for the commands after",
    run: ({ append, assert, command, conversationId, events, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* conversationId
        const create = yield* command(ann, log, {
          kind: "create",
          conversationKind: "group",
          title: "Tea",
          history: "all",
          members: []
        })
        const { changes, decisions } = yield* append(
          create,
          yield* command(ann, log, { kind: "post", text: "a" }),
          yield* command(bob, log, { kind: "post", text: "not yet" }),
          yield* command(ann, log, { kind: "add", userIds: [bob] }),
          yield* command(bob, log, { kind: "post", text: "b", replyTo: 2 }),
          create
        )
        assert.deepStrictEqual(decisions.map(gist), [
          "Appended 1",
          "Appended 2",
          "not_found",
          "Appended 3",
          "Appended 4",
          "Repeated 1"
        ])
        assert.deepStrictEqual(
          changes.find((change) => change.log === log),
          { log, head: 4, events: yield* events(log) }
        )
      })
  },
  {
    name: "a direct conversation that the batch opens takes posts in the same batch",
    run: ({ append, assert, command, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = directConversationId(ann, bob)
        const { decisions } = yield* append(
          yield* command(ann, log, { kind: "openDirect", peer: bob }),
          yield* command(bob, log, { kind: "openDirect", peer: ann }),
          yield* command(bob, log, { kind: "post", text: "a" })
        )
        assert.deepStrictEqual(decisions.map(gist), ["Appended 0", "Repeated 0", "Appended 1"])
      })
  },
  {
    name: "edits, reactions and deletes see the batch's own posts and each other",
    run: ({ append, assert, command, converse, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const all = yield* Effect.all(
          (
            [
              { kind: "edit", target: 2, text: "early" },
              { kind: "post", text: "a" },
              { kind: "edit", target: 2, text: "b" },
              { kind: "edit", target: 2, text: "b" },
              { kind: "react", target: 2, emoji: "👍" },
              { kind: "react", target: 2, emoji: "👍" },
              { kind: "unreact", target: 2, emoji: "👍" },
              { kind: "post", text: "c", replyTo: 2 },
              { kind: "delete", target: 2 },
              { kind: "delete", target: 2 },
              { kind: "post", text: "d", replyTo: 2 },
              { kind: "react", target: 2, emoji: "👍" }
            ] as const
          ).map((body) => command(ann, log, body))
        )
        assert.deepStrictEqual((yield* append(...all)).decisions.map(gist), [
          ...["invalid_target", "Appended 2", "Appended 3", "no_change", "Appended 4", "no_change", "Appended 5"],
          ...["Appended 6", "Appended 7", "no_change", "invalid_target", "invalid_target"]
        ])
      })
  },
  {
    name: "roles and titles changed by a command hold for the next ones",
    run: ({ append, assert, command, converse, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const { decisions } = yield* append(
          yield* command(bob, log, { kind: "rename", title: "Bob's" }),
          yield* command(ann, log, { kind: "setRole", userId: bob, role: "owner" }),
          yield* command(bob, log, { kind: "rename", title: "Bob's" }),
          yield* command(ann, log, { kind: "rename", title: "Bob's" }),
          yield* command(ann, log, { kind: "leave" }),
          yield* command(bob, log, { kind: "leave" })
        )
        assert.deepStrictEqual(decisions.map(gist), [
          "forbidden",
          "Appended 2",
          "Appended 3",
          "no_change",
          "Appended 4",
          "Appended 5"
        ])
      })
  },
  {
    name: "commands of several logs are each numbered in their own, and answered in the order given",
    run: ({ append, assert, command, converse, events, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const [tea, coffee, closed] = [
          yield* converse(ann, [bob]),
          yield* converse(bob, [ann]),
          yield* converse(bob, [])
        ]
        const posts = yield* Effect.all(
          [tea, coffee, closed, tea, coffee, coffee, closed, coffee].map((log, i) =>
            command(ann, log, { kind: "post", text: `${i}` })
          )
        )
        const { changes, decisions } = yield* append(...posts)
        assert.deepStrictEqual(decisions.map(gist), [
          "Appended 2",
          "Appended 2",
          "not_found",
          "Appended 3",
          "Appended 3",
          "Appended 4",
          "not_found",
          "Appended 5"
        ])
        const texts = Effect.map(Effect.all([tea, coffee].map(events)), (logs) =>
          logs.map((log) => log.map((event) => ("text" in event ? event.text : "")).join(""))
        )
        assert.deepStrictEqual(yield* texts, ["03", "1457"])
        assert.deepStrictEqual(
          new Map(changes.map((change) => [change.log, change.events.map(({ seq }) => seq)])),
          new Map([
            [tea, [2, 3]],
            [coffee, [2, 3, 4, 5]]
          ])
        )
        const later = yield* append(
          ...(yield* Effect.all([coffee, tea].map((log) => command(ann, log, { kind: "post", text: "later" }))))
        )
        assert.deepStrictEqual(later.decisions.map(gist), ["Appended 6", "Appended 4"])
      })
  },
  {
    name: "a batch of 200 posts, some of them known before, is numbered in the order given",
    run: ({ append, assert, command, converse, events, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const posts = yield* Effect.all(
          Array.from({ length: 200 }, (_, i) =>
            command(i % 3 === 0 ? bob : ann, log, { kind: "post", text: `text ${i}` })
          )
        )
        const known = posts.filter((_, i) => i % 10 === 7)
        yield* append(...known)
        const { changes, decisions } = yield* append(...posts)
        let next = known.length + 2
        const expected = posts.map((post) =>
          known.includes(post) ? `Repeated ${known.indexOf(post) + 2}` : `Appended ${next++}`
        )
        assert.deepStrictEqual(decisions.map(gist), expected)
        const all = yield* events(log)
        assert.deepStrictEqual(
          all.map(({ seq }) => seq),
          Array.from({ length: 201 }, (_, i) => i + 1)
        )
        assert.deepStrictEqual(
          all.slice(21).map(({ id }) => id),
          posts.filter((post) => !known.includes(post)).map(({ id }) => id)
        )
        assert.deepStrictEqual(changes, [{ log, head: 201, events: all.slice(21) }])
      })
  }
]
