/** Reads the history of presence with the rights of its reader. */
import { Clock, Effect } from "effect"
import type { ConversationId } from "../domain/Ids.ts"
import {
  type CountReader,
  type HistoryWindow,
  type PresenceHistory,
  rangeOf,
  shownHistory
} from "../domain/PresenceCounts.ts"
import { AdminDirectory } from "../ports/AdminDirectory.ts"
import { Conversations } from "../ports/Conversations.ts"
import type { StoreUnavailable } from "../ports/EventStore.ts"
import { PresenceCounts } from "../ports/PresenceCounts.ts"
import type { Identity } from "../protocol/rpc/AuthMiddleware.ts"

export class PresenceHistories extends Effect.Service<PresenceHistories>()("@hibiki/core/board/PresenceHistories", {
  effect: Effect.gen(function* () {
    const [counts, conversations, directory] = [yield* PresenceCounts, yield* Conversations, yield* AdminDirectory]

    /** Undefined: none of the groups and channels whose counts the caller may see. */
    const readerOf = ({ admin, userId }: Identity, conversationId: ConversationId) =>
      Effect.gen(function* () {
        const [own] = yield* conversations.membersAmong(conversationId, [userId])
        if (own !== undefined) return isCounted(own.kind) ? ("member" as const) : undefined
        const found = admin ? yield* directory.conversation(conversationId) : undefined
        return found !== undefined && isCounted(found.kind) ? ("outsider" as const) : undefined
      })

    /**
     * The counts of a conversation, or of the whole server for administrators. Undefined: absent or forbidden.
     */
    const history = (
      caller: Identity,
      conversationId: ConversationId | undefined,
      window: HistoryWindow
    ): Effect.Effect<PresenceHistory | undefined, StoreUnavailable> =>
      Effect.gen(function* () {
        const ofServer: CountReader | undefined = caller.admin ? "member" : undefined
        const reader = conversationId === undefined ? ofServer : yield* readerOf(caller, conversationId)
        if (reader === undefined) return undefined
        const range = rangeOf(window, yield* Clock.currentTimeMillis)
        const points = yield* counts.points(conversationId, range)
        return shownHistory(points, range, yield* counts.counting, reader)
      })

    return { history } as const
  })
}) {}

const isCounted = (kind: string): boolean => kind === "group" || kind === "channel"
