/** The contract of the AdminDirectory. */
import type { CommandBody } from "@hibiki/core/commands/Command"
import { searchKey } from "@hibiki/core/domain/Handle"
import { CommandId, ConversationId, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { AdminDirectory } from "@hibiki/core/ports/AdminDirectory"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Effect } from "effect"
import { type AccountScene, type AccountStores, accountScene, began, idleTtl } from "./accounts/AccountScene.ts"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Scene extends AccountScene {
  readonly directory: AdminDirectory["Type"]
  readonly store: EventStore["Type"]
  readonly group: (title: string, by: UserId, members: ReadonlyArray<UserId>) => Effect.Effect<ConversationId, unknown>
}

const cases: ReadonlyArray<ContractCase<Scene>> = [
  {
    name: "people are found by handle and by folded name, disabled ones too, with their devices, page by page",
    run: ({ assert, device, directory, user, users }) =>
      Effect.gen(function* () {
        const [ann, bot] = [yield* user(), yield* user({ passwordHash: undefined, admin: true })]
        const mark = `Ｑ${ann.handle}`
        for (const { userId } of [ann, bot]) yield* users.setDisplayName(userId, mark, began)
        yield* users.disable(ann.userId, began)
        yield* device(bot.userId)
        const find = (prefix: string, after = "", limit = 10, now = began) =>
          directory.people(searchKey(prefix), after, limit, now)
        const [first, second, ...none] = yield* find(mark)
        const found = [first, second].map((each) => [
          each?.userId,
          each?.bot,
          each?.admin,
          each?.disabled,
          each?.devices
        ])
        assert.deepStrictEqual(
          [...found].sort(),
          [
            [ann.userId, false, false, true, 0],
            [bot.userId, true, true, false, 1]
          ].sort()
        )
        assert.deepStrictEqual(none, [])
        assert.deepStrictEqual(yield* find(mark, "", 1), [first])
        assert.deepStrictEqual(yield* find(mark, first?.handle ?? ""), [second])
        assert.deepStrictEqual(
          (yield* find(ann.handle)).map(({ displayName }) => displayName),
          [mark]
        )
        const later = yield* find(bot.handle, "", 10, began + idleTtl)
        assert.deepStrictEqual(
          later.map(({ createdAt, devices }) => [createdAt, devices]),
          [[began, 0]]
        )
      })
  },
  {
    name: "conversations are found by the beginning of their title, page by page; by id also direct ones, and no log of a person",
    run: ({ assert, directory, group, user }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user(), yield* user()]
        const mark = `100%_${ann.handle}`
        const logs = [
          yield* group(`${mark} one`, ann.userId, [bob.userId]),
          yield* group(`${mark} two`, ann.userId, [])
        ]
        const [one, two] = logs.sort()
        const ids = (prefix: string, after?: ConversationId, limit = 10) =>
          Effect.map(directory.conversations(prefix, after, limit), (all) =>
            all.map(({ conversationId }) => conversationId)
          )
        assert.deepStrictEqual(yield* ids(mark.toUpperCase()), [one, two])
        assert.deepStrictEqual(yield* ids(mark, undefined, 1), [one])
        assert.deepStrictEqual(yield* ids(mark, one), [two])
        assert.deepStrictEqual(yield* ids(mark.replace("%", "x")), [])
        const found = (yield* directory.conversations(mark, undefined, 10)).find(({ title }) => title === `${mark} one`)
        const { displayName, handle, userId } = ann
        assert.deepStrictEqual(
          [found?.members, found?.kind, found?.owners],
          [2, "group", [{ userId, handle, displayName, disabled: false }]]
        )
        assert.deepStrictEqual(found && (yield* directory.conversation(found.conversationId)), found)
        assert.strictEqual(yield* directory.conversation(personalLog(ann.userId)), undefined)
      })
  },
  {
    name: "members are listed by handle with their role and whether they are disabled, page by page",
    run: ({ assert, directory, group, user, users }) =>
      Effect.gen(function* () {
        const people = [yield* user(), yield* user(), yield* user()]
        const [ann, bob, cid] = people
        if (ann === undefined || bob === undefined || cid === undefined) return
        const log = yield* group("Tea", ann.userId, [bob.userId, cid.userId])
        yield* users.disable(bob.userId, began)
        const all = yield* directory.members(log, "", 10)
        const handles = people.map(({ handle }) => handle).sort()
        assert.deepStrictEqual(
          all.map(({ handle }) => handle),
          handles
        )
        const of = (userId: UserId) => {
          const found = all.find((each) => each.userId === userId)
          return [found?.role, found?.disabled]
        }
        assert.deepStrictEqual(
          [of(ann.userId), of(bob.userId)],
          [
            ["owner", false],
            ["member", true]
          ]
        )
        assert.deepStrictEqual(yield* directory.members(log, handles[0] ?? "", 1), all.slice(1, 2))
        assert.deepStrictEqual(yield* directory.members(ConversationId.make(yield* makeUuidV7), "", 10), [])
      })
  },
  {
    name: "a command is found by its id alone: its event in a conversation, or why it was refused",
    run: ({ assert, directory, group, store, user }) =>
      Effect.gen(function* () {
        const [ann, eve] = [yield* user(), yield* user()]
        const log = yield* group("Tea", ann.userId, [])
        const post = (by: UserId) =>
          Effect.gen(function* () {
            const id = CommandId.make(yield* makeUuidV7)
            const body: CommandBody = { kind: "post", text: "canary" }
            yield* store.append([{ log, id, by, device: null, epoch: store.epoch, body }])
            return yield* directory.message(id)
          })
        const stored = yield* post(ann.userId)
        const [event] = (yield* store.after(log, 1, 1)).events
        assert.deepStrictEqual(stored, {
          ...{ conversationId: log, kind: "group", by: ann.userId },
          ...{ at: event?.at, seq: event?.seq }
        })
        const refused = yield* post(eve.userId)
        assert.deepStrictEqual(
          [refused?.conversationId, refused?.by, refused?.seq, refused?.refused],
          [log, eve.userId, undefined, "not_found"]
        )
        assert.strictEqual(yield* directory.message(CommandId.make(yield* makeUuidV7)), undefined)
      })
  }
]

/** How many tests `adminDirectoryContract` runs. */
export const adminDirectoryContractSize = cases.length

export const adminDirectoryContract = ({
  assert,
  it
}: {
  readonly it: ContractIt<AccountStores | AdminDirectory>
  readonly assert: ContractAssert
}): void =>
  runCases(
    it,
    cases,
    Effect.gen(function* () {
      const [scene, directory, store] = [yield* accountScene(assert), yield* AdminDirectory, yield* EventStore]
      const group = (title: string, by: UserId, members: ReadonlyArray<UserId>) =>
        Effect.gen(function* () {
          const log = ConversationId.make(yield* makeUuidV7)
          const body: CommandBody = { kind: "create", conversationKind: "group", title, history: "all", members }
          const id = CommandId.make(yield* makeUuidV7)
          yield* store.append([{ log, id, by, device: null, epoch: store.epoch, body }])
          return log
        })
      return { ...scene, directory, store, group } as const
    })
  )
