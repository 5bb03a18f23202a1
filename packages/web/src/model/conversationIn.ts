/** The conversation that an address names. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { isUuid } from "@hibiki/core/domain/UuidText"

export const conversationIn = (path: string): ConversationId | undefined => {
  const [, screen, id] = path.split("/")
  return screen === "c" && isUuid(id) ? (id as ConversationId) : undefined
}
