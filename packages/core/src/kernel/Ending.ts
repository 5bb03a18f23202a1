/** How far a stopping actor has come. */
import type { StopReason, Timer } from "./Behaviour.ts"

/** `drain` handles what waits first; `finish` handles nothing more but lets the Effect in hand end; `now` interrupts it. */
export type StopHow = "drain" | "finish" | "now"

const urgency: Readonly<Record<StopHow, number>> = { drain: 0, finish: 1, now: 2 }

export class Ending {
  how: StopHow
  reason: StopReason
  /** First its messages, then its children, then its own `onStop`. */
  stage: "messages" | "children" | "onStop" = "messages"
  /** Cuts the stage in hand short when it takes too long. */
  deadline: Timer | undefined = undefined

  constructor(how: StopHow, reason: StopReason) {
    this.how = how
    this.reason = reason
  }

  /** Takes over a more urgent wish; false when `how` adds nothing. */
  hasten(how: StopHow, reason: StopReason): boolean {
    if (urgency[how] <= urgency[this.how]) return false
    this.how = how
    if (this.stage === "messages") this.reason = reason
    return true
  }
}
