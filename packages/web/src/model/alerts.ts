/**
 * Whether this browser tells the person who is signed in of what comes while its pages are open and nobody looks at
 * them.
 */
import type { UserId } from "@hibiki/core/domain/Ids"
import { type Accessor, createSignal } from "solid-js"
import type { Kept } from "../lib/kept.ts"

export interface Alerts {
  /** Whether pages of this browser can notify. */
  readonly isPossible: boolean
  /** Chosen here by this person, and still allowed by the browser. */
  readonly on: Accessor<boolean>
  /** To be called in the moment of a click: browsers ask the person only then. */
  readonly change: (on: boolean) => Promise<"done" | "blocked">
}

export interface AlertsParts {
  readonly kept: Kept
  /** Who is signed in. */
  readonly me: Accessor<UserId | undefined>
  /** Undefined where pages can't notify. */
  readonly permission: (() => "granted" | "denied" | "default") | undefined
  readonly mayNotify: () => Promise<boolean>
}

/** Who chose it: nobody else who signs in here has chosen. */
const keptAs = "hibiki.alerts"

export const createAlerts = ({ kept, mayNotify, me, permission }: AlertsParts): Alerts => {
  const [whom, setWhom] = createSignal(kept.get(keptAs))
  kept.onOther((key, value) => {
    if (key === keptAs) setWhom(value)
  })
  const remember = (userId: UserId | undefined) => {
    kept.set(keptAs, userId)
    setWhom(userId)
  }
  return {
    isPossible: permission !== undefined,
    on: () => whom() !== undefined && whom() === me() && permission?.() === "granted",
    change: async (wanted) => {
      if (wanted && !(await mayNotify())) return "blocked"
      remember(wanted ? me() : undefined)
      return "done"
    }
  }
}
