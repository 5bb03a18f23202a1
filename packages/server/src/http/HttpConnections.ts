/**
 * The open connections. Each client address has a bound, so that none can take all connections. The requests of a
 * connection end with it.
 */

import type { Server } from "node:http"
import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import { addressKey } from "@hibiki/core/accounts/AccountNetworks"
import { countRefused } from "./HttpMetrics.ts"

/** Counts per client address, by the key that all limits of an address use. */
export class AddressCounts {
  readonly #held = new Map<string, number>()

  of(address: string): number {
    return this.#held.get(addressKey(address)) ?? 0
  }
  /** Returns the new count of the address. */
  add(address: string): number {
    const key = addressKey(address)
    const held = (this.#held.get(key) ?? 0) + 1
    this.#held.set(key, held)
    return held
  }
  remove(address: string): void {
    const key = addressKey(address)
    const left = (this.#held.get(key) ?? 0) - 1
    if (left > 0) this.#held.set(key, left)
    else this.#held.delete(key)
  }
}

export interface HttpConnectionsSettings {
  readonly perAddressMax: number
  /** The address under which a connection counts, or undefined if it counts under none. */
  readonly addressOf: (remoteAddress: string | undefined) => string | undefined
}

/**
 * Closes a connection that exceeds the bound of its address. Returns the function to call when a connection is handed
 * over.
 */
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
  // One function for all: nothing of it may stay with a connection that is handed over.
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
 * Sockets leave one in this many of the possible connections to everything else: beyond the bound not even a probe gets
 * an answer.
 */
const leftBySockets = 20

/**
 * Returns whether another socket would use the connections reserved for everything else. The connection of the caller
 * counts as well.
 */
export const followConnections = (server: Server, connectionsMax: number): (() => boolean) => {
  const socketsUpTo = connectionsMax - Math.ceil(connectionsMax / leftBySockets)
  let open = 0
  // One function for all, since a listener of its own would stay with each socket.
  const onClose = () => {
    open--
  }
  server.on("connection", (connection: Socket) => {
    open++
    connection.on("close", onClose)
  })
  return () => open > socketsUpTo
}

interface OpenRequests {
  /** Calls `end` once: when the connection closes, or when the returned function is called earlier. */
  readonly add: (connection: Duplex, end: () => void) => () => void
}

/** The open requests of each connection. Node does not close an answer that waits behind another one. */
export const makeOpenRequests = (): OpenRequests => {
  const ofConnection = new WeakMap<Duplex, Set<() => void>>()

  // One listener for each connection: it may carry any number of requests.
  const open = (connection: Duplex) => {
    const ends = new Set<() => void>()
    ofConnection.set(connection, ends)
    connection.once("close", () => {
      for (const end of ends) end()
      ends.clear()
    })
    return ends
  }

  return {
    add: (connection, end) => {
      const ends = ofConnection.get(connection) ?? open(connection)
      ends.add(end)
      return () => {
        if (ends.delete(end)) end()
      }
    }
  }
}
