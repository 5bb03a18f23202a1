/** What a database says of itself once it has conversations of several sizes. */
import * as SqlClient from "@effect/sql/SqlClient"
import { StoreReadings } from "@hibiki/core/ports/StoreReadings"
import { Effect } from "effect"

const added = 40

/** Two readings, events that were stored between them, and the largest conversations. */
export const readTwice = Effect.gen(function* () {
  const [sql, store] = [yield* SqlClient.SqlClient, yield* StoreReadings]
  yield* sql`insert into conversations (id, kind, first_seq, last_seq)
    select gen_random_uuid(), case when g = 9 then 'personal' else 'group' end, 3, 2 + g * 100 from generate_series(1, 9) g`
  const addEvents = sql`insert into events (conversation_id, seq, id, by_user, at, kind, body, rev)
    select (select id from conversations where last_seq = 802), g + (select count(*) from events), gen_random_uuid(), gen_random_uuid(), 0, 'posted', '{"text": "hello"}', 1000
    from generate_series(1, ${added}) g`
  yield* addEvents
  // The statistics of a statement are there some time after it.
  const before = yield* Effect.repeat(store.read, { until: ({ eventsAdded }) => eventsAdded === added })
  yield* addEvents
  const after = yield* Effect.repeat(store.read, { until: ({ eventsAdded }) => eventsAdded === 2 * added })
  return { before, after, largest: yield* store.largest(3) }
}).pipe(Effect.timeout("30 seconds"))
