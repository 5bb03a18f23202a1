/** The logs as the database has them when no server runs. */
import { join } from "node:path"
import { PGlite } from "@electric-sql/pglite"
import type { HistoryRule } from "@hibiki/core/domain/Event"
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import type { FinalLog } from "@hibiki/core/testing/checker/History"
import { type EventTuple, eventOf } from "../../../src/messages/eventTuple.ts"

interface LogRow {
  readonly id: ConversationId
  readonly kind: FinalLog["kind"]
  readonly history: HistoryRule
  readonly members: ReadonlyArray<UserId>
  readonly events: ReadonlyArray<EventTuple>
}

export const finalLogs = async (folder: string): Promise<ReadonlyArray<FinalLog>> => {
  const database = await PGlite.create(join(folder, "pg"))
  try {
    const { rows } = await database.query<LogRow>(`
      select c.id, c.kind, c.history, hibiki_range(c.id, 1, 1000000) as events,
        array(select m.user_id::text from memberships m where m.conversation_id = c.id) as members
      from conversations c order by c.id`)
    return rows.map(({ events, history, id, kind, members }) => ({
      conversationId: id,
      kind,
      history,
      members: kind === "personal" ? [id as string as UserId] : members,
      events: events.map(eventOf)
    }))
  } finally {
    await database.close()
  }
}
