/** Clients that take a wrong shortcut. */

import { type ClientSocket, SocketFactory, type SocketHandlers } from "@hibiki/core/client/connection/SocketFactory"
import { SnapshotSource } from "@hibiki/core/client/feed/SnapshotSource"
import type { ClientFrame } from "@hibiki/core/protocol/ClientFrame"
import type { ServerFrame } from "@hibiki/core/protocol/ServerFrame"
import { Context, Effect } from "effect"
import type { ClientPorts } from "../SimulatedDevice.ts"

const overSockets = (
  ports: ClientPorts,
  over: (open: SocketFactory["Type"]["open"]) => SocketFactory["Type"]["open"]
): ClientPorts =>
  Context.add(ports, SocketFactory, SocketFactory.of({ open: over(Context.get(ports, SocketFactory).open) }))

/** A post that is sent again has another id. */
export const retryWithNewId = (ports: ClientPorts): ClientPorts => {
  const made = new Map<string, string>()
  const seen = new Set<string>()
  const other = (id: string): string => {
    if (!seen.has(id)) {
      seen.add(id)
      return id
    }
    const fresh = `${id.slice(0, -4)}${seen.size.toString(16).padStart(4, "0")}`
    seen.add(fresh)
    made.set(fresh, id)
    return fresh
  }
  return overSockets(ports, (open) => (handlers) => {
    const socket = open({ ...handlers, onMessage: (text) => handlers.onMessage(withOwnIds(text, made)) })
    return over(socket, (frame) => {
      if (frame.op !== "post") return [frame]
      return [{ ...frame, posts: frame.posts.map((post) => ({ ...post, id: other(post.id) as typeof post.id })) }]
    })
  })
}

const withOwnIds = (text: string, made: ReadonlyMap<string, string>): string => {
  const frame: ServerFrame = JSON.parse(text)
  if (frame.op !== "accepted" && frame.op !== "refused") return text
  return JSON.stringify({ ...frame, id: made.get(frame.id) ?? frame.id })
}

/** The posts of a frame go one by one, without waiting for each other's answers. */
export const framesInFlight = (ports: ClientPorts): ClientPorts =>
  overSockets(
    ports,
    (open) => (handlers: SocketHandlers) =>
      over(open(handlers), (frame) =>
        frame.op === "post" ? frame.posts.map((post) => ({ ...frame, posts: [post] })) : [frame]
      )
  )

/** The client does not request the changes to stored rows from while it lagged. */
export const staleRowsTrusted = (ports: ClientPorts): ClientPorts => {
  const source = Context.get(ports, SnapshotSource)
  return Context.add(ports, SnapshotSource, {
    ...source,
    changedSince: (request) => Effect.map(source.changedSince(request), (page) => ({ ...page, rows: [] }))
  })
}

const over = (socket: ClientSocket, framesOf: (frame: ClientFrame) => ReadonlyArray<ClientFrame>): ClientSocket => ({
  send: (text) => {
    for (const frame of framesOf(JSON.parse(text))) socket.send(JSON.stringify(frame))
  },
  close: (code) => socket.close(code)
})
