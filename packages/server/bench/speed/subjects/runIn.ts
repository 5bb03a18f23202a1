/** A Postgres as it is after a while, and not as one that was made a minute ago. */
import { Client } from "pg"

/** Of 16 MB each: more than is written in any scenario. */
const segments = 48
const kept = "1GB"
const timeoutMs = 30_000

/**
 * Looks after all tables, which its autovacuum would do first in the middle of what is measured, since all of them are
 * new to it; later it does so for those that have grown by a tenth.
 * And makes the segments of the write-ahead log that will be needed. A new Postgres makes each when it first needs it,
 * 16 MB of zeros that are synced to the disk while a commit waits; one that has been through checkpoints takes those
 * that it has once more.
 */
export const runIn = async (connectionString: string): Promise<void> => {
  const client = new Client({ connectionString, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs })
  await client.connect()
  try {
    await client.query(`alter system set min_wal_size = '${kept}'`)
    await client.query("select pg_reload_conf()")
    for (let made = 0; made < segments; made++) {
      // A segment with nothing in it is not left.
      await client.query("select pg_logical_emit_message(false, 'bench', 'begun')")
      await client.query("select pg_switch_wal()")
    }
    await client.query("vacuum analyze")
    // Those before it are renamed to those that come.
    await client.query("checkpoint")
  } finally {
    client.end(() => undefined)
  }
}
