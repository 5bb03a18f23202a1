/**
 * Bounds how many connections each client address has open, so that none can take all of them; those that were handed
 * on are others' to count.
 */
import type { Server } from "node:http"
import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import { AddressCounts } from "./AddressCounts.ts"
import { countRefused } from "./HttpMetrics.ts"

export interface HttpConnectionsSettings {
  readonly perAddressMax: number
  /** Under which address a connection counts; undefined: under none. */
  readonly addressOf: (remoteAddress: string | undefined) => string | undefined
}

/** Closes what is one too many of its address. Gives what to call when a connection is handed on. */
export const boundConnections = (
  server: Server,
  { addressOf, perAddressMax }: HttpConnectionsSettings
): ((connection: Duplex) => void) => {
  const open = new AddressCounts()
  const addresses = new WeakMap<Duplex, string>()
  const leave = (connection: Duplex) => {
    const address = addresses.get(connection)
    if (address === undefined) return
    addresses.delete(connection)
    open.remove(address)
  }
  // One for all: nothing of it may stay with a connection that is handed on.
  function onClose(this: Duplex): void {
    leave(this)
  }

  server.on("connection", (connection: Socket) => {
    const address = addressOf(connection.remoteAddress)
    if (address === undefined) return
    if (open.of(address) >= perAddressMax) {
      countRefused("connections_of_address")
      connection.destroy()
      return
    }
    open.add(address)
    addresses.set(connection, address)
    connection.once("close", onClose)
  })
  return (connection) => {
    connection.off("close", onClose)
    leave(connection)
  }
}

/**
 * Of the connections that may be open, sockets leave one in so many to all else: beyond the bound not even a probe is
 * answered.
 */
const leftBySockets = 20

/** Whether another socket would take of what is left to all else. Those who ask are counted, too. */
export const followConnections = (server: Server, connectionsMax: number): (() => boolean) => {
  const socketsUpTo = connectionsMax - Math.ceil(connectionsMax / leftBySockets)
  let open = 0
  // One for all, as a listener of its own would stay with each socket.
  const onClose = () => {
    open--
  }
  server.on("connection", (connection: Socket) => {
    open++
    connection.on("close", onClose)
  })
  return () => open > socketsUpTo
}
