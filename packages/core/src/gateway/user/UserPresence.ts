/**
 * The presence of a user's devices as others see it: registered, reported when it changes, hidden if the user wishes.
 */
import { Context, Effect, Layer } from "effect"
import type { LogEvent } from "../../domain/Event.ts"
import type { DeviceSession } from "../device/DeviceSession.ts"
import { GatewayPresence } from "../presence/GatewayPresence.ts"
import type { UserSelf } from "./UserState.ts"

/** Pause before a user's settings are read again after a failure (ms). */
const retryMs = 1_000
const registerMessage = { _tag: "RegisterDevices" } as const

export class UserPresence {
  static readonly Tag = Context.GenericTag<UserPresence>("@hibiki/core/gateway/UserPresence")
  static readonly layer = Layer.effect(
    this.Tag,
    Effect.map(GatewayPresence, (presence) => new UserPresence(presence))
  )

  constructor(private readonly presence: GatewayPresence["Type"]) {}

  /** Sends new reports, and schedules the next check for a change without an event. */
  register(self: UserSelf): Effect.Effect<void> | undefined {
    const { attendance, devices, hints } = self.state
    let isThere = false
    for (const session of devices) {
      if (!session.present) continue
      isThere = true
      if (session.isRegistered) continue
      session.isRegistered = true
      attendance.come(session, session.kind)
    }
    if (isThere && hints.invisible === undefined) return this.#loadSettings(self)
    this.#tellOthers(self)
    return undefined
  }

  /** A socket is gone. Others see it at once if its user left on purpose, or if it had been silent for long. */
  unregister(self: UserSelf, session: DeviceSession): void {
    self.state.attendance.leave(session, session.heardAtMs ?? self.now(), session.goodbye)
    this.#tellOthers(self)
  }

  /** Applies personal events that change what others may see. */
  apply(self: UserSelf, events: ReadonlyArray<LogEvent>): void {
    const { devices, hints, userId } = self.state
    for (const event of events) {
      if (event.kind === "settingsChanged") {
        // An unknown wish is read together with the blocked users.
        if (hints.invisible === undefined) continue
        hints.invisible = event.invisible
        this.#tellOthers(self)
      } else if (event.kind === "blocked") {
        hints.block(userId, event.userId, event.on)
      } else if (event.kind === "added" || event.kind === "removed") {
        for (const session of devices) this.presence.watches.authorizeAgain(session)
      }
    }
  }

  #loadSettings(self: UserSelf): Effect.Effect<void> {
    const { hints, userId } = self.state
    return this.presence.wishesOf(userId).pipe(
      Effect.map(({ blocked, invisible }) => {
        hints.invisible = invisible
        hints.setBlocked(userId, blocked)
        this.#tellOthers(self)
      }),
      // The query for many users logs the failure.
      Effect.catchAll(() => Effect.sync(() => void self.after(retryMs, registerMessage)))
    )
  }

  #tellOthers(self: UserSelf): void {
    const { attendance, hints } = self.state
    // Report nothing before the user's wish is known. The read of the wish ends here.
    if (hints.invisible === undefined) return
    const now = self.now()
    this.presence.report(attendance.reports(now, hints.invisible))
    self.state.attendTimer?.cancel()
    const due = attendance.dueAtMs()
    self.state.attendTimer = due === undefined ? undefined : self.after(Math.max(0, due - now), registerMessage)
  }
}
