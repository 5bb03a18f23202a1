/** What one member may do about another, as the server will have it. */
import type { Member } from "@hibiki/core/domain/Conversation"

export type MemberAct = "makeOwner" | "makeAdmin" | "makeMember" | "remove"

export const memberActs = (mine: Member["role"], theirs: Member["role"], self: boolean): ReadonlyArray<MemberAct> => {
  if (self) return []
  const roles: ReadonlyArray<MemberAct> =
    mine !== "owner"
      ? []
      : [
          ...(theirs === "owner" ? [] : (["makeOwner"] as const)),
          ...(theirs === "admin" ? [] : (["makeAdmin"] as const)),
          ...(theirs === "member" ? [] : (["makeMember"] as const))
        ]
  const mayRemove = mine === "owner" || (mine === "admin" && theirs === "member")
  return mayRemove ? [...roles, "remove"] : roles
}
