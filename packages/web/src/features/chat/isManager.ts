/** Who deletes others' messages, and renames. A role that only a newer server has gives no rights here. */
import type { Member } from "@hibiki/core/domain/Conversation"

export const isManager = (role: Member["role"] | undefined): boolean => role === "owner" || role === "admin"
