/** Routes of one process: heads and interest in maps. Always right, since nothing is registered elsewhere. */
import { Effect, Layer } from "effect"
import type { ConversationId, NodeId } from "../domain/Ids.ts"
import { Routes } from "./Routes.ts"

export interface RoutesBounds {
  /** Logs whose head is known. At the bound the one raised longest ago is forgotten, and its head is unknown until it is raised again. */
  readonly headsMax: number
}

/** Interest is bounded by the gateways themselves, which count conversations when they admit a socket, and withdraw. */
export const routesInProcess = ({ headsMax }: RoutesBounds): Layer.Layer<Routes> =>
  Layer.sync(Routes, () => {
    const heads = new Map<ConversationId, number>()
    // Arrays are replaced, never changed: `raise` hands them out.
    const interested = new Map<ConversationId, ReadonlyArray<NodeId>>()

    const raiseHead = (log: ConversationId, head: number): void => {
      const known = heads.get(log) ?? 0
      heads.delete(log)
      heads.set(log, Math.max(known, head))
      if (heads.size <= headsMax) return
      for (const oldest of heads.keys()) {
        heads.delete(oldest)
        return
      }
    }

    return Routes.of({
      register: (node, logs) =>
        Effect.sync(() => {
          for (const log of logs) {
            const nodes = interested.get(log)
            if (nodes === undefined) interested.set(log, [node])
            else if (!nodes.includes(node)) interested.set(log, [...nodes, node])
          }
        }),
      withdraw: (node, logs) =>
        Effect.sync(() => {
          for (const log of logs) {
            const rest = interested.get(log)?.filter((other) => other !== node)
            if (rest === undefined || rest.length === 0) interested.delete(log)
            else interested.set(log, rest)
          }
        }),
      raise: (raised) =>
        Effect.sync(() => {
          const of = new Map<ConversationId, ReadonlyArray<NodeId>>()
          for (const [log, head] of raised) {
            raiseHead(log, head)
            const nodes = interested.get(log)
            if (nodes !== undefined) of.set(log, nodes)
          }
          return { _tag: "Nodes", of } as const
        }),
      heads: (logs) => Effect.sync(() => logs.map((log) => heads.get(log) ?? 0))
    })
  })

export const RoutesInProcess = routesInProcess({ headsMax: 100_000 })
