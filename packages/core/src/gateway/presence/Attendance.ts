/**
 * What the devices of one user do at this gateway, and what is to be told of it: which are active, which did nothing
 * for long, and which are gone, with grace for those that may be back in a moment. No clock and no ports: time comes in
 * with each question.
 */
import type { DeviceId, InstanceId, UserId } from "../../domain/Ids.ts"
import { presenceLimits } from "../../domain/Limits.ts"
import type { DeviceKind, PresenceState } from "../../domain/Presence.ts"
import type { DeviceReport } from "../../ports/Presence.ts"

/** A socket, as far as it tells what its person does. Times in ms. */
export interface Attendee {
  readonly deviceId: DeviceId
  readonly instance: InstanceId
  /** When its person last did something. */
  readonly actedAtMs: number
  /** Its person is away, as it said itself. */
  readonly saidIdle: boolean
  /** What others were told last: then the next act is worth a word at once. */
  toldIdle: boolean
}

interface Entry {
  readonly kind: DeviceKind
  attendee: Attendee
  /** Set while its socket is gone: when it was last heard, and until when it may come back unnoticed. */
  gone: { readonly heardAtMs: number; untilMs: number } | undefined
  /** What others were told last, and whether of an invisible user; undefined before that. */
  told: Exclude<PresenceState, "offline"> | undefined
  toldInvisible: boolean
  /** What was told may be lost. */
  again: boolean
}

export class Attendance {
  /** As few as a user's sockets. Replaced, never changed. */
  private entries: ReadonlyArray<Entry> = []

  constructor(private readonly userId: UserId) {}

  /**
   * A socket is there. It stands for those of the same device that are gone: they end with the report that tells of it.
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
      // Who was gone when a loss was heard was not told to tell again. A report that changes nothing shows nobody
      // anything.
      if (known.gone !== undefined) known.again = true
      known.gone = undefined
    }
    for (const entry of this.entries) {
      if (entry.gone !== undefined && entry.attendee.deviceId === attendee.deviceId)
        entry.gone.untilMs = Number.NEGATIVE_INFINITY
    }
  }

  /** Its socket is gone, heard for the last time at `heardAtMs`. On purpose: others see it at once. */
  leave(attendee: Attendee, heardAtMs: number, onPurpose: boolean): void {
    const entry = this.entries.find((each) => each.attendee === attendee)
    // Another socket of the same instance has taken its place.
    if (entry === undefined) return
    entry.gone = { heardAtMs, untilMs: onPurpose ? Number.NEGATIVE_INFINITY : heardAtMs + presenceLimits.graceMs }
  }

  /** What others are to be told now; it counts as told. Who comes stands before who leaves, so that nobody flickers. */
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

  /** What was told may be lost: those that are here are told again. */
  tellAgain(): void {
    for (const entry of this.entries) entry.again = true
  }

  /** Ends everything, as seen at `nowMs`. */
  close(nowMs: number): ReadonlyArray<DeviceReport> {
    const told = this.entries.filter((entry) => entry.told !== undefined)
    this.entries = []
    return told.map((entry) => this.report(entry, "offline", entry.toldInvisible, entry.gone?.heardAtMs ?? nowMs))
  }

  /** When `reports` may have something new by itself (ms); undefined: not before somebody acts, comes or leaves. */
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
