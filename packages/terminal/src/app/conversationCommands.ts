/** Commands about conversations: calls, answered now or not at all. */
import { CommandId, type ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { shownName } from "@hibiki/core/domain/NameRules"
import type { RefusalCode } from "@hibiki/core/domain/Refusal"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { failed } from "@hibiki/node/Problem"
import { Effect } from "effect"
import type { CallError } from "../session/callProblem.ts"
import { titleOf } from "../view/timelineRows.ts"
import { chatCommand, handle, handles, inOpen, line, nothing, number, titleAndHandles } from "./ChatCommand.ts"
import { type ChatContext, closeConversation, openConversation, openSummary } from "./ChatContext.ts"
import { conversationMeant } from "./conversationMeant.ts"
import { findPerson, personLine } from "./peopleCommands.ts"
import { showPins } from "./searchMessages.ts"

const freshId = Effect.map(makeUuidV7, (id) => CommandId.make(id))

/** The meaning of a refusal with this code here, if the general words do not say it. */
const meaning =
  (code: RefusalCode, sentence: string) =>
  <A>(call: Effect.Effect<A, CallError>): Effect.Effect<A, CallError> =>
    Effect.mapError(call, (error) => (error._tag === "Refused" && error.code === code ? failed(sentence) : error))

const create = (
  context: ChatContext,
  kind: "group" | "channel",
  title: string,
  handles: ReadonlyArray<string>
): Effect.Effect<void, CallError> =>
  Effect.gen(function* () {
    const { calls, session } = context
    const people = yield* Effect.forEach(handles, (handle) => findPerson(context, handle))
    const members = people.map(({ userId }) => userId)
    const id = yield* freshId
    const { conversationId } = yield* session
      .call((options) => calls("conversation.create", { id, kind, title, members }, options))
      .pipe(meaning("not_found", "Nothing was made: one of these people can't be added."))
    yield* openConversation(context, conversationId)
  })

const joinChannel = (context: ChatContext, title: string): Effect.Effect<void, CallError> =>
  Effect.gen(function* () {
    const { calls, session, ui } = context
    const wanted = title.replace(/^#/, "")
    const found = yield* session.call((options) => calls("conversation.channels", { prefix: wanted }, options))
    const exact = found.filter((channel) => channel.title === wanted)
    if (exact.length > 1)
      return yield* failed("Two channels are called so: /list, then /open N, or join one of them in the browser.")
    const channel = exact[0] ?? (found.length === 1 ? found[0] : undefined)
    if (channel === undefined && found.length > 0) {
      const lines = found.map(({ members, title }) => `#${shownName(title)}  ${members} members`)
      ui.lines("Channels", lines)
    }
    if (channel === undefined)
      return yield* failed(
        found.length === 0
          ? "There is no channel of this name."
          : "Several channels begin so: /join with the whole title of one."
      )
    const id = yield* freshId
    if (!channel.joined)
      yield* session
        .call((options) => calls("conversation.join", { id, conversationId: channel.conversationId }, options))
        .pipe(meaning("banned", "You are banned from this channel: only its admins and owners can end that."))
    yield* openConversation(context, channel.conversationId)
  })

const openNamed = (context: ChatContext, which: string): Effect.Effect<void, CallError> =>
  Effect.suspend(() => {
    const me = context.session.credentials().userId
    const all = context.state.numbered(context.client.conversations())
    const meant = conversationMeant(
      all.map(({ number, summary }) => ({
        number,
        title: titleOf(summary, me),
        conversationId: summary.conversationId
      })),
      which
    )
    if (meant === "none")
      return Effect.sync(() => context.ui.refuse(`There is no conversation ${which}: /list shows all.`))
    if (meant === "several") return failed("Two conversations are called so: /list, then /open N.")
    return openConversation(context, meant.conversationId)
  })

const listLines = ({ client, session, state }: ChatContext): ReadonlyArray<string> => {
  if (client.me() === undefined) return ["They are not read yet."]
  const lines = state.numbered(client.conversations()).map(({ number, summary }) => {
    const { mentions = 0 } = summary
    const unread =
      summary.unread >= Limits.unreadCap ? "99+ unread" : summary.unread > 0 ? `${summary.unread} unread` : ""
    const forYou =
      mentions >= Limits.unreadCap
        ? ", 99+ mention you"
        : mentions > 0
          ? `, ${mentions} mention${mentions === 1 ? "s" : ""} you`
          : ""
    return `${number}  ${titleOf(summary, session.credentials().userId)}  ${unread}${forYou}`.trimEnd()
  })
  return lines.length === 0 ? ["None yet: /dm HANDLE starts one."] : lines
}

const showMembers = (context: ChatContext, conversationId: ConversationId): Effect.Effect<void, CallError> =>
  Effect.map(
    context.session.call((options) =>
      context.calls("conversation.members", { conversationId, limit: Limits.pageMax }, options)
    ),
    (members) => {
      context.people.learn(members)
      const all = openSummary(context)?.members ?? members.length
      context.ui.lines(`Members (${all})`, [
        ...members.map((member) => `${personLine(member)}  ${member.role}`),
        ...(all > members.length ? ["..."] : [])
      ])
    }
  )

const setBanned = (on: boolean) =>
  inOpen((context, conversationId, typed: string) =>
    Effect.gen(function* () {
      const { calls, session, ui } = context
      const { handle, userId } = yield* findPerson(context, typed)
      const id = yield* freshId
      const payload = { id, conversationId, userId }
      yield* session.call((options) =>
        on ? calls("conversation.ban", payload, options) : calls("conversation.unban", payload, options)
      )
      ui.notice(on ? `@${handle} is banned here: /unban ${handle} ends that.` : `@${handle} may come back now.`)
    })
  )

/** The first of the banned people: a longer list ends with dots. */
const showBans = (context: ChatContext, conversationId: ConversationId): Effect.Effect<void, CallError> =>
  Effect.map(
    context.session.call((options) =>
      context.calls("conversation.bans", { conversationId, limit: Limits.pageMax }, options)
    ),
    (bans) => {
      context.people.learn(bans)
      const lines = bans.length === 0 ? ["Nobody."] : bans.map(personLine)
      context.ui.lines("Banned here", [...lines, ...(bans.length === Limits.pageMax ? ["..."] : [])])
    }
  )

const setPinned = (on: boolean) =>
  inOpen(({ calls, session }, conversationId, target: number) =>
    Effect.flatMap(freshId, (id) =>
      session.call((options) =>
        on
          ? calls("conversation.pin", { id, conversationId, target }, options)
          : calls("conversation.unpin", { id, conversationId, target }, options)
      )
    )
  )

export const conversationCommands = {
  dm: chatCommand({
    usage: "HANDLE",
    meaning: "talk to one person",
    opens: true,
    args: handle,
    run: (context, typed) =>
      Effect.gen(function* () {
        const { calls, session } = context
        const { handle, userId } = yield* findPerson(context, typed)
        const { conversationId } = yield* session
          .call((options) => calls("conversation.openDirect", { userId }, options))
          .pipe(meaning("forbidden", `You blocked @${handle}: /unblock ${handle} ends that.`))
        yield* openConversation(context, conversationId)
      })
  }),
  group: chatCommand({
    usage: '"TITLE" HANDLE...',
    meaning: "make a group",
    opens: true,
    args: titleAndHandles,
    run: (context, { handles, title }) => create(context, "group", title, handles)
  }),
  channel: chatCommand({
    usage: "TITLE",
    meaning: "make a channel that anyone here may join",
    opens: true,
    args: line,
    run: (context, title) => create(context, "channel", title, [])
  }),
  join: chatCommand({ usage: "TITLE", meaning: "join a channel", opens: true, args: line, run: joinChannel }),
  list: chatCommand({
    usage: "",
    meaning: "list conversations",
    args: nothing,
    run: (context) => Effect.sync(() => context.ui.lines("Conversations", listLines(context)))
  }),
  open: chatCommand({
    usage: "N or NAME",
    meaning: "open a conversation of the list",
    opens: true,
    args: line,
    run: openNamed
  }),
  close: chatCommand({
    usage: "",
    meaning: "leave the view of the open conversation",
    args: nothing,
    run: closeConversation
  }),
  members: chatCommand({
    usage: "",
    meaning: "list the members of the open conversation",
    args: nothing,
    run: inOpen(showMembers)
  }),
  add: chatCommand({
    usage: "HANDLE...",
    meaning: "add people to the open group or channel",
    args: handles,
    run: inOpen((context, conversationId, handles) =>
      Effect.gen(function* () {
        const { calls, session } = context
        const people = yield* Effect.forEach(handles, (handle) => findPerson(context, handle))
        const userIds = people.map(({ userId }) => userId)
        const id = yield* freshId
        yield* session
          .call((options) => calls("conversation.add", { id, conversationId, userIds }, options))
          .pipe(
            meaning(
              "not_found",
              "Nobody was added: one of them can't be, or you are not in this conversation any more."
            )
          )
      })
    )
  }),
  ban: chatCommand({
    usage: "HANDLE",
    meaning: "keep a person out of the open group or channel, and remove them if they are in it",
    args: handle,
    run: setBanned(true)
  }),
  unban: chatCommand({ usage: "HANDLE", meaning: "end that", args: handle, run: setBanned(false) }),
  bans: chatCommand({
    usage: "",
    meaning: "list the people banned from the open group or channel",
    args: nothing,
    run: inOpen(showBans)
  }),
  rename: chatCommand({
    usage: "TITLE",
    meaning: "rename the open group or channel",
    args: line,
    run: inOpen(({ calls, session }, conversationId, title) =>
      Effect.flatMap(freshId, (id) =>
        session.call((options) => calls("conversation.rename", { id, conversationId, title }, options))
      )
    )
  }),
  pin: chatCommand({ usage: "N", meaning: "pin message N", args: number, run: setPinned(true) }),
  unpin: chatCommand({ usage: "N", meaning: "take the pin off message N", args: number, run: setPinned(false) }),
  pins: chatCommand({ usage: "", meaning: "the pinned messages", args: nothing, run: inOpen(showPins) }),
  leave: chatCommand({
    usage: "",
    meaning: "leave the open group or channel",
    args: nothing,
    run: inOpen((context, conversationId) =>
      Effect.gen(function* () {
        const { calls, session, ui } = context
        const id = yield* freshId
        yield* session.call((options) => calls("conversation.leave", { id, conversationId }, options))
        yield* closeConversation(context)
        ui.notice("You left.")
      })
    )
  })
}
