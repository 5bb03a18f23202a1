/** All sabotages by name, with the rules of the checker that may name each. */
import type { Sabotage } from "../Sabotage.ts"
import { framesInFlight, retryWithNewId, staleRowsTrusted } from "./clients.ts"
import {
  acrossHoles,
  lastReadsLost,
  noHoleRepair,
  readsToldOnce,
  revocationNotPolled,
  snapshotFirst
} from "./gateways.ts"
import { answerBeforeCommit, cursorsGoBack, noDedupe, rightsBeforeLock } from "./stores.ts"

export const sabotages = {
  "no dedupe": { sabotage: { store: noDedupe }, named: ["duplicate-stored"] },
  "answer before commit": { sabotage: { store: answerBeforeCommit }, named: ["acked-lost"] },
  "no hole repair": { sabotage: { ports: { gateway: noHoleRepair } }, named: ["diverged", "late"] },
  "reads told once": { sabotage: { ports: { gateway: readsToldOnce }, plan: lastReadsLost }, named: ["diverged"] },
  "cursors that can go back": { sabotage: { store: cursorsGoBack }, named: ["cursor-back"] },
  "snapshot before interest": { sabotage: { ports: { gateway: snapshotFirst } }, named: ["late"] },
  "revocation not polled": { sabotage: { ports: { gateway: revocationNotPolled } }, named: ["recv-after-revoke"] },
  "fan-out across a hole": {
    sabotage: { ports: { gateway: acrossHoles } },
    named: ["leak-to-non-member", "order-or-gap"]
  },
  "rights read before the lock": { sabotage: { store: rightsBeforeLock }, named: ["not-a-member"] },
  "retry with a new id": { sabotage: { client: retryWithNewId }, named: ["fabricated"] },
  "two frames in flight": { sabotage: { client: framesInFlight }, named: ["sender-order"] },
  "stale rows trusted": { sabotage: { client: staleRowsTrusted }, named: ["diverged"] }
} as const satisfies Readonly<Record<string, { readonly sabotage: Sabotage; readonly named: ReadonlyArray<string> }>>

export type SabotageName = keyof typeof sabotages
