/**
 * The activity of one user's devices at this gateway, and the reports that follow: which are active, which have been
 * idle for long, and which are gone, with grace for those that may reconnect in a moment. No clock and no ports: each
 * call passes the time.
 */
import type { DeviceId, InstanceId, UserId } from "../../domain/Ids.ts"
import { presenceLimits } from "../../domain/Limits.ts"
import type { DeviceKind, PresenceState } from "../../domain/Presence.ts"
import type { DeviceReport } from "../../ports/Presence.ts"

/** A socket's report of its user's activity. Times in ms. */
export interface Attendee {
  readonly deviceId: DeviceId
  readonly instance: InstanceId
  /** When its user last acted. */
  readonly actedAtMs: number
  /** The device itself reported its user as idle. */
  readonly saidIdle: boolean
  /** It was last reported as idle: then the next act is reported at once. */
  toldIdle: boolean
}

interface Entry {
  readonly kind: DeviceKind
  attendee: Attendee
  /** Set while its socket is gone: when it was last heard from, and until when it may return without a report. */
  gone: { readonly heardAtMs: number; untilMs: number } | undefined
  /** The last reported state, and whether the user was invisible then; undefined before the first report. */
  told: Exclude<PresenceState, "offline"> | undefined
  toldInvisible: boolean
  /** Its report may be lost. */
  again: boolean
}

export class Attendance {
  /** As few as a user's sockets. Replaced, never changed. */
  private entries: ReadonlyArray<Entry> = []

  constructor(private readonly userId: UserId) {}

  /**
   * A socket has connected. It replaces sockets of the same device that are gone: they end with the report that
   * announces it.
   */
  come(attendee: Attendee, kind: DeviceKind): void {
    const known = this.entries.find((entry) => isSameInstance(entry.attendee, attendee))
    if (known === undefined) {
      this.entries = this.entries.concat({
        kind,
        attendee,
        gone: undefined,
        told: undefined,
        toldInvisible: true,
        again: false
      })
    } else {
      known.attendee = attendee
      // A socket that was gone during a loss got no request to report again, so report it now. A report that changes
      // nothing is invisible to others.
      if (known.gone !== undefined) known.again = true
      known.gone = undefined
    }
    for (const entry of this.entries) {
      if (entry.gone !== undefined && entry.attendee.deviceId === attendee.deviceId)
        entry.gone.untilMs = Number.NEGATIVE_INFINITY
    }
  }

  /** Its socket is gone, last heard from at `heardAtMs`. If on purpose, others see it at once. */
  leave(attendee: Attendee, heardAtMs: number, onPurpose: boolean): void {
    const entry = this.entries.find((each) => each.attendee === attendee)
    // Another socket of the same instance has replaced it.
    if (entry === undefined) return
    entry.gone = { heardAtMs, untilMs: onPurpose ? Number.NEGATIVE_INFINITY : heardAtMs + presenceLimits.graceMs }
  }

  /**
   * Returns the reports that are due now, and counts them as sent. Arrivals come before departures, so that nobody
   * flickers.
   */
  reports(nowMs: number, invisible: boolean): ReadonlyArray<DeviceReport> {
    const here: Array<DeviceReport> = []
    const ended: Array<DeviceReport> = []
    for (const entry of this.entries) {
      if (entry.gone === undefined) {
        const state = stateOf(entry.attendee, nowMs)
        entry.attendee.toldIdle = state === "idle"
        if (!entry.again && entry.told === state && entry.toldInvisible === invisible) continue
        entry.again = false
        entry.told = state
        entry.toldInvisible = invisible
        here.push(this.report(entry, state, invisible, nowMs))
      } else if (nowMs >= entry.gone.untilMs) {
        this.entries = this.entries.filter((other) => other !== entry)
        if (entry.told !== undefined) ended.push(this.report(entry, "offline", invisible, entry.gone.heardAtMs))
      }
    }
    return [...here, ...ended]
  }

  /** Marks all sockets here for another report, because earlier ones may be lost. */
  tellAgain(): void {
    for (const entry of this.entries) entry.again = true
  }

  /** Ends everything, as seen at `nowMs`. */
  close(nowMs: number): ReadonlyArray<DeviceReport> {
    const told = this.entries.filter((entry) => entry.told !== undefined)
    this.entries = []
    return told.map((entry) => this.report(entry, "offline", entry.toldInvisible, entry.gone?.heardAtMs ?? nowMs))
  }

  /**
   * When `reports` may have something new without any event (ms); undefined: not before a device acts, connects or
   * leaves.
   */
  dueAtMs(): number | undefined {
    let due: number | undefined
    for (const { attendee, gone, told } of this.entries) {
      const at = gone?.untilMs ?? (told === "idle" ? undefined : attendee.actedAtMs + presenceLimits.idleAfterMs)
      if (at !== undefined) due = Math.min(due ?? at, at)
    }
    return due
  }

  private report({ attendee, kind }: Entry, state: PresenceState, invisible: boolean, atMs: number): DeviceReport {
    const { deviceId, instance } = attendee
    return { userId: this.userId, deviceId, instance, kind, state, invisible, at: Math.floor(atMs) }
  }
}

const isSameInstance = (a: Attendee, b: Attendee): boolean => a.deviceId === b.deviceId && a.instance === b.instance

const stateOf = (attendee: Attendee, nowMs: number) =>
  attendee.saidIdle || nowMs - attendee.actedAtMs >= presenceLimits.idleAfterMs ? "idle" : "active"
