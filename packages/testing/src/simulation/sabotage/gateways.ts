/** Gateways that take a wrong shortcut: somebody considered each of these, and each loses or leaks something. */

import { Conversations } from "@hibiki/core/ports/Conversations"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Routes } from "@hibiki/core/ports/Routes"
import { Sessions } from "@hibiki/core/ports/Sessions"
import { Context, Effect, Scope } from "effect"
import type { ActionKind, Plan } from "../Plan.ts"
import type { NodePorts } from "../SharedState.ts"

type Ports = Context.Context<NodePorts>

/** Events of a lost envelope are not read from the log. */
export const noHoleRepair = (ports: Ports): Ports => {
  const store = Context.get(ports, EventStore)
  return Context.add(ports, EventStore, {
    ...store,
    after: (log, after, limit) => Effect.map(store.after(log, after, limit), (range) => ({ ...range, events: [] }))
  })
}

/**
 * Of the missing events only the last is passed on: the fan-out skips the gap, and a membership that a removal there
 * would have ended goes on.
 */
export const acrossHoles = (ports: Ports): Ports => {
  const store = Context.get(ports, EventStore)
  return Context.add(ports, EventStore, {
    ...store,
    after: (log, after, limit) =>
      Effect.map(store.after(log, after, limit), (range) => ({ ...range, events: range.events.slice(-1) }))
  })
}

/** Heads are read before the gateway's interest is registered. */
export const snapshotFirst = (ports: Ports): Ports => {
  const routes = Context.get(ports, Routes)
  const scope = Effect.runSync(Scope.make())
  return Context.add(ports, Routes, {
    ...routes,
    register: (node, logs) => {
      const late = Effect.ignore(Effect.zipRight(Effect.sleep(1_500), routes.register(node, logs)))
      return Effect.asVoid(Effect.forkIn(late, scope))
    }
  })
}

/** Read positions are sent once: a missed one is not read again. */
export const readsToldOnce = (ports: Ports): Ports => {
  const conversations = Context.get(ports, Conversations)
  return Context.add(ports, Conversations, {
    ...conversations,
    readCells: (users, since) =>
      Effect.map(conversations.readCells(users, since), (answer) => (since > 0 ? { ...answer, of: new Map() } : answer))
  })
}

/**
 * People read in place of making small changes, and what comes last gets lost more often: only the last read of a
 * person can show on another device that it was lost.
 */
export const lastReadsLost = (plan: Plan): Plan => ({
  ...plan,
  actions: plan.actions.map((action) => (smallChanges.has(action.kind) ? { ...action, kind: "read" } : action)),
  faults: [...plan.faults, { at: plan.endsAt - 4_000, until: plan.endsAt, kind: "lose deliveries", target: 0 }]
})
const smallChanges: ReadonlySet<ActionKind> = new Set(["edit", "react", "unreact", "withdraw", "reply"])

/** Nobody polls for ended devices. */
export const revocationNotPolled = (ports: Ports): Ports => {
  const sessions = Context.get(ports, Sessions)
  return Context.add(ports, Sessions, {
    ...sessions,
    endedSince: (since) => Effect.map(sessions.endedSince(since), (answer) => ({ ...answer, revoked: [] }))
  })
}
