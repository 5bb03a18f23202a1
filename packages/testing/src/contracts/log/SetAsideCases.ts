/** Cases: commands of a log that is locked elsewhere are deferred, and nothing else waits for them. */

import { type ConversationId, personalLog } from "@hibiki/core/domain/Ids"
import { directConversationId } from "@hibiki/core/domain/Uuid"
import { Effect, type Scope } from "effect"
import type { ContractCase } from "../Contract.ts"
import { gist, type LogScene } from "./LogScene.ts"

export interface LockScene extends LogScene {
  /** Locks the log as somebody else until the scope closes. */
  readonly hold: (log: ConversationId) => Effect.Effect<void, unknown, Scope.Scope>
}

export const setAsideCases: ReadonlyArray<ContractCase<LockScene>> = [
  {
    name: "commands of a locked log are set aside, all others go, and later they go too",
    run: ({ append, assert, command, converse, events, hold, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const [tea, coffee] = [yield* converse(ann, []), yield* converse(ann, [])]
        const batch = yield* Effect.all(
          [tea, coffee, tea, coffee].map((log, i) => command(ann, log, { kind: "post", text: `${i}` }))
        )
        const { changes, decisions } = yield* Effect.scoped(Effect.zipRight(hold(tea), append(...batch)))
        assert.deepStrictEqual(decisions.map(gist), ["SetAside", "Appended 2", "SetAside", "Appended 3"])
        assert.deepStrictEqual(
          changes.map((change) => change.log),
          [coffee]
        )
        assert.strictEqual((yield* events(tea)).length, 1)
        assert.deepStrictEqual((yield* append(...batch)).decisions.map(gist), [
          "Appended 2",
          "Repeated 2",
          "Appended 3",
          "Repeated 3"
        ])
      })
  },
  {
    name: "a command is set aside when a personal log it touches is locked, and later ones of its log wait behind it",
    run: ({ append, assert, command, converse, events, hold, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const [tea, coffee] = [yield* converse(ann, []), yield* converse(ann, [])]
        const batch = [
          yield* command(ann, tea, { kind: "post", text: "before" }),
          yield* command(ann, tea, { kind: "add", userIds: [bob] }),
          yield* command(bob, tea, { kind: "post", text: "behind" }),
          yield* command(ann, coffee, { kind: "post", text: "elsewhere" })
        ]
        const { decisions } = yield* Effect.scoped(Effect.zipRight(hold(personalLog(bob)), append(...batch)))
        assert.deepStrictEqual(decisions.map(gist), ["Appended 2", "SetAside", "SetAside", "Appended 2"])
        assert.deepStrictEqual((yield* append(...batch)).decisions.map(gist), [
          "Repeated 2",
          "Appended 3",
          "Appended 4",
          "Repeated 2"
        ])
        assert.deepStrictEqual(
          (yield* events(tea)).map(({ kind }) => kind),
          ["created", "posted", "joined", "posted"]
        )
      })
  },
  {
    name: "a creation that is set aside leaves nothing, and goes later",
    run: ({ append, assert, command, conversationId, hold, isMember, personalHead, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* conversationId
        const head = yield* personalHead(ann)
        const create = yield* command(ann, log, {
          kind: "create",
          conversationKind: "group",
          title: "Tea",
          history: "all",
          members: [bob]
        })
        const post = yield* command(ann, log, { kind: "post", text: "a" })
        const { changes, decisions } = yield* Effect.scoped(
          Effect.zipRight(hold(personalLog(bob)), append(create, post))
        )
        assert.deepStrictEqual([decisions.map(gist), changes], [["SetAside", "SetAside"], []])
        assert.strictEqual(yield* isMember(ann, log), false)
        assert.strictEqual(yield* personalHead(ann), head)
        const missing = yield* command(ann, log, { kind: "post", text: "b" })
        assert.deepStrictEqual((yield* append(missing)).decisions.map(gist), ["not_found"])
        assert.deepStrictEqual((yield* append(create, post)).decisions.map(gist), ["Appended 1", "Appended 2"])
      })
  },
  {
    name: "an openDirect that is set aside leaves nothing, and goes later",
    run: ({ append, assert, command, hold, isMember, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = directConversationId(ann, bob)
        const open = yield* command(ann, log, { kind: "openDirect", peer: bob })
        const { decisions } = yield* Effect.scoped(Effect.zipRight(hold(personalLog(bob)), append(open)))
        assert.deepStrictEqual(decisions.map(gist), ["SetAside"])
        assert.strictEqual(yield* isMember(ann, log), false)
        assert.deepStrictEqual((yield* append(open)).decisions.map(gist), ["Appended 0"])
      })
  },
  {
    name: "even a repeat waits for the lock: what decides is read under it",
    run: ({ append, assert, command, converse, hold, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const post = yield* command(ann, log, { kind: "post", text: "a" })
        yield* append(post)
        const { changes, decisions } = yield* Effect.scoped(Effect.zipRight(hold(log), append(post)))
        assert.deepStrictEqual([decisions.map(gist), changes], [["SetAside"], []])
        assert.deepStrictEqual((yield* append(post)).decisions.map(gist), ["Repeated 2"])
      })
  },
  {
    name: "a read needs its personal log only, whoever holds the conversation",
    run: ({ append, assert, command, converse, hold, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const read = yield* command(ann, personalLog(ann), { kind: "read", conversationId: log, upTo: 1 })
        const held = yield* Effect.scoped(Effect.zipRight(hold(personalLog(ann)), append(read)))
        assert.deepStrictEqual(held.decisions.map(gist), ["SetAside"])
        const free = yield* Effect.scoped(Effect.zipRight(hold(log), append(read)))
        assert.deepStrictEqual(
          free.decisions.map(({ _tag }) => _tag),
          ["Appended"]
        )
      })
  },
  {
    name: "a log that does not exist is refused at once, whatever else is locked",
    run: ({ append, assert, command, conversationId, converse, hold, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const batch = [
          yield* command(ann, log, { kind: "post", text: "a" }),
          yield* command(ann, yield* conversationId, { kind: "post", text: "b" })
        ]
        const { decisions } = yield* Effect.scoped(Effect.zipRight(hold(log), append(...batch)))
        assert.deepStrictEqual(decisions.map(gist), ["SetAside", "not_found"])
      })
  },
  {
    name: "a locked log is read as before",
    run: ({ assert, converse, events, hold, slice, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const seen = yield* Effect.scoped(Effect.zipRight(hold(log), Effect.all([events(log), slice(ann, log)])))
        assert.deepStrictEqual([seen[0].length, seen[1].events.length], [1, 1])
      })
  }
]
