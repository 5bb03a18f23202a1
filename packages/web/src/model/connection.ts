/** The state of the connection, and the time since when it has not been good. */
import type { ConnectionStatus } from "@hibiki/core/client/connection/ConnectionMachine"
import { type Accessor, createMemo } from "solid-js"
import type { App } from "./App.ts"
import type { Account } from "./account.ts"

const connecting: ConnectionStatus = { _tag: "connecting" }
const offline: ConnectionStatus = { _tag: "offline" }

/** Call in a reactive scope that lives as long as the page. */
export const createConnection = (
  account: Accessor<Pick<Account, "connection"> | undefined>,
  online: Accessor<boolean>
): Pick<App, "connection" | "connectionSince"> => {
  const connection = () => account()?.connection() ?? (online() ? connecting : offline)
  const good = createMemo(() => isGood(connection()))
  const connectionSince = createMemo(() => {
    // A user who signs in has not waited for anything yet.
    account()
    return good() ? undefined : performance.now()
  })
  return { connection, connectionSince }
}

const isGood = ({ _tag }: ConnectionStatus): boolean => _tag === "live" || _tag === "syncing"
