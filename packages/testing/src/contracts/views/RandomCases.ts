/**
 * Cases: random commands of a few users, batch by batch, give the same result as the memory reference, command by
 * command, and as their own events.
 */

import type { Decision } from "@hibiki/core/commands/Decision"
import type { LogEvent } from "@hibiki/core/domain/Event"
import { type ConversationId, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { isMentioned } from "@hibiki/core/domain/Mentions"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { applyChange, rowOf } from "@hibiki/core/domain/RowRules"
import { directConversationId } from "@hibiki/core/domain/Uuid"
import { Effect } from "effect"
import { appendBatch } from "../../Append.ts"
import { addUserTo, type ChatState, makeChatState } from "../../ChatState.ts"
import type { ContractCase } from "../Contract.ts"
import { gist } from "../log/LogScene.ts"
import { type Cast, randomBatches, randomCommands } from "./RandomChat.ts"
import type { ViewScene } from "./ViewScene.ts"

export const randomCases: ReadonlyArray<ContractCase<ViewScene>> = [1, 2, 3, 4, 5, 6].map((seed) => ({
  name: `random batches, seed ${seed}: decided as the reference does one by one, gapless, and shown as their events say`,
  run: (scene) =>
    Effect.gen(function* () {
      const { assert, clock, store } = scene
      const cast = yield* castOf(scene)
      const reference = makeChatState(store.epoch, seed)
      for (const [i, userId] of cast.users.entries())
        addUserTo(reference, {
          userId,
          handle: cast.handles[i] ?? "",
          displayName: userId,
          admin: false,
          invisible: false
        })
      const opened = yield* opening(scene, cast)
      const start = clock.now
      for (const command of opened) appendBatch(reference, start, [command])
      yield* scene.append(...opened)
      for (const { commands, expected } of randomBatches(seed, cast, reference, (batch) => start + 1 + batch)) {
        const { changes, decisions } = yield* scene.append(...commands)
        // A personal log may have begun before this case, so its numbers are its own.
        const compared = (all: ReadonlyArray<Decision>) =>
          all.map((decision, i) => (isPersonal(cast, commands[i]?.log) ? decision._tag : gist(decision)))
        assert.deepStrictEqual(compared(decisions), compared(expected), JSON.stringify(commands))
        for (const { events, head, log } of changes) {
          const stored = yield* store.after(log, head - events.length, 1_000)
          assert.deepStrictEqual([events, head], [stored.events, stored.head], "a change tells the log's newest events")
        }
      }
      for (const log of cast.logs) yield* compareLog(scene, reference, log)
      for (const userId of cast.users) for (const log of cast.logs) yield* compareViews(scene, reference, userId, log)
    })
}))

const castOf = ({ conversationId, id, person, users }: ViewScene) =>
  Effect.gen(function* () {
    const all = yield* users(4)
    const handles = yield* Effect.forEach(all, (userId) => Effect.map(person(userId), ({ handle }) => handle))
    const logs = [yield* conversationId, yield* conversationId, directConversationId(all[0], all[1])]
    const ids = yield* Effect.all(Array.from({ length: randomCommands }, () => id))
    return { users: all, handles, logs, ids } satisfies Cast
  })

// A group that shows all, a channel that shows from joining, and a direct conversation.
const opening = ({ command }: ViewScene, { logs, users }: Cast) =>
  Effect.gen(function* () {
    const [group, channel, direct] = logs
    const [ann, bob, cat] = users
    if (!group || !channel || !direct || !ann || !bob || !cat) throw new Error("the cast is too small")
    return [
      yield* command(ann, group, {
        kind: "create",
        conversationKind: "group",
        title: "Group",
        history: "all",
        members: [bob, cat]
      }),
      yield* command(bob, channel, {
        kind: "create",
        conversationKind: "channel",
        title: "Channel",
        history: "joined",
        members: []
      }),
      yield* command(ann, direct, { kind: "openDirect", peer: bob })
    ]
  })

const isPersonal = ({ users }: Cast, log: ConversationId | undefined): boolean =>
  users.some((userId) => personalLog(userId) === log)

const compareLog = ({ assert, events }: ViewScene, reference: ChatState, log: ConversationId) =>
  Effect.gen(function* () {
    const stored = yield* events(log)
    assert.deepStrictEqual(
      stored.map(({ seq }) => seq),
      stored.map((_, i) => i + 1),
      "without gap"
    )
    // A withdrawal's delete has an id that its store made.
    const comparable = (event: LogEvent) => (event.kind === "deleted" ? { ...event, id: "" } : event)
    assert.deepStrictEqual(
      stored.map(comparable),
      reference.logs.get(log)?.events.map(({ event }) => comparable(event))
    )
  })

const compareViews = (scene: ViewScene, reference: ChatState, userId: UserId, log: ConversationId) =>
  Effect.gen(function* () {
    const { assert, conversations, person, slice } = scene
    const own = yield* slice(userId, log)
    const summary = yield* conversations.summary(userId, log)
    const page = yield* conversations.page(userId, log, { _tag: "Latest" }, 200)
    assert.deepStrictEqual([summary !== undefined, page !== undefined], [own.member, own.member])
    if (summary === undefined || page === undefined) return
    const rows = fold(own.events, userId)
    assert.deepStrictEqual(page.rows, rows, "a page is what its events say")
    assert.deepStrictEqual(summary.last, rows.at(-1))
    const { mark, readUpTo } = reference.logs.get(log)?.members.get(userId) ?? { mark: undefined, readUpTo: 0 }
    const unread = rows.filter(
      (row) => row.kind === "posted" && !row.deleted && row.by !== userId && row.seq > readUpTo
    )
    const { handle } = yield* person(userId)
    const mentions = summary.kind === "direct" ? [] : unread.filter(({ text = "" }) => isMentioned(text, handle))
    assert.deepStrictEqual(
      {
        readUpTo: summary.readUpTo,
        markedUnreadAt: summary.markedUnreadAt,
        unread: summary.unread,
        mentions: summary.mentions
      },
      {
        readUpTo,
        markedUnreadAt: mark?.at,
        unread: Math.min(unread.length, Limits.unreadCap),
        mentions: mentions.length === 0 ? undefined : Math.min(mentions.length, Limits.unreadCap)
      }
    )
  })

const fold = (events: ReadonlyArray<LogEvent>, viewer: UserId): ReadonlyArray<MessageRow> => {
  const rows = new Map<number, MessageRow>()
  for (const event of events) {
    const own = rowOf(event)
    if (own !== undefined) rows.set(own.seq, own)
    const target = "target" in event ? rows.get(event.target) : undefined
    if (target !== undefined) rows.set(target.seq, applyChange(target, event, viewer))
  }
  return [...rows.values()]
}
