/** The append with one of its steps moved to where it does not belong: what the order of the steps is for. */
import { appendFunction } from "../../src/infra/migrations/0030StoreTime.ts"

/** An edit of the function's source. Fails when the source has changed and the edit no longer meets it. */
const edit = (source: string, edits: ReadonlyArray<readonly [from: string, to: string]>): string =>
  edits.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`the append's source no longer has, once: ${from}`)
    return text.replace(from, () => to)
  }, source)

const declare = (declaration: string): readonly [string, string] => ["  _epoch uuid;\n", `  _epoch uuid;\n  ${declaration}\n`]
const lookUp = "(select true from events e where e.id = p.id and uuid_send(e.conversation_id) = uuid_send(p.log)) is null"
const rights = "(select true from memberships m where m.conversation_id = p.log and m.user_id = p.by_user) is not null"
const lock = "where c.id = any(_wanted) order by c.id for update skip locked"

/** What stands at this place waits while `pauseKey` is held, on connections that set `test.pause`. */
const pause = "if current_setting('test.pause', true) = 'on' then perform pg_advisory_xact_lock_shared(4711); end if;"
export const pauseKey = 4711

const pausing = (source: string) => edit(source, [["/*LOCK*/", pause]])

export const appends = {
  /** As it is. */
  right: appendFunction,
  /** As it is, waiting before the lock. */
  paused: pausing(appendFunction),
  /** Takes every post of a batch of posts for new. */
  withoutLookUp: edit(appendFunction, [[lookUp, "true"]]),
  lookUpBeforeLock: pausing(
    edit(appendFunction, [
      declare("_known uuid[];"),
      ["/*LOCK*/", "_known := array(select e.id from events e where e.conversation_id = any(_wanted));\n  /*LOCK*/"],
      [lookUp, "not (p.id = any(_known))"]
    ])
  ),
  rightsBeforeLock: pausing(
    edit(appendFunction, [
      declare("_members text[];"),
      [
        "/*LOCK*/",
        "_members := array(select m.conversation_id::text || m.user_id::text from memberships m where m.conversation_id = any(_wanted));\n  /*LOCK*/"
      ],
      [rights, "(p.log::text || p.by_user::text) = any(_members)"]
    ])
  ),
  numbersBeforeLock: pausing(
    edit(appendFunction, [
      declare("_early bigint[];"),
      ["/*LOCK*/", "_early := array(select c.last_seq from conversations c where c.id = any(_wanted) order by c.id);\n  /*LOCK*/"],
      ["/*LOCKED*/", "_heads := _early;"]
    ])
  ),
  /** Locks in the order given, waiting for each, which takes a while, so that two batches surely meet. Needs `slowId`. */
  lockWithoutOrder: edit(appendFunction, [
    [
      `from conversations c\n        ${lock}`,
      // Row by row, whatever statistics say: joined, they would be all made slowly first, and locked at one go.
      "from unnest(_wanted) w(id) cross join lateral (select slow_id(w.id) as id offset 0) s cross join lateral (select r.* from conversations r where r.id = s.id for update) c"
    ]
  ]),
  /** Locks in order, but waits for what is locked elsewhere. */
  lockWaiting: edit(appendFunction, [[lock, "where c.id = any(_wanted) order by c.id for update"]]),
  /** Makes rows in the order given. */
  rowsWithoutOrder: edit(appendFunction, [["f order by f.id\n", "f\n"]])
}

export const slowId =
  "create or replace function slow_id(_id uuid) returns uuid language plpgsql volatile as $$ begin perform pg_sleep(0.005); return _id; end $$"
