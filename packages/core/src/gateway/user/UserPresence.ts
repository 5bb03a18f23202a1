/** What a user's actor tells others: what its devices do, once it is known whether the user wants that to be seen. */
import { Effect } from "effect"
import type { LogEvent } from "../../domain/Event.ts"
import type { DeviceSession } from "../device/DeviceSession.ts"
import type { GatewayPorts } from "../GatewayPorts.ts"
import type { UserSelf } from "./UserState.ts"

/** Before what is not known of a user is asked for again (ms). */
const retryMs = 1_000
const attendMessage = { _tag: "Attend" } as const

/** Tells what is new, and looks again when something may be new by itself. */
export const attend = (ports: GatewayPorts, self: UserSelf): Effect.Effect<void> | undefined => {
  const { attendance, devices, hints } = self.state
  let isThere = false
  for (const session of devices) {
    if (!session.present) continue
    isThere = true
    if (session.attends) continue
    session.attends = true
    attendance.come(session, session.kind)
  }
  if (isThere && hints.invisible === undefined) return learn(ports, self)
  tellOthers(ports, self)
  return undefined
}

/** A socket is gone: at once for others when its person left on purpose, or when it was silent for long before. */
export const miss = (ports: GatewayPorts, self: UserSelf, session: DeviceSession): void => {
  self.state.attendance.leave(session, session.heardAtMs ?? self.now(), session.goodbye)
  tellOthers(ports, self)
}

/** What the personal log says of what others may be told. */
export const heed = (ports: GatewayPorts, self: UserSelf, events: ReadonlyArray<LogEvent>): void => {
  const { devices, hints, userId } = self.state
  for (const event of events) {
    if (event.kind === "settingsChanged") {
      // What is not known yet is read together with whom the user blocks.
      if (hints.invisible === undefined) continue
      hints.invisible = event.invisible
      tellOthers(ports, self)
    } else if (event.kind === "blocked") {
      hints.block(userId, event.userId, event.on)
    } else if (event.kind === "added" || event.kind === "removed") {
      for (const session of devices) ports.watches.judgeAgain(session)
    }
  }
}

const learn = (ports: GatewayPorts, self: UserSelf): Effect.Effect<void> => {
  const { hints, userId } = self.state
  return ports.wishesOf(userId).pipe(
    Effect.map(({ blocked, invisible }) => {
      hints.invisible = invisible
      hints.setBlocked(userId, blocked)
      tellOthers(ports, self)
    }),
    // It is told where many are asked for at once.
    Effect.catchAll(() => Effect.sync(() => void self.after(retryMs, attendMessage)))
  )
}

const tellOthers = (ports: GatewayPorts, self: UserSelf): void => {
  const { attendance, hints } = self.state
  // While the user's wish is not known nothing is told; what reads it comes here after.
  if (hints.invisible === undefined) return
  const now = self.now()
  ports.reportPresence(attendance.reports(now, hints.invisible))
  self.state.attendTimer?.cancel()
  const due = attendance.dueAtMs()
  self.state.attendTimer = due === undefined ? undefined : self.after(Math.max(0, due - now), attendMessage)
}
