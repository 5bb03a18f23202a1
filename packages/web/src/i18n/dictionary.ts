/** What a dictionary holds: one part for each feature. Values are texts, or functions where something is counted or named. */
import type { AppWords } from "../app/appWords.ts"
import type { BoardWords } from "../features/board/boardWords.ts"
import type { ChatWords } from "../features/chat/chatWords.ts"
import type { ConversationsWords } from "../features/conversations/conversationsWords.ts"
import type { DevicesWords } from "../features/devices/devicesWords.ts"
import type { PresenceWords } from "../features/presence/presenceWords.ts"
import type { SessionWords } from "../features/session/sessionWords.ts"
import type { SettingsWords } from "../features/settings/settingsWords.ts"
import type { KeysWords } from "../ui/keysWords.ts"
import type { KitWords } from "../ui/kitWords.ts"

export interface Dictionary {
  readonly app: AppWords
  readonly board: BoardWords
  readonly chat: ChatWords
  readonly conversations: ConversationsWords
  readonly devices: DevicesWords
  readonly keys: KeysWords
  readonly kit: KitWords
  readonly presence: PresenceWords
  readonly session: SessionWords
  readonly settings: SettingsWords
}
