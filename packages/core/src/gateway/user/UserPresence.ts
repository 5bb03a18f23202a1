/** What others see of a user's devices: registered, reported when it changes, hidden by the user's wish. */
import { Context, Effect, Layer } from "effect"
import type { LogEvent } from "../../domain/Event.ts"
import type { DeviceSession } from "../device/DeviceSession.ts"
import { GatewayPresence } from "../presence/GatewayPresence.ts"
import type { UserSelf } from "./UserState.ts"

/** Before the settings of a user are read again after a failure (ms). */
const retryMs = 1_000
const registerMessage = { _tag: "RegisterDevices" } as const

export class UserPresence {
  static readonly Tag = Context.GenericTag<UserPresence>("@hibiki/core/gateway/UserPresence")
  static readonly layer = Layer.effect(
    this.Tag,
    Effect.map(GatewayPresence, (presence) => new UserPresence(presence))
  )

  constructor(private readonly presence: GatewayPresence["Type"]) {}

  /** Tells what is new, and looks again when something may be new by itself. */
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

  /** A socket is gone: at once for others when its person left on purpose, or when it was silent for long before. */
  unregister(self: UserSelf, session: DeviceSession): void {
    self.state.attendance.leave(session, session.heardAtMs ?? self.now(), session.goodbye)
    this.#tellOthers(self)
  }

  /** What the personal log says of what others may be told. */
  apply(self: UserSelf, events: ReadonlyArray<LogEvent>): void {
    const { devices, hints, userId } = self.state
    for (const event of events) {
      if (event.kind === "settingsChanged") {
        // What is not known yet is read together with whom the user blocks.
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
      // The query for many logs the failure.
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
