/**
 * The open connections: a bound on each client address, so that none can take all of them, and the requests of each,
 * which end with it.
 */

import type { Server } from "node:http"
import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import { addressKey } from "@hibiki/core/accounts/AccountNetworks"
import { countRefused } from "./HttpMetrics.ts"

/** How much each client address holds, under the key by which all limits of an address go. */
export class AddressCounts {
  readonly #held = new Map<string, number>()

  of(address: string): number {
    return this.#held.get(addressKey(address)) ?? 0
  }
  /** Says how many it holds now. */
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

interface OpenRequests {
  /** Calls `end` once: when the connection closes, or when the returned function is called before. */
  readonly add: (connection: Duplex, end: () => void) => () => void
}

/** The requests that are open on each connection. Node closes no answer that waits behind another one. */
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
