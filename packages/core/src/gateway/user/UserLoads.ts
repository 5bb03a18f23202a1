/** Reads a user's memberships and passes them to the devices: memberships with heads, and the user's read cells. */
import { Cause, Context, Effect, Layer } from "effect"
import { charge, readTime, spend } from "../../domain/TokenBucket.ts"
import { makeOutageLog } from "../../fibers/logging.ts"
import type { Membership } from "../../ports/Conversations.ts"
import { CloseCodes } from "../../protocol/CloseCode.ts"
import type { DeviceMessage, DeviceSession } from "../device/DeviceSession.ts"
import { SocketFaults } from "../device/SocketFaults.ts"
import { Fanout } from "../fanout/Fanout.ts"
import { MembershipReader } from "../fanout/MembershipReader.ts"
import { ReadCellReader } from "../fanout/ReadCellReader.ts"
import { UserPresence } from "./UserPresence.ts"
import { tellAllCells } from "./UserReads.ts"
import type { UserSelf } from "./UserState.ts"

/**
 * One read serves sockets with at most this many places in logs together. More would delay all other users by more than
 * some milliseconds.
 */
const placesAtOnce = 2_000

export class UserLoads {
  static readonly Tag = Context.GenericTag<UserLoads>("@hibiki/core/gateway/UserLoads")
  static readonly layer = Layer.effect(
    this.Tag,
    Effect.gen(function* () {
      const [fanout, presence] = [yield* Fanout.Tag, yield* UserPresence.Tag]
      return new UserLoads(fanout, yield* MembershipReader, yield* ReadCellReader, yield* SocketFaults, presence)
    })
  )

  private readonly outage = makeOutageLog(
    "Memberships could not be read; the sockets are asked to come back",
    "Memberships can be read again"
  )

  constructor(
    private readonly fanout: Fanout,
    private readonly memberships: MembershipReader["Type"],
    private readonly cells: ReadCellReader["Type"],
    private readonly faults: SocketFaults["Type"],
    private readonly presence: UserPresence
  ) {}

  /**
   * Reads at once; or, if earlier reads took long, after a pause, once for all requests in the meantime. Otherwise a
   * user in thousands of conversations who opens socket after socket would keep the store busy.
   */
  loadInTime(self: UserSelf, sessions: ReadonlyArray<DeviceSession>) {
    const { devices, loads } = self.state
    const isFirst = loads.waiting.length === 0
    if (isFirst && restBeforeLoad(self) === 0) return this.load(self, sessions)
    loads.waiting = [...new Set([...loads.waiting, ...sessions])].filter((session) => devices.includes(session))
    if (isFirst) loadLater(self)
    return undefined
  }

  /** Reads for devices whose read was deferred, as many as one read may serve. */
  loadWaiting(self: UserSelf) {
    const { devices, loads, logs } = self.state
    const waiting = loads.waiting.filter((session) => devices.includes(session))
    const atOnce = Math.max(1, Math.floor(placesAtOnce / Math.max(1, logs.length)))
    loads.waiting = waiting.slice(atOnce)
    if (waiting.length === 0) return undefined
    return Effect.ensuring(
      this.load(self, waiting.slice(0, atOnce)),
      Effect.sync(() => {
        if (loads.waiting.length > 0) loadLater(self)
      })
    )
  }

  /**
   * Reads memberships with heads, so that no later event is missed, and passes them to each device. Read cells go out
   * first: a live device knows every earlier mark and read.
   */
  load(self: UserSelf, sessions: ReadonlyArray<DeviceSession>) {
    const beganMs = self.now()
    return this.memberships.read(self.state.userId).pipe(
      Effect.flatMap((memberships) =>
        Effect.map(this.cells.cellsOf(self.state.userId), (cells) => {
          tellAllCells(
            sessions.filter((session) => self.state.devices.includes(session)),
            cells
          )
          this.enter(self, memberships, sessions)
        })
      ),
      Effect.ensuring(Effect.sync(() => charge(self.state.loads.millis, readTime, self.now() - beganMs, self.now()))),
      Effect.zipRight(this.outage.over),
      // Also for causes other than a store error: a socket without its logs would wait for ever.
      Effect.catchAllCause((cause) =>
        Effect.zipRight(
          this.outage.met(Cause.squash(cause)),
          Effect.sync(() => {
            for (let left = sessions.length; left > 0; left--) this.faults.note("memberships_unread")
            tellDevices(self, sessions, { _tag: "End", code: CloseCodes.internal })
          })
        )
      ),
      Effect.zipRight(Effect.suspend(() => this.presence.register(self) ?? Effect.void))
    )
  }

  private enter(self: UserSelf, memberships: ReadonlyArray<Membership>, sessions: ReadonlyArray<DeviceSession>) {
    const places = memberships.map((membership) => this.fanout.enter(membership))
    const logs = new Set(places.map(({ log }) => log))
    // Drop logs from which the user was removed: otherwise a user who joins and leaves again and again would accumulate
    // them.
    const others = self.state.logs.filter(({ log, members }) => !logs.has(log) && members.has(self.state.userId))
    self.state.logs = others.concat(places)
    tellDevices(self, sessions, { _tag: "Entered", memberships })
  }
}

const restBeforeLoad = (self: UserSelf): number => spend(self.state.loads.millis, readTime, 0, self.now())

const loadLater = (self: UserSelf): void => void self.after(Math.max(1, restBeforeLoad(self)), { _tag: "LoadWaiting" })

const tellDevices = (self: UserSelf, sessions: ReadonlyArray<DeviceSession>, message: DeviceMessage) => {
  for (const session of sessions) if (self.state.devices.includes(session)) session.tell(message)
}
