/**
 * What a dictionary holds: one part for each feature of the first paint. Screens that few open, and those
 * for coming in, bring their words along, as `useBoardWords`. Values are texts, or functions where something is counted or named.
 */
import type { AppWords } from "../app/appWords.ts"
import type { ChatWords } from "../features/chat/chatWords.ts"
import type { ConversationsWords } from "../features/conversations/conversationsWords.ts"
import type { PresenceWords } from "../features/presence/presenceWords.ts"
import type { KitWords } from "../ui/kitWords.ts"

export interface Dictionary {
  readonly app: AppWords
  readonly chat: ChatWords
  readonly conversations: ConversationsWords
  readonly kit: KitWords
  readonly presence: PresenceWords
}
