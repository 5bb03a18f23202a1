/** Fetches the live part's code and starts it, after the first paint. */
import type { DeviceId, UserId } from "@hibiki/core/domain/Ids"
import type { Database } from "../lib/database.ts"
import { retryForever } from "../lib/lazy.ts"
import type { PlainCall } from "../lib/plainCall.ts"
import type { BrowserSession } from "../lib/session.ts"
import type { Leadership, Tabs } from "../lib/tabs.ts"
import type { Chat } from "../runtime/Chat.ts"

export interface LoadOptions {
  readonly call: PlainCall
  readonly session: BrowserSession
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly tabs: Promise<Tabs>
  readonly database: Promise<Database | undefined>
  /** Whether nobody waits for it any more. */
  readonly isEnded: () => boolean
}

export interface Loading {
  /** Resolves to undefined when it ended before. */
  readonly start: () => Promise<Chat | undefined>
  readonly leads: () => boolean
  readonly leave: () => Promise<void>
}

export const loadChat = ({ call, database, deviceId, isEnded, session, tabs, userId }: LoadOptions): Loading => {
  let leadership: Leadership | undefined
  let onLead = (): void => undefined
  // This tab may become the leader before there is anything to run.
  let cameToLead = false
  // Requested early, so that the answer is known when the code is loaded.
  const joined = tabs.then((known) => {
    const asked = known.lead(userId, () => {
      // The tab that led before may have deleted the stored data for good.
      if (isEnded()) return
      cameToLead = true
      onLead()
    })
    leadership = asked
    return { tabs: known, leadership: asked }
  })
  return {
    start: async () => {
      const runtime = await retryForever(() => import("../runtime/startChat.ts"))
      const { leadership, tabs } = await joined
      const kept = await database
      if (isEnded()) return undefined
      const chat = await runtime.startChat({
        origin: location.origin,
        call,
        session: { token: () => session.token(), renewed: (refused) => session.renewed(refused) },
        userId,
        deviceId,
        database: kept,
        tabs,
        leadership,
        onLead: (run) => {
          onLead = run
          if (cameToLead) run()
        }
      })
      if (!isEnded()) return chat
      await chat.close()
      return undefined
    },
    leads: () => leadership?.leads() === true,
    leave: async () => (await joined).leadership.leave()
  }
}
