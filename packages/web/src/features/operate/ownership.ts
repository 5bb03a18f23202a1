/** Whether a conversation needs an owner from an administrator, and who can be one. Plain rules. */
import type { AdminConversation, AdminMember } from "@hibiki/core/domain/Admin"

/** All owners are disabled, so that nobody can act as one. Without owners at all the kind has none. */
export const isOwnerless = ({ owners }: Pick<AdminConversation, "owners">): boolean =>
  owners.length > 0 && owners.every(({ disabled }) => disabled)

export const canOwn = ({ disabled, role }: Pick<AdminMember, "disabled" | "role">): boolean =>
  !disabled && role !== "owner"
