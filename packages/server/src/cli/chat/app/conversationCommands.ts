/** Commands about conversations, people and devices: calls, answered now or not at all. */

import { CommandId, type ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import type { Person } from "@hibiki/core/domain/Person"
import type { RefusalCode } from "@hibiki/core/domain/Refusal"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { searchKey } from "@hibiki/core/users/Handle"
import { Effect, Redacted } from "effect"
import { inertLine } from "../../inertText.ts"
import { failed } from "../../Problem.ts"
import type { CallError } from "../session/callProblem.ts"
import type { ChatCommand } from "../view/ChatCommand.ts"
import { titleOf } from "../view/timelineRows.ts"
import { type ChatContext, closeConversation, openConversation, openSummary } from "./ChatContext.ts"
import { conversationMeant } from "./conversationMeant.ts"
import { searchMessages } from "./searchMessages.ts"

export type ConversationCommand = Extract<
  ChatCommand,
  {
    readonly _tag:
      | "Direct"
      | "Group"
      | "Channel"
      | "Join"
      | "Add"
      | "Find"
      | "Block"
      | "List"
      | "Open"
      | "Close"
      | "Rename"
      | "Leave"
      | "Members"
      | "Search"
      | "Devices"
      | "Revoke"
      | "Invite"
  }
>

export const runConversationCommand = (context: ChatContext, command: ConversationCommand): Effect.Effect<void, CallError> => {
  const { calls, session, ui } = context
  switch (command._tag) {
    case "Direct":
      return Effect.gen(function* () {
        const person = yield* findPerson(context, command.handle)
        const { conversationId } = yield* session
          .call((options) => calls("conversation.openDirect", { userId: person.userId }, options))
          .pipe(meaning("forbidden", `You blocked @${person.handle}: /unblock ${person.handle} ends that.`))
        yield* openConversation(context, conversationId)
      })
    case "Group":
    case "Channel":
      return Effect.gen(function* () {
        const people = yield* Effect.forEach("handles" in command ? command.handles : [], (handle) => findPerson(context, handle))
        const id = CommandId.make(yield* makeUuidV7)
        const kind = command._tag === "Group" ? "group" : "channel"
        const members = people.map(({ userId }) => userId)
        const { conversationId } = yield* session
          .call((options) => calls("conversation.create", { id, kind, title: command.title, members }, options))
          .pipe(meaning("not_found", "Nothing was made: one of these people can't be added."))
        yield* openConversation(context, conversationId)
      })
    case "Join":
      return joinChannel(context, command.title)
    case "Add":
      return inOpen(context, (conversationId) =>
        Effect.gen(function* () {
          const people = yield* Effect.forEach(command.handles, (handle) => findPerson(context, handle))
          const id = CommandId.make(yield* makeUuidV7)
          const userIds = people.map(({ userId }) => userId)
          yield* session
            .call((options) => calls("conversation.add", { id, conversationId, userIds }, options))
            .pipe(meaning("not_found", "Nobody was added: one of them can't be, or you are not in this conversation any more."))
        })
      )
    case "Rename":
      return inOpen(context, (conversationId) =>
        Effect.flatMap(makeUuidV7, (id) =>
          session.call((options) => calls("conversation.rename", { id: CommandId.make(id), conversationId, title: command.title }, options))
        )
      )
    case "Leave":
      return leaveOpen(context)
    case "Find":
      return showFound(context, command.query)
    case "Block":
      return blockPerson(context, command)
    case "List":
      return Effect.sync(() => ui.lines("Conversations", listLines(context)))
    case "Open":
      return openNamed(context, command.which)
    case "Close":
      return closeConversation(context)
    case "Members":
      return showMembers(context)
    case "Search":
      return inOpen(context, (conversationId) => searchMessages(context, conversationId, command.words))
    case "Devices":
      return showDevices(context)
    case "Revoke":
      return revokeDevice(context, command.number)
    case "Invite":
      return Effect.map(
        session.call((options) => calls("invite.create", wishOf(command), options)),
        ({ code, ttlMs }) =>
          ui.lines("Invite", [
            `${session.credentials().server}/register#invite=${code}`,
            `${inviteUses(command.people ?? 1)}, for ${timeWords(ttlMs)}. Whoever registers with it is a member.`
          ])
      )
  }
}

const wishOf = ({ people, ttlHours }: Extract<ConversationCommand, { readonly _tag: "Invite" }>) => ({
  ...(people === undefined ? {} : { people }),
  ...(ttlHours === undefined ? {} : { ttlHours })
})

const inviteUses = (people: number): string => (people === 1 ? "It works once" : `It works for ${people} people`)

const timeWords = (ms: number): string => {
  const hours = Math.round(ms / 3_600_000)
  const [count, unit] = hours % 24 === 0 ? [hours / 24, "day"] : [hours, "hour"]
  return `${count} ${unit}${count === 1 ? "" : "s"}`
}

/** What a refusal with this code comes to here, where the words for it everywhere do not say. */
const meaning =
  (code: RefusalCode, sentence: string) =>
  <A>(call: Effect.Effect<A, CallError>): Effect.Effect<A, CallError> =>
    Effect.mapError(call, (error) => (error._tag === "Refused" && error.code === code ? failed(sentence) : error))

const inOpen = <A>(
  { state, ui }: ChatContext,
  run: (conversationId: ConversationId) => Effect.Effect<A, CallError>
): Effect.Effect<void, CallError> =>
  Effect.suspend(() =>
    state.opened === undefined
      ? Effect.sync(() => ui.refuse("No conversation is open: /open N opens one."))
      : Effect.asVoid(run(state.opened.conversationId))
  )

const leaveOpen = (context: ChatContext): Effect.Effect<void, CallError> =>
  inOpen(context, (conversationId) =>
    Effect.gen(function* () {
      const { calls, session, ui } = context
      const id = CommandId.make(yield* makeUuidV7)
      yield* session.call((options) => calls("conversation.leave", { id, conversationId }, options))
      yield* closeConversation(context)
      ui.notice("You left.")
    })
  )

const findPerson = ({ calls, people, session }: ChatContext, handle: string): Effect.Effect<Person, CallError> =>
  Effect.gen(function* () {
    const found = yield* session.call((options) => calls("user.find", { query: handle }, options))
    people.learn(found)
    const wanted = searchKey(handle)
    return (
      found.find((person) => person.handle === wanted) ??
      (yield* failed(`Nobody here is called ${inertLine(handle)}: /find looks for people.`))
    )
  })

const showFound = ({ calls, people, session, ui }: ChatContext, query: string): Effect.Effect<void, CallError> =>
  Effect.map(
    session.call((options) => calls("user.find", { query }, options)),
    (found) => {
      people.learn(found)
      ui.lines(`People found by "${query}"`, found.length === 0 ? ["Nobody."] : found.map(personLine))
    }
  )

const blockPerson = (context: ChatContext, { handle: typed, on }: Extract<ConversationCommand, { _tag: "Block" }>) =>
  Effect.gen(function* () {
    const { handle, userId } = yield* findPerson(context, typed)
    yield* context.session.call((options) => context.calls("user.block", { userId, on }, options))
    context.ui.notice(on ? `@${handle} is blocked. /unblock ${handle} ends that.` : `@${handle} is not blocked any more.`)
  })

const joinChannel = (context: ChatContext, title: string): Effect.Effect<void, CallError> =>
  Effect.gen(function* () {
    const { calls, session, ui } = context
    const wanted = title.replace(/^#/, "")
    const found = yield* session.call((options) => calls("conversation.channels", { prefix: wanted }, options))
    const exact = found.filter((channel) => channel.title === wanted)
    if (exact.length > 1) return yield* failed("Two channels are called so: /list, then /open N, or join one of them in the browser.")
    const channel = exact[0] ?? (found.length === 1 ? found[0] : undefined)
    if (channel === undefined && found.length > 0) {
      const lines = found.map(({ members, title }) => `#${title}  ${members} members`)
      ui.lines("Channels", lines)
    }
    if (channel === undefined)
      return yield* failed(
        found.length === 0 ? "There is no channel of this name." : "Several channels begin so: /join with the whole title of one."
      )
    const id = CommandId.make(yield* makeUuidV7)
    if (!channel.joined)
      yield* session.call((options) => calls("conversation.join", { id, conversationId: channel.conversationId }, options))
    yield* openConversation(context, channel.conversationId)
  })

const openNamed = (context: ChatContext, which: string): Effect.Effect<void, CallError> =>
  Effect.suspend(() => {
    const me = context.session.credentials().userId
    const all = context.state.numbered(context.client.conversations())
    const meant = conversationMeant(
      all.map(({ number, summary }) => ({ number, title: titleOf(summary, me), conversationId: summary.conversationId })),
      which
    )
    if (meant === "none") return Effect.sync(() => context.ui.refuse(`There is no conversation ${which}: /list shows all.`))
    if (meant === "several") return failed("Two conversations are called so: /list, then /open N.")
    return openConversation(context, meant.conversationId)
  })

const listLines = ({ client, session, state }: ChatContext): ReadonlyArray<string> => {
  if (client.me() === undefined) return ["They are not read yet."]
  const lines = state.numbered(client.conversations()).map(({ number, summary }) => {
    const { mentions = 0 } = summary
    const unread = summary.unread >= Limits.unreadCap ? "99+ unread" : summary.unread > 0 ? `${summary.unread} unread` : ""
    const forYou =
      mentions >= Limits.unreadCap ? ", 99+ mention you" : mentions > 0 ? `, ${mentions} mention${mentions === 1 ? "s" : ""} you` : ""
    return `${number}  ${titleOf(summary, session.credentials().userId)}  ${unread}${forYou}`.trimEnd()
  })
  return lines.length === 0 ? ["None yet: /dm HANDLE starts one."] : lines
}

const showMembers = (context: ChatContext): Effect.Effect<void, CallError> =>
  inOpen(context, (conversationId) =>
    Effect.map(
      context.session.call((options) => context.calls("conversation.members", { conversationId, limit: Limits.pageMax }, options)),
      (members) => {
        context.people.learn(members)
        const all = openSummary(context)?.members ?? members.length
        context.ui.lines(`Members (${all})`, [
          ...members.map((member) => `${personLine(member)}  ${member.role}`),
          ...(all > members.length ? ["..."] : [])
        ])
      }
    )
  )

const showDevices = ({ calls, session, state, ui }: ChatContext): Effect.Effect<void, CallError> =>
  Effect.map(
    session.call((options) => calls("device.list", undefined, options)),
    (devices) => {
      state.devices = devices.map(({ deviceId }) => deviceId)
      ui.lines(
        "Your devices",
        devices.map(
          (device, index) =>
            `${index + 1}  ${device.name}  ${device.kind}  last used ${new Date(device.lastUsedAt).toISOString().slice(0, 16).replace("T", " ")}${device.current ? "  (this one)" : ""}`
        )
      )
    }
  )

const revokeDevice = ({ calls, session, state, ui }: ChatContext, number: number): Effect.Effect<void, CallError> =>
  Effect.gen(function* () {
    const deviceId = state.devices[number - 1]
    if (deviceId === undefined) return ui.refuse("First list them by /devices.")
    const password = yield* ui.ask("Your password: ")
    if (password === undefined) return ui.notice("Nothing was done.")
    yield* session.call((options) => calls("device.revoke", { deviceId, password: Redacted.make(password) }, options))
    ui.notice(`Device ${number} is signed out.`)
  })

const personLine = ({ displayName, handle }: Person): string => (displayName === handle ? handle : `${handle}  ${displayName}`)
