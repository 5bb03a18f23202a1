/**
 * One batch on a database that nobody else uses meanwhile. Loaded separately: a process that only creates a folder
 * needs no commands.
 */
import type { Command } from "@hibiki/core/commands/Command"
import { requestOf } from "@hibiki/core/commands/FactRequest"
import type { AppendResult } from "@hibiki/core/ports/EventStore"
import { decideLoaded, loadParameters, loadQuery, storeQuery } from "../sql/batchSql.ts"

type Query = (sql: string, params: ReadonlyArray<string | null>) => Promise<ReadonlyArray<unknown>>

/**
 * Nothing comes between loading and storing, and storing is one statement. So this needs neither a lock nor a
 * transaction around both.
 */
export const appendAlone = async (query: Query, commands: ReadonlyArray<Command>): Promise<AppendResult> => {
  const request = requestOf(commands)
  const loaded = await query(loadQuery, loadParameters(request, true))
  const { result, store } = decideLoaded(commands, request, loaded, (size) =>
    crypto.getRandomValues(new Uint8Array(size))
  )
  if (store !== undefined) await query(storeQuery, store)
  return result
}
