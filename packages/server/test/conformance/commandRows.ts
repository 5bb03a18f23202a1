/**
 * One row for each call that is a command: all that the tests of the server need to know of it. They derive their own
 * tables from here.
 */
import type { Rpc, RpcGroup } from "@effect/rpc"
import { type FlagCommandKind, flagSetBy } from "@hibiki/core/domain/Flags"
import type { RefusalCode } from "@hibiki/core/domain/Refusal"
import type { CommandTag, ConversationRpcs } from "@hibiki/core/protocol/rpc/ConversationRpcs"
import { type Caller, freshGroup } from "./authority/callers.ts"
import { expectSame } from "./Mismatch.ts"
import { freshId } from "./Person.ts"
import { accepts, makeGroup, openDirect, type People, postOf, type Stage } from "./Stage.ts"

type RpcOf<T extends CommandTag> = Extract<RpcGroup.Rpcs<typeof ConversationRpcs>, { readonly _tag: T }>
type PayloadOf<T extends CommandTag> = RpcOf<T>["payloadSchema"]["Encoded"]
type RowOf<T extends CommandTag> = CommandRow<PayloadOf<T>, Rpc.SuccessEncoded<RpcOf<T>>>

/** What a payload names: ids of the command, of a conversation, and of users. */
export interface About {
  readonly id: string
  readonly conversationId: string
  readonly member: string
  readonly newcomer: string
  readonly owner: string
}

export interface CommandRow<Payload = object, Answer = unknown> {
  /** One of the right form, as an owner of the conversation may send it. */
  readonly payload: (about: About) => Payload
  /** What a server that does nothing answers to it. */
  readonly answer: (about: About) => Answer
  /** Calls it, the same call again, and reads what it did. */
  readonly succeeds: (stage: Stage) => Promise<void>
  /** A call in the stage's group that is refused. `payload`: where that of the row is not. */
  readonly refused: {
    readonly code: RefusalCode
    readonly by: keyof People
    readonly payload?: (about: About) => Payload
  }
  /** What someone who may call can still be refused as, by a rule that is not about who calls. */
  readonly ruled?: ReadonlyArray<RefusalCode>
  /** Makes a conversation for each caller, where the call leaves the stage's group changed. */
  readonly thing?: (stage: Stage) => Promise<string>
  /** The only conversation that is absent for this caller, where that does not follow from the caller's role. */
  readonly absentFor?: (stage: Stage, caller: Caller) => string
}

export const aboutIn = ({ people: { member, newcomer, owner } }: Stage, conversationId: string): About => ({
  ...{ id: freshId(), conversationId },
  ...{ member: member.userId, newcomer: newcomer.userId, owner: owner.userId }
})

const ofConversation = ({ conversationId, id }: About) => ({ id, conversationId })
const placed = () => ({ seq: 7 })
const nothing = () => ({})

const groupOf = ({ api, people: { member, owner } }: Stage) => makeGroup(api, owner, [member])
const changed = <F extends object = object>(conversationId: string, fields?: F) => ({
  id: freshId(),
  conversationId,
  ...(fields as F)
})

/** The same call with the same id is answered as the first was. */
const twice = async <T extends CommandTag>(
  stage: Stage,
  tag: T,
  payload: PayloadOf<T>,
  who: keyof People
): Promise<void> => {
  const { token } = stage.people[who]
  const first = await stage.api.value(tag, payload, token)
  expectSame("the answer to the same call", first, await stage.api.value(tag, payload, token))
}

/** Everybody in it with their role, as the owner reads it. */
const rolesIn = async ({ api, people }: Stage, conversationId: string): Promise<Readonly<Record<string, string>>> => {
  const members = await api.value("conversation.members", { conversationId }, people.owner.token)
  const names = new Map(Object.entries(people).map(([name, { userId }]) => [userId, name]))
  return Object.fromEntries(members.map(({ role, userId }) => [names.get(userId) ?? userId, role]))
}

const flagRow = (kind: FlagCommandKind): RowOf<`conversation.${FlagCommandKind}`> => ({
  // Each caller takes back what it has not set.
  payload: (about) => ({ ...ofConversation(about), on: false }),
  answer: nothing,
  ruled: ["no_change"],
  succeeds: async (stage) => {
    const conversationId = await groupOf(stage)
    for (const on of [true, false]) {
      await twice(stage, `conversation.${kind}`, changed(conversationId, { on }), "member")
      const line = await stage.api.value("conversation.get", { conversationId }, stage.people.member.token)
      expectSame("whether the flag is set", on ? true : undefined, line[flagSetBy[kind]])
    }
  },
  refused: { code: "no_change", by: "member" }
})

const pinRow = (tag: "conversation.pin" | "conversation.unpin"): RowOf<typeof tag> => ({
  payload: (about) => ({ ...ofConversation(about), target: 9_999 }),
  answer: placed,
  ruled: ["invalid_target"],
  succeeds: async (stage) => {
    const { api, group, people } = stage
    const target = await people.member.with((socket) => accepts(socket, postOf(group, "to be found again")))
    await twice(stage, "conversation.pin", changed(group, { target }), "member")
    if (tag === "conversation.unpin") await twice(stage, tag, changed(group, { target }), "member")
    const { rows } = await api.value("history.page", { conversationId: group, pinned: true }, people.owner.token)
    expectSame(
      "whether it is among the pinned",
      tag === "conversation.pin",
      rows.some(({ seq }) => seq === target)
    )
  },
  refused: { code: "invalid_target", by: "member" }
})

const open = { post: "all", add: "all", slowSeconds: 0 } as const

/** One of the two: else each caller would need a group of their own. */
const closeRow = (tag: "conversation.close" | "conversation.reopen"): RowOf<typeof tag> => ({
  payload: ofConversation,
  answer: placed,
  ruled: ["no_change"],
  ...(tag === "conversation.close" && { thing: freshGroup }),
  succeeds: async (stage) => {
    const conversationId = await groupOf(stage)
    await twice(stage, "conversation.close", changed(conversationId), "owner")
    if (tag === "conversation.reopen") await twice(stage, tag, changed(conversationId), "owner")
    const { closed } = await stage.api.value("conversation.get", { conversationId }, stage.people.member.token)
    expectSame("who closed it", tag === "conversation.close" ? "owners" : undefined, closed)
  },
  refused: { code: "forbidden", by: "member" }
})

export const commandRows: { readonly [T in CommandTag]: RowOf<T> } = {
  "conversation.openDirect": {
    payload: ({ newcomer }) => ({ userId: newcomer }),
    answer: ({ conversationId }) => ({ conversationId }),
    succeeds: async ({ api, direct, people: { member, owner } }) =>
      expectSame("the one of the pair", direct, await openDirect(api, member, owner.userId)),
    refused: { code: "not_found", by: "member", payload: () => ({ userId: freshId() }) }
  },
  "conversation.create": {
    payload: ({ id }) => ({ id, kind: "group", title: "Mine", members: [] }),
    answer: ({ id }) => ({ conversationId: id, seq: 1 }),
    succeeds: async (stage) => {
      const { owner } = stage.people
      const id = freshId()
      await twice(
        stage,
        "conversation.create",
        { id, kind: "group", title: "A group", members: [owner.userId] },
        "member"
      )
      expectSame("who is in it", { member: "owner", owner: "member" }, await rolesIn(stage, id))
    },
    refused: {
      ...{ code: "conflict", by: "member" },
      payload: ({ conversationId: id }) => ({ id, kind: "group", title: "Mine", members: [] })
    }
  },
  "conversation.join": {
    payload: ofConversation,
    answer: placed,
    // The newcomer's: else all who join would share a conversation from then on.
    thing: ({ api, people }) => makeGroup(api, people.newcomer, [], "channel"),
    // Nobody joins a group: strangers are told that there is none, and members that it can't be joined.
    absentFor: ({ foreign, group }, caller) => (caller === "stranger" ? group : foreign),
    succeeds: async (stage) => {
      await twice(stage, "conversation.join", changed(stage.channel), "newcomer")
      expectSame("who is in it", { newcomer: "member", owner: "owner" }, await rolesIn(stage, stage.channel))
    },
    refused: { code: "not_found", by: "stranger" }
  },
  "conversation.add": {
    payload: (about) => ({ ...ofConversation(about), userIds: [about.newcomer] }),
    answer: placed,
    thing: freshGroup,
    succeeds: async (stage) => {
      const conversationId = await groupOf(stage)
      await twice(
        stage,
        "conversation.add",
        changed(conversationId, { userIds: [stage.people.admin.userId] }),
        "member"
      )
      expectSame(
        "who is in it",
        { admin: "member", member: "member", owner: "owner" },
        await rolesIn(stage, conversationId)
      )
    },
    refused: {
      code: "no_change",
      by: "member",
      payload: (about) => ({ ...ofConversation(about), userIds: [about.owner] })
    }
  },
  "conversation.remove": {
    payload: (about) => ({ ...ofConversation(about), userId: about.member }),
    answer: placed,
    thing: freshGroup,
    succeeds: async (stage) => {
      const conversationId = await groupOf(stage)
      await twice(
        stage,
        "conversation.remove",
        changed(conversationId, { userId: stage.people.member.userId }),
        "owner"
      )
      expectSame("who is in it", { owner: "owner" }, await rolesIn(stage, conversationId))
    },
    refused: {
      code: "forbidden",
      by: "member",
      payload: (about) => ({ ...ofConversation(about), userId: about.owner })
    }
  },
  "conversation.ban": {
    payload: (about) => ({ ...ofConversation(about), userId: about.newcomer }),
    answer: placed,
    // Another caller banned them before.
    ruled: ["no_change"],
    succeeds: async (stage) => {
      const conversationId = await groupOf(stage)
      await twice(stage, "conversation.ban", changed(conversationId, { userId: stage.people.member.userId }), "owner")
      expectSame("who is in it", { owner: "owner" }, await rolesIn(stage, conversationId))
    },
    refused: { code: "forbidden", by: "member" }
  },
  "conversation.unban": {
    payload: (about) => ({ ...ofConversation(about), userId: about.member }),
    answer: placed,
    ruled: ["no_change"],
    succeeds: async (stage) => {
      const { member, owner } = stage.people
      const conversationId = await groupOf(stage)
      await stage.api.value("conversation.ban", changed(conversationId, { userId: member.userId }), owner.token)
      await twice(stage, "conversation.unban", changed(conversationId, { userId: member.userId }), "owner")
      await stage.api.value("conversation.add", changed(conversationId, { userIds: [member.userId] }), owner.token)
      expectSame("who is in it", { member: "member", owner: "owner" }, await rolesIn(stage, conversationId))
    },
    refused: { code: "no_change", by: "owner" }
  },
  "conversation.leave": {
    payload: ofConversation,
    answer: placed,
    ruled: ["last_owner"],
    thing: freshGroup,
    succeeds: async (stage) => {
      const conversationId = await groupOf(stage)
      await twice(stage, "conversation.leave", changed(conversationId), "member")
      await stage.api.fails("conversation.get", { conversationId }, stage.people.member.token, 404, {
        _tag: "NotFound"
      })
    },
    refused: { code: "last_owner", by: "owner" }
  },
  "conversation.rename": {
    payload: (about) => ({ ...ofConversation(about), title: `Title ${freshId()}` }),
    answer: placed,
    thing: freshGroup,
    succeeds: async (stage) => {
      const conversationId = await groupOf(stage)
      await twice(stage, "conversation.rename", changed(conversationId, { title: "Renamed" }), "owner")
      const { title } = await stage.api.value("conversation.get", { conversationId }, stage.people.member.token)
      expectSame("the title", "Renamed", title)
    },
    refused: { code: "forbidden", by: "member" }
  },
  "conversation.setRole": {
    payload: (about) => ({ ...ofConversation(about), userId: about.member, role: "admin" }),
    answer: placed,
    thing: freshGroup,
    succeeds: async (stage) => {
      const conversationId = await groupOf(stage)
      await twice(
        stage,
        "conversation.setRole",
        changed(conversationId, { userId: stage.people.member.userId, role: "admin" }),
        "owner"
      )
      expectSame("the roles", { member: "admin", owner: "owner" }, await rolesIn(stage, conversationId))
    },
    refused: {
      code: "forbidden",
      by: "member",
      payload: (about) => ({ ...ofConversation(about), userId: about.member, role: "owner" })
    }
  },
  "conversation.setRules": {
    // The rules that the stage's group has.
    payload: (about) => ({ ...ofConversation(about), ...open }),
    answer: placed,
    ruled: ["no_change"],
    succeeds: async (stage) => {
      const conversationId = await groupOf(stage)
      const rules = { post: "admins", add: "admins", slowSeconds: 60 } as const
      await twice(stage, "conversation.setRules", changed(conversationId, rules), "owner")
      const line = await stage.api.value("conversation.get", { conversationId }, stage.people.member.token)
      expectSame("the rules", rules, line.rules)
      const refused = { _tag: "Refused", code: "forbidden" } as const
      const add = changed(conversationId, { userIds: [stage.people.newcomer.userId] })
      await stage.api.fails("conversation.add", add, stage.people.member.token, 409, refused)
    },
    refused: { code: "forbidden", by: "member" }
  },
  "conversation.close": closeRow("conversation.close"),
  "conversation.reopen": closeRow("conversation.reopen"),
  "conversation.pin": pinRow("conversation.pin"),
  "conversation.unpin": pinRow("conversation.unpin"),
  "conversation.markUnread": {
    payload: (about) => ({ ...ofConversation(about), seq: 1 }),
    answer: nothing,
    ruled: ["no_change"],
    succeeds: async (stage) => {
      const conversationId = await groupOf(stage)
      await twice(stage, "conversation.markUnread", changed(conversationId, { seq: 1 }), "member")
      const { markedUnreadAt } = await stage.api.value(
        "conversation.get",
        { conversationId },
        stage.people.member.token
      )
      expectSame("the mark", 1, markedUnreadAt)
    },
    refused: {
      code: "invalid_target",
      by: "member",
      payload: (about) => ({ ...ofConversation(about), seq: 1_000_000 })
    }
  },
  "conversation.mute": flagRow("mute"),
  "conversation.favourite": flagRow("favourite")
}
