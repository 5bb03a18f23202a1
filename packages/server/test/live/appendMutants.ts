/**
 * The loading of a batch with one of its steps moved to where it does not belong: what the order of the steps is for.
 */
import { schemaFiles } from "../../src/sql/ownSchema.ts"

const loadBatch =
  /create function load_batch\([\s\S]*?\nend \$\$;/
    .exec(schemaFiles.get("04_append.sql") ?? "")?.[0]
    .replace("create function", "create or replace function") ?? ""

/** An edit of the function's source. Fails when the source has changed and the edit no longer meets it. */
const edit = (source: string, edits: ReadonlyArray<readonly [from: string, to: string]>): string =>
  edits.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`load_batch no longer has, once: ${from}`)
    return text.replace(from, () => to)
  }, source)

/** What stands at this place waits while `pauseKey` is held, on connections that set `test.pause`. */
const pause = "if current_setting('test.pause', true) = 'on' then perform pg_advisory_xact_lock_shared(4711); end if;"
export const pauseKey = 4711

const beforeLock = "-- 1. Lock"
const pausing = (source: string) => edit(source, [[beforeLock, `${pause}\n  ${beforeLock}`]])

/** The part of the answer that is called `name`, up to its end. */
const part = (name: string): string => {
  const found = new RegExp(`'${name}', (\\([\\s\\S]*?\\n    \\))`).exec(loadBatch)?.[1]
  if (found === undefined) throw new Error(`load_batch no longer answers ${name}`)
  return found
}

/** Reads a part of the answer before the lock. */
const early = (name: string): string =>
  pausing(
    edit(loadBatch, [
      ["  _id uuid;\n", "  _id uuid;\n  _early json;\n"],
      [part(name), "_early"],
      [beforeLock, `_early := ${part(name)};\n  ${beforeLock}`]
    ])
  )

const lock = "where c.id = any(_logs) order by c.id for no key update skip locked"
const rows =
  "json_agg(json_build_array(l.id, l.kind, l.title, l.history, l.members, l.first_seq, l.last_seq, l.last_at))"

export const loads = {
  /** As it is. */
  right: loadBatch,
  /** As it is, waiting before the lock. */
  paused: pausing(loadBatch),
  /** Meets a unique violation each time, which the sequence `tries` counts. */
  losing: edit(loadBatch, [
    [
      beforeLock,
      `perform nextval('tries'); raise exception 'again' using errcode = 'unique_violation';\n  ${beforeLock}`
    ]
  ]),
  /** Takes everything for new. */
  withoutLookUp: edit(loadBatch, [[part("stored"), "null::json"]]),
  lookUpBeforeLock: early("stored"),
  rightsBeforeLock: early("standings"),
  numbersBeforeLock: pausing(
    edit(loadBatch, [
      ["  _id uuid;\n", "  _id uuid;\n  _early json;\n"],
      [beforeLock, `_early := (select ${rows} from conversations l where l.id = any(_logs));\n  ${beforeLock}`],
      ["-- 2. Look.", "_rows := _early;"]
    ])
  ),
  /**
   * Locks in the order given, waiting for each, which takes a while, so that two batches surely meet. Needs `slowId`.
   */
  lockWithoutOrder: edit(loadBatch, [
    [
      `from conversations c ${lock}`,
      // Row by row, whatever statistics say: joined, they would be all made slowly first, and locked at one go.
      "from unnest(_logs) w(id) cross join lateral (select slow_id(w.id) as id offset 0) s cross join lateral (select r.* from conversations r where r.id = s.id for no key update) c"
    ]
  ]),
  /** Locks in order, but waits for what is locked elsewhere. */
  lockWaiting: edit(loadBatch, [[lock, "where c.id = any(_logs) order by c.id for no key update"]]),
  /** Waits for the ids of creations, in the order given, which takes a while. */
  creationsWaiting: edit(loadBatch, [
    [
      "foreach _id in array _creations loop",
      "foreach _id in array _id_logs loop perform pg_sleep(0.005); perform pg_advisory_xact_lock(uuid_hash_extended(_id, 7105));"
    ]
  ])
}

export const slowId =
  "create or replace function slow_id(_id uuid) returns uuid language plpgsql volatile as $$ begin perform pg_sleep(0.005); return _id; end $$"
