/**
 * The people of a simulation: performs each planned action on the things that exist at that moment. Skips an action
 * without anything to act on.
 */

import type { HibikiClient, SendResult } from "@hibiki/core/client/HibikiClient"
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import { CommandId, type ConversationId, type UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Effect, type Redacted } from "effect"
import type { HistoryEntry } from "../checker/History.ts"
import type { ApiCalls } from "./ApiCalls.ts"
import type { Dice } from "./Dice.ts"
import type { PlannedAction } from "./Plan.ts"
import type { SimulatedDevice } from "./SimulatedDevice.ts"
import type { World } from "./World.ts"

export interface Stage {
  readonly world: World
  readonly devices: ReadonlyArray<SimulatedDevice>
  readonly users: ReadonlyArray<UserId>
  /** For the people mentioned in texts. */
  readonly addressees: Dice
  /** The same for all of them. */
  readonly password: Redacted.Redacted
}

type Submitted = Extract<HistoryEntry, { _tag: "submitted" }>["body"]

/** How long a device stays away after it was closed, went away or crashed. */
const awayMs = 2_500
const emojis = ["👍", "🍵", "❤️"]
const texts = ["こんにちは", "tea?", "ＯＫ", "👨‍👩‍👧 is one", "e\u0301 and é", "line\nline"]
/** Two that mention somebody, and one that seems to. */
const addresses: ReadonlyArray<(handle: string) => string> = [
  (handle) => `@${handle}: `,
  (handle) => `＠${handle.toUpperCase()}さん、`,
  (handle) => `mail@${handle} `
]

/** The handle of a user, by number. */
export const handleOf = (user: number): string => `user${user}`

export const perform = (stage: Stage, action: PlannedAction): Effect.Effect<void> =>
  Effect.suspend(() => {
    const device = stage.devices[action.device]
    if (device === undefined || device.isGone) return Effect.void
    const { client } = device
    switch (action.kind) {
      case "reload":
        return Effect.zipRight(device.close, device.start)
      case "crash device":
        return device.crash.pipe(Effect.zipRight(Effect.sleep(action.pick * awayMs)), Effect.zipRight(device.start))
      case "go away":
        return device.close.pipe(Effect.zipRight(Effect.sleep(action.pick * awayMs)), Effect.zipRight(device.start))
      case "revoke":
        return revoke(stage, device, action)
      default:
        return client === undefined ? Effect.void : Effect.suspend(() => byPerson({ stage, device, client, action }))
    }
  })

interface Doing {
  readonly stage: Stage
  readonly device: SimulatedDevice
  readonly client: HibikiClient
  readonly action: PlannedAction
}

const byPerson = (doing: Doing): Effect.Effect<void> => {
  const { action, client, device, stage } = doing
  const conversation = pickOf(client.conversations(), action.pick)
  switch (action.kind) {
    case "openDirect":
      return call(doing, (calls) =>
        calls("conversation.openDirect", { userId: pickOf(stage.users, action.other) ?? device.owner.userId })
      )
    case "createGroup":
    case "createChannel":
      return create(doing)
    case "join":
      return call(doing, (calls) =>
        Effect.flatMap(calls("conversation.channels", { prefix: "" }), (channels) => {
          const found = pickOf(channels, action.other)
          return found === undefined
            ? Effect.void
            : Effect.asVoid(withId((id) => calls("conversation.join", { id, conversationId: found.conversationId })))
        })
      )
    case "rename person":
      return call(doing, (calls) =>
        calls("user.updateProfile", { displayName: `Name ${Math.floor(action.other * 1_000)}` })
      )
    case "hide":
      return call(doing, (calls) => calls("user.updateSettings", { invisible: action.other < 0.5 }))
    case "block":
      return call(doing, (calls) =>
        calls("user.block", { userId: pickOf(stage.users, action.other) ?? device.owner.userId, on: action.pick < 0.6 })
      )
    case "snapshot":
      return call(doing, (calls) => calls("me.snapshot", undefined))
    default:
      if (conversation === undefined) return Effect.void
      return inConversation(doing, conversation)
  }
}

const inConversation = (doing: Doing, conversation: ConversationSummary): Effect.Effect<void> => {
  const { action, client, stage } = doing
  const { conversationId } = conversation
  const userId = pickOf(stage.users, action.other)
  if (userId === undefined) return Effect.void
  switch (action.kind) {
    case "add":
      return change(doing, (calls, id) => calls("conversation.add", { id, conversationId, userIds: [userId] }))
    case "remove":
      return change(doing, (calls, id) => calls("conversation.remove", { id, conversationId, userId }))
    case "leave":
      return change(doing, (calls, id) => calls("conversation.leave", { id, conversationId }))
    case "rename":
      return change(doing, (calls, id) =>
        calls("conversation.rename", { id, conversationId, title: `Title ${action.at}` })
      )
    case "setRole":
      return change(doing, (calls, id) =>
        calls("conversation.setRole", { id, conversationId, userId, role: action.pick < 0.5 ? "admin" : "member" })
      )
    case "markUnread":
      return change(doing, (calls, id) =>
        calls("conversation.markUnread", { id, conversationId, seq: Math.ceil(action.other * conversation.head) })
      )
    case "mute":
      return change(doing, (calls, id) => calls("conversation.mute", { id, conversationId, on: action.other < 0.5 }))
    case "favourite":
      return change(doing, (calls, id) =>
        calls("conversation.favourite", { id, conversationId, on: action.other < 0.5 })
      )
    case "pin":
    case "unpin": {
      const isPin = action.kind === "pin"
      const rows = rowsOf(client, conversationId).filter(({ pinned }) => isPin || pinned)
      const target = pickOf(rows, action.other)?.seq
      if (target === undefined) return Effect.void
      return change(doing, (calls, id) =>
        isPin
          ? calls("conversation.pin", { id, conversationId, target })
          : calls("conversation.unpin", { id, conversationId, target })
      )
    }
    case "older":
      return Effect.ignore(client.loadOlder(conversationId))
    case "typing":
      return Effect.sync(() => client.sayTyping(conversationId))
    case "read":
      return Effect.sync(() =>
        client.read(conversationId, Math.ceil(action.other * (client.feed(conversationId)?.cursor ?? 0)))
      )
    default:
      return Effect.sync(() => write(doing, conversationId))
  }
}

const write = (doing: Doing, conversationId: ConversationId): void => {
  const { action, client, stage, device } = doing
  const posted = rowsOf(client, conversationId).filter(
    ({ deleted, kind }) => kind === "posted" && deleted === undefined
  )
  const row = pickOf(posted, action.other)
  const own = pickOf(
    posted.filter(({ by }) => by === device.owner.userId),
    action.other
  )
  const text = () => textOf(stage)
  const give = (body: Submitted) => submit(stage.world, device, conversationId, body)
  const post = (replyTo?: number) => give({ kind: "post", text: text(), ...(replyTo === undefined ? {} : { replyTo }) })
  switch (action.kind) {
    case "post":
      return post()
    case "burst":
      for (let n = 0; n < 3; n++) post()
      return
    case "reply":
      return post(row?.seq)
    case "edit":
      if (own === undefined) return
      return give({ kind: "edit", target: own.seq, text: text() })
    case "delete":
      if (own === undefined) return
      return give({ kind: "delete", target: own.seq })
    case "react":
    case "unreact": {
      const emoji = pickOf(emojis, action.pick)
      if (row === undefined || emoji === undefined) return
      return give({ kind: action.kind, target: row.seq, emoji })
    }
    case "withdraw":
      post()
      return withdraw(doing, conversationId)
    default:
      return
  }
}

/** Every other text mentions somebody. */
const textOf = ({ addressees, users, world }: Stage): string => {
  const { commands } = world.counters
  const address = pickOf(addresses, 2 * addressees.next())
  const to = address === undefined ? "" : address(handleOf(addressees.below(users.length)))
  return `${to}${texts[commands % texts.length]} ${commands}`
}

/** Takes back one of the posts in flight. */
const withdraw = ({ action, client, device, stage: { world } }: Doing, conversationId: ConversationId): void => {
  const post = pickOf(client.feed(conversationId)?.pending ?? [], action.other)
  if (post === undefined || post.state === "failed" || post.state === "withdrawn") return
  if (client.withdraw(post.id) !== undefined) return
  const isKept = client.feed(conversationId)?.pending.some(({ id }) => id === post.id) === true
  const { deviceId } = device.owner
  if (isKept)
    world.record({ _tag: "submitted", device: deviceId, conversationId, id: post.id, body: { kind: "withdraw" } })
  else world.record({ _tag: "dropped", device: deviceId, id: post.id })
}

/** Gives a command to the device's outbox, and records that it was accepted. */
export const submit = (
  world: World,
  device: SimulatedDevice,
  conversationId: ConversationId | undefined,
  body: Submitted
): void => {
  const { client, owner } = device
  const result = client === undefined || conversationId === undefined ? undefined : given(client, conversationId, body)
  if (result?._tag !== "Queued" || conversationId === undefined) return
  world.counters.commands++
  world.record({ _tag: "submitted", device: owner.deviceId, conversationId, id: result.id, body })
  device.unkept.add(result.id)
}

const given = (client: HibikiClient, conversationId: ConversationId, body: Submitted): SendResult | undefined => {
  switch (body.kind) {
    case "post":
      return client.post(conversationId, body.text, body.replyTo)
    case "edit":
      return client.edit(conversationId, body.target, body.text)
    case "delete":
      return client.delete(conversationId, body.target)
    case "react":
    case "unreact":
      return client.react(conversationId, body.target, body.emoji, body.kind === "react")
    case "withdraw":
      return undefined
  }
}

const create = (doing: Doing): Effect.Effect<void> => {
  const { action, stage } = doing
  const kind = action.kind === "createChannel" ? "channel" : "group"
  const members =
    kind === "channel" ? [] : stage.users.filter((_, index) => (Math.floor(action.pick * 16) & (1 << index)) !== 0)
  const history = action.other < 0.5 ? "all" : "joined"
  return change(doing, (calls, id) =>
    calls("conversation.create", { id, kind, title: `Room ${action.at}`, history, members })
  )
}

/** Once more with the same id if the answer did not come, as an app does it. */
const change = <A, E>(
  doing: Doing,
  run: (calls: ApiCalls, id: CommandId) => Effect.Effect<A, E>
): Effect.Effect<void> => withId((id) => call(doing, (calls) => run(calls, id), 3))

const call = <A, E>(
  { action, device, stage }: Doing,
  run: (calls: ApiCalls) => Effect.Effect<A, E>,
  tries = 1
): Effect.Effect<void> => {
  stage.world.counters.commands++
  const once = device.call(action.kind, run)
  return once.pipe(Effect.retry({ times: tries - 1, while: (error) => isOpen(error) }), Effect.ignore)
}

const isOpen = (error: unknown): boolean => {
  const tag = typeof error === "object" && error !== null && "_tag" in error ? error._tag : undefined
  return tag === "CallLost" || tag === "Unavailable"
}

const withId = <A, E>(run: (id: CommandId) => Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.flatMap(makeUuidV7, (id) => run(CommandId.make(id)))

/** A device ends another one of its user, if there is one. */
const revoke = (stage: Stage, device: SimulatedDevice, action: PlannedAction): Effect.Effect<void> => {
  const others = stage.devices.filter(
    (other) => other !== device && !other.isGone && other.owner.userId === device.owner.userId
  )
  const target = pickOf(others, action.pick)
  if (target === undefined) return Effect.void
  // Even if the answer is an error, it may have been ended.
  target.isGone = true
  const call = device.call("revoke", (calls) =>
    calls("device.revoke", { deviceId: target.owner.deviceId, password: stage.password })
  )
  return Effect.ignore(call)
}

const rowsOf = (client: HibikiClient, conversationId: ConversationId): ReadonlyArray<MessageRow> =>
  (client.feed(conversationId)?.entries ?? []).flatMap((entry) => (entry._tag === "row" ? [entry.row] : []))

const pickOf = <A>(all: ReadonlyArray<A>, pick: number): A | undefined => all[Math.floor(pick * all.length)]
