/**
 * Who calls, as the table of authority tells them apart; and what each may expect of a call, by the relation that it
 * asks for.
 */
import { Authorization, type Relation, type RpcTag } from "@hibiki/core/protocol/rpc/Authorization"
import { type Device, freshId } from "../Person.ts"
import { makeGroup, type Stage } from "../Stage.ts"

export const callers = [
  "anonymous",
  "stranger",
  "former",
  "member",
  "admin",
  "owner",
  "otherDevice",
  "revoked"
] as const
export type Caller = (typeof callers)[number]

export const deviceOf = ({ otherDevice, people, revoked }: Stage, caller: Caller): Device | undefined => {
  switch (caller) {
    case "anonymous":
      return undefined
    case "otherDevice":
      return otherDevice
    case "revoked":
      return revoked
    default:
      return people[caller]
  }
}

/** `absent`: as if the thing were not there. `forbidden`: of those who know that it is. */
export type Expected = "allowed" | "unauthenticated" | "absent" | "forbidden"

const roles: Readonly<Record<Caller, "none" | "member" | "admin" | "owner">> = {
  anonymous: "none",
  stranger: "none",
  former: "none",
  member: "member",
  otherDevice: "member",
  admin: "admin",
  owner: "owner",
  revoked: "none"
}

export const isSignedIn = (caller: Caller): boolean => caller !== "anonymous" && caller !== "revoked"

const byRelation: Readonly<Record<Relation, (caller: Caller, isServerAdmin: boolean) => Expected>> = {
  anyone: () => "allowed",
  signedIn: () => "allowed",
  self: () => "allowed",
  admin: (_, isServerAdmin) => (isServerAdmin ? "allowed" : "absent"),
  member: (caller) => (roles[caller] === "none" ? "absent" : "allowed"),
  conversationAdmin: (caller) =>
    roles[caller] === "none" ? "absent" : roles[caller] === "member" ? "forbidden" : "allowed",
  conversationOwner: (caller) =>
    roles[caller] === "none" ? "absent" : roles[caller] === "owner" ? "allowed" : "forbidden"
}

/** What the table of the protocol says for this caller and a thing of the group. */
export const expectedOf = ({ people, serverAdmin }: Stage, tag: RpcTag, caller: Caller): Expected => {
  const relation = Authorization[tag]
  if (relation !== "anyone" && !isSignedIn(caller)) return "unauthenticated"
  return byRelation[relation](caller, serverAdmin === people.owner && caller === "owner")
}

/** One like the stage's, for what can be done once. */
export const freshGroup = async ({ api, people: { admin, former, member, owner } }: Stage): Promise<string> => {
  const conversationId = await makeGroup(api, owner, [admin, member, former])
  await api.value(
    "conversation.setRole",
    { id: freshId(), conversationId, userId: admin.userId, role: "admin" },
    owner.token
  )
  await api.value("conversation.remove", { id: freshId(), conversationId, userId: former.userId }, owner.token)
  return conversationId
}
