/** Words of the conversation list, of the own corner below it, and of the screen on which new conversations begin. */
import type { Role } from "@hibiki/core/domain/Event"
import type { SectionKey } from "./listSections.ts"

export interface ConversationsWords {
  readonly title: string
  readonly list: string
  readonly filter: string
  readonly filterEmpty: (text: string) => string
  readonly clearFilter: string
  readonly start: string
  readonly switcher: string
  readonly sections: Readonly<Record<SectionKey, string>>
  readonly empty: string
  readonly nothingOpen: string
  /** Beside an empty list. */
  /** In the list, where the first steps are told beside it. */
  readonly noneYet: string
  readonly firstSteps: string
  readonly toProfile: string
  readonly invite: string
  readonly unread: (count: number, capped: boolean) => string
  readonly mentions: (count: number, capped: boolean) => string
  readonly markedUnread: string
  readonly muted: string
  readonly draft: string
  /** Of what was refused: of one conversation, which may not be in the list any more. */
  readonly notSent: {
    readonly toast: (title: string | undefined, count: number) => string
    readonly show: string
    readonly unlisted: string
    readonly items: (count: number) => string
  }
  /** Of a message that was to be taken back. */
  readonly stayed: (text: string) => string
  readonly roles: Readonly<Record<Role, string>>
  readonly last: {
    readonly own: (text: string) => string
    readonly by: (name: string, text: string) => string
    readonly deleted: string
    readonly none: string
    /** Of what only a newer server has. */
    readonly newer: string
    readonly created: (name: string) => string
    readonly joined: (name: string) => string
    /** `name`: one of the `count` who were added. */
    readonly added: (by: string, name: string, count: number) => string
    readonly left: (name: string) => string
    readonly removed: (by: string, name: string) => string
    readonly renamed: (name: string, title: string) => string
    readonly roleChanged: (name: string, role: string) => string
  }
  readonly own: {
    readonly menu: (name: string) => string
    readonly invisible: string
    readonly settings: string
    readonly devices: string
    readonly board: string
    readonly help: string
    readonly signOut: string
    readonly invisibleFailed: string
  }
  /** Why a call did not get through. */
  readonly failed: {
    readonly unreachable: string
    readonly refused: string
    readonly rateLimited: string
    readonly tooMany: string
    readonly gone: string
  }
}
