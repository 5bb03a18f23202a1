/** What a dictionary holds: one part for each feature. Values are texts, or functions where something is counted or named. */
import type { ChatWords } from "../features/chat/chatWords.ts"

export interface Dictionary {
  readonly chat: ChatWords
}
