/** The logs as the database has them at the end. */
import { join } from "node:path"
import { PGlite } from "@electric-sql/pglite"
import type { HistoryRule } from "@hibiki/core/domain/Event"
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import type { FinalLog } from "@hibiki/testing/checker/History"
import { type EventTuple, eventOf } from "../../../src/sql/eventTuple.ts"

export interface LogRow {
  readonly id: ConversationId
  readonly kind: FinalLog["kind"]
  readonly history: HistoryRule
  readonly members: ReadonlyArray<UserId>
  readonly events: ReadonlyArray<EventTuple>
}

export const selectLogs = `
  select c.id, c.kind, c.history, (
      select coalesce(json_agg(json_build_array(e.seq, e.id, e.by_user, e.at, e.kind, e.body) order by e.seq), '[]') from events e where e.conversation_id = c.id
    ) as events,
    array(select m.user_id::text from memberships m where m.conversation_id = c.id) as members
  from conversations c`

export const logOf = ({ events, history, id, kind, members }: LogRow): FinalLog => ({
  conversationId: id,
  kind,
  history,
  members: kind === "personal" ? [id as string as UserId] : members,
  events: events.map(eventOf)
})

/** Of a folder whose server does not run. */
export const finalLogs = async (folder: string): Promise<ReadonlyArray<FinalLog>> => {
  const database = await PGlite.create(join(folder, "pg"))
  try {
    const { rows } = await database.query<LogRow>(`${selectLogs} order by c.id`)
    return rows.map(logOf)
  } finally {
    await database.close()
  }
}
