/** A database of its own for one cluster, in a private Postgres that goes with all of them. */
import { randomBytes } from "node:crypto"
import { Client } from "pg"

const timeoutMs = 120_000

/** `server`: the address of a superuser. */
export const emptyDatabase = async (server: string): Promise<string> => {
  const name = `cluster_${randomBytes(6).toString("hex")}`
  const client = new Client({ connectionString: server, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs })
  await client.connect()
  try {
    await client.query(`create database ${name}`)
  } finally {
    client.end(() => undefined)
  }
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
