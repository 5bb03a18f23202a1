/**
 * The requests that are open on each connection, which end with it: node closes no answer that waits behind another
 * one.
 */
import type { Duplex } from "node:stream"

export interface OpenRequests {
  /** Calls `end` once: when the connection closes, or when the returned function is called before. */
  readonly add: (connection: Duplex, end: () => void) => () => void
}

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
