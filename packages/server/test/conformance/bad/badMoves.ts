/** Bad inputs that are well-formed: out of turn, about others' things, or under another's name. */
import { Limits } from "@hibiki/core/domain/Limits"
import type { RpcTag } from "@hibiki/core/protocol/rpc/Authorization"
import type { WireError } from "../client.ts"
import { freshId } from "../Person.ts"
import { type Command, postOf, type Stage } from "../Stage.ts"
import type { BadInput, Outcome, Sent, Tried } from "./BadInput.ts"

const text = (frame: object): Sent => ({ how: "text", text: JSON.stringify(frame) })
const first = (frame: object): Sent => ({ how: "first", text: JSON.stringify(frame) })

const said = (name: string, outcome: Outcome, frame: (stage: Stage) => object): BadInput => ({
  name,
  tried: (stage) => ({ sent: text(frame(stage)), outcome })
})
const opening = (name: string, closed: number, frame: (stage: Stage) => Promise<object> | object): BadInput => ({
  name,
  tried: async (stage): Promise<Tried> => ({ sent: first(await frame(stage)), outcome: { closed } })
})
const refused = (code: string, name: string, make: (stage: Stage) => Command): BadInput => ({
  name,
  tried: (stage) => {
    const { id, ...frame } = make(stage)
    return { sent: text(frame.op === "post" ? frame : { ...frame, id }), outcome: { refused: code, id } }
  }
})
const on = (conversationId: string, op: string, target: number, more: object = {}): Command => ({
  ...{ op, id: freshId(), conversationId, target },
  ...more
})

type Caller = "owner" | "admin" | "member" | "former" | "stranger"
const call = (
  name: string,
  who: Caller,
  tag: RpcTag,
  status: number,
  error: WireError,
  payload: (stage: Stage) => object
): BadInput => ({
  name,
  tried: (stage) => callBy(stage.people[who].token, tag, payload(stage), status, error)
})
const callBy = (
  token: string,
  tag: RpcTag,
  payload: object,
  status: number,
  { _tag, code, field }: WireError
): Tried => ({
  sent: {
    how: "http",
    request: {
      ...{ method: "POST", path: `/api/v1/${tag}`, body: JSON.stringify(payload) },
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` }
    }
  },
  outcome: { status, tag: _tag, ...(code === undefined ? {} : { code }), ...(field === undefined ? {} : { field }) }
})
const not = (code: string): WireError => ({ _tag: "Refused", code })
const change = (conversationId: string, more: object = {}) => ({ id: freshId(), conversationId, ...more })

export const outOfTurn: ReadonlyArray<BadInput> = [
  opening("a post before hello", 4400, ({ group }) => ({
    op: "post",
    conversationId: group,
    posts: [{ id: freshId(), text: "a" }]
  })),
  opening("a ping before hello", 4400, () => ({ op: "ping" })),
  opening("cursors before hello", 4400, () => ({ op: "cursors", pairs: [], last: true })),
  {
    name: "hello twice",
    tried: async ({ people: { member } }) => ({
      sent: text(member.hello(await member.ticket())),
      outcome: { closed: 4400 }
    })
  },
  said("cursors after all were told", { closed: 4400 }, () => ({ op: "cursors", pairs: [], last: true })),
  opening("a ticket that has served", 4401, async ({ people: { member } }) => {
    const { ticket } = await memberTicket(member)
    return member.hello(ticket)
  }),
  opening("another device's ticket", 4401, async ({ otherDevice, people: { member } }) =>
    member.hello(await otherDevice.ticket())
  ),
  opening("another user's ticket", 4401, async ({ people: { member, stranger } }) =>
    member.hello(await stranger.ticket())
  ),
  opening("an access token for a ticket", 4401, ({ people: { member } }) => member.hello(member.token)),
  opening("a ticket of a sign-in that has ended", 4401, async ({ api, people: { newcomer } }) => {
    const device = await newcomer.signInAgain()
    const hello = device.hello(await device.ticket())
    await api.value("auth.signOut", {}, device.token)
    return hello
  }),
  said("a negative cursor in ack", { closed: 4400 }, ({ group }) => ({ op: "ack", cursors: [[group, -1]] })),
  opening("a negative cursor in hello", 4400, async ({ group, people: { member } }) =>
    member.hello(await member.ticket(), { cursors: [[group, -1]] })
  ),
  said("an ack above what was sent", { closed: 4400 }, ({ group }) => ({
    op: "ack",
    cursors: [[group, 9_007_199_254_740_991]]
  })),
  said("an old ack again", { silent: true }, ({ group }) => ({ op: "ack", cursors: [[group, 1]] })),
  said("a read beyond the end", { silent: true }, ({ group }) => ({
    op: "read",
    conversationId: group,
    seq: 1_000_000
  })),
  said("a range beyond the end", { silent: true }, ({ group }) => ({
    op: "range",
    conversationId: group,
    from: 1_000_000,
    to: 1_000_001
  }))
]

const memberTicket = async (member: Stage["people"]["member"]): Promise<{ readonly ticket: string }> => {
  const ticket = await member.ticket()
  const socket = await member.openWith(ticket)
  socket.terminate()
  return { ticket }
}

export const othersThings: ReadonlyArray<BadInput> = [
  refused("not_found", "a post to a conversation of others", ({ foreign }) => postOf(foreign, "a")),
  refused("not_found", "an edit in a conversation of others", ({ foreign, foreignPost }) =>
    on(foreign, "edit", foreignPost.seq, { text: "a" })
  ),
  refused("not_found", "a delete in a conversation of others", ({ foreign, foreignPost }) =>
    on(foreign, "delete", foreignPost.seq)
  ),
  refused("not_found", "a reaction in a conversation of others", ({ foreign, foreignPost }) =>
    on(foreign, "react", foreignPost.seq, { emoji: "👍", on: true })
  ),
  refused("not_found", "a post to somebody's personal log", ({ people }) => postOf(people.owner.userId, "a")),
  refused("forbidden", "an edit of another's message", ({ group, ownerPost }) =>
    on(group, "edit", ownerPost.seq, { text: "a" })
  ),
  refused("forbidden", "a delete of another's message", ({ group, ownerPost }) => on(group, "delete", ownerPost.seq)),
  refused("conflict", "a withdraw of another's message", ({ group, ownerPost: { id } }) => ({
    op: "withdraw",
    id,
    conversationId: group
  })),
  refused("conflict", "the same id with another body", ({ group, memberPost: { id } }) =>
    postOf(group, "another", {}, id)
  ),
  refused("conflict", "the same id of another user", ({ group, ownerPost: { id, text: same } }) =>
    postOf(group, same, {}, id)
  ),
  refused("invalid_target", "a reply across conversations", ({ direct, memberPost }) =>
    postOf(direct, "a", { replyTo: memberPost.seq + 1_000 })
  ),
  said("an ack of a conversation of others", { silent: true }, ({ foreign }) => ({
    op: "ack",
    cursors: [[foreign, 1]]
  })),
  said("a read in a conversation of others", { silent: true }, ({ foreign }) => ({
    op: "read",
    conversationId: foreign,
    seq: 1
  })),
  said("typing in a conversation of others", { silent: true }, ({ foreign }) => ({
    op: "typing",
    conversationId: foreign
  })),
  said("a range of a conversation of others", { frame: { op: "withheld", from: 1, to: 9 } }, ({ foreign }) => ({
    ...{ op: "range", conversationId: foreign, from: 1, to: 9 }
  })),
  call("others' history", "member", "history.page", 404, { _tag: "NotFound" }, ({ foreign }) => ({
    conversationId: foreign
  })),
  call("others' changes", "former", "history.changedSince", 404, { _tag: "NotFound" }, ({ group }) => ({
    ...{ conversationId: group, asOf: 1, from: 1, to: 2 }
  })),
  call("the last owner leaving", "owner", "conversation.leave", 409, not("last_owner"), ({ group }) => change(group)),
  call("a member renaming", "member", "conversation.rename", 409, not("forbidden"), ({ group }) =>
    change(group, { title: "mine" })
  ),
  call("an admin removing the owner", "admin", "conversation.remove", 409, not("forbidden"), ({ group, people }) =>
    change(group, { userId: people.owner.userId })
  ),
  call(
    "removing one who is not there",
    "owner",
    "conversation.remove",
    409,
    not("invalid_target"),
    ({ group, people }) => change(group, { userId: people.stranger.userId })
  ),
  call("joining a group", "stranger", "conversation.join", 409, not("not_found"), ({ group }) => change(group)),
  call("a group under another's id", "member", "conversation.create", 409, not("conflict"), ({ group }) => ({
    ...{ id: group, kind: "group", title: "mine", members: [] }
  })),
  call("a group with nobody's id in it", "member", "conversation.create", 409, not("not_found"), () => ({
    ...{ id: freshId(), kind: "group", title: "mine", members: [freshId()] }
  })),
  call(
    "a group of too many",
    "member",
    "conversation.create",
    400,
    { _tag: "BadRequest", code: "invalid", field: "payload.members" },
    () => ({
      ...{
        id: freshId(),
        kind: "group",
        title: "mine",
        members: Array.from({ length: Limits.usersPerCommand }, freshId)
      }
    })
  ),
  call("marking beyond the end", "member", "conversation.markUnread", 409, not("invalid_target"), ({ group }) =>
    change(group, { seq: 1_000_000 })
  ),
  ...[0, -1, 1e9, 1.5].map((limit) =>
    call(
      `history by ${limit}`,
      "member",
      "history.page",
      400,
      { _tag: "BadRequest", code: "invalid", field: "payload.limit" },
      ({ group }) => ({
        ...{ conversationId: group, limit }
      })
    )
  ),
  {
    name: "a call after the sign-in has ended",
    tried: ({ revoked }) => callBy(revoked.token, "user.me", {}, 401, { _tag: "Unauthenticated" })
  }
]

/** Fields that the server alone decides, in real commands to a real conversation. */
export const forged: ReadonlyArray<BadInput> = [
  ...["sender", "by", "seq", "at", "device"].flatMap(
    (field): ReadonlyArray<BadInput> => [
      refused("unknown_field", `a post with ${field}`, ({ group }) => postOf(group, "a", { [field]: 1 })),
      refused("unknown_field", `an edit with ${field}`, ({ group, memberPost }) =>
        on(group, "edit", memberPost.seq, { text: "a", [field]: 1 })
      )
    ]
  ),
  opening("a hello with a user", 4400, async ({ people: { member, owner } }) => ({
    ...member.hello(await member.ticket()),
    userId: owner.userId
  })),
  {
    name: "one bad post among good ones: none is taken",
    tried: ({ group }) => {
      const [good, bad] = [freshId(), freshId()]
      const posts = [
        { id: good, text: "good" },
        { id: bad, text: " " }
      ]
      return { sent: text({ op: "post", conversationId: group, posts }), outcome: { refused: "blank", id: bad } }
    }
  }
]
