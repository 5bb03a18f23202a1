/** What the actors of one gateway share: its name, its index, its lanes, and the ports they act through. */
import type { Effect } from "effect"
import type { OpenedSocket, SocketRefused } from "../accounts/Authenticator.ts"
import type { Ending } from "../accounts/RevocationWatch.ts"
import type { ConversationId, DeviceId, Epoch, NodeId, UserId } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import type { ReadCell } from "../domain/ReadCell.ts"
import type { BucketRule } from "../domain/TokenBucket.ts"
import { makeOutage } from "../fibers/makeOutage.ts"
import type { IngressLanes } from "../ingress/IngressLanes.ts"
import type { Membership } from "../ports/Conversations.ts"
import type { SliceRequest, StoreUnavailable } from "../ports/EventStore.ts"
import type { DeviceReport } from "../ports/Presence.ts"
import type { SocketPlaces } from "../ports/SocketPlaces.ts"
import type { Origin, TicketOwner, TicketsUnavailable } from "../ports/Tickets.ts"
import type { Wishes } from "../ports/Users.ts"
import type { DeviceSession } from "./device/DeviceSession.ts"
import type { SendRules } from "./device/SendTokens.ts"
import type { Fanout } from "./fanout/Fanout.ts"
import type { Interest } from "./fanout/Interest.ts"
import type { GatewayHints } from "./presence/GatewayHints.ts"
import type { Watches } from "./presence/Watches.ts"
import type { SlicedRuns } from "./SlicedRuns.ts"
import type { SocketFaults } from "./SocketFaults.ts"

export interface GatewaySettings extends SendRules {
  /** Posts and other commands of one user, over all its devices. */
  readonly sends: BucketRule
  /** Those of them that go to the same conversation. */
  readonly sendsInOne: BucketRule
  /** Read cursors of one user that are stored, over all its devices and conversations; others wait. */
  readonly reads: BucketRule
  /** Ranges of events that one user asks for again, over all its devices. */
  readonly ranges: BucketRule
  /**
   * KB of events that one user's sockets are sent from logs, by such ranges and as they come back, charged afterwards.
   */
  readonly rangeKilobytes: BucketRule
  /** Frames of one socket. */
  readonly frames: BucketRule
  /** Sockets of one device. */
  readonly socketsPerDevice: number
  /** Sockets of one user here, over all its devices. */
  readonly socketsPerUser: number
  readonly pingIntervalMs: number
  /**
   * Events of one log that a socket is sent one by one when it comes back; with more missing it is told to be behind.
   * At most Limits.catchUpMax.
   */
  readonly catchUpMax: number
  /**
   * Logs of which something is noted here. With so many no further user is taken in; those who are being taken in at
   * that moment may bring some more.
   */
  readonly logsMax: number
  /** How often the store is told which devices are here. */
  readonly connectedEveryMs: number
}

export const defaultGatewaySettings: GatewaySettings = {
  sends: { ratePerSecond: 10, burst: 30 },
  // What is pasted line by line, or was written without a network, goes at once as before; who goes on at that speed
  // fills nobody's screen with it.
  sendsInOne: { ratePerSecond: 5, burst: 30 },
  reads: { ratePerSecond: 20, burst: 200 },
  ranges: { ratePerSecond: 50, burst: 300 },
  rangeKilobytes: { ratePerSecond: 1_024, burst: 32_768 },
  frames: { ratePerSecond: 50, burst: 200 },
  socketsPerDevice: 10,
  socketsPerUser: 100,
  pingIntervalMs: 20_000,
  catchUpMax: Limits.catchUpMax,
  logsMax: 200_000,
  connectedEveryMs: 3_600_000
}

export interface GatewayPorts {
  readonly node: NodeId
  readonly epoch: Epoch
  readonly settings: GatewaySettings
  /** Starts what goes on when the actor that starts it ends. */
  readonly run: (effect: Effect.Effect<unknown>) => void
  readonly fanout: Fanout
  readonly lanes: IngressLanes
  /** Sessions by the key under which their answers come. */
  readonly sessions: Map<string, DeviceSession>
  readonly interest: Interest
  /**
   * Reads a user's memberships, with interest in each of its logs: everything that is committed above these heads is
   * heard of, or a gap.
   */
  readonly memberships: (userId: UserId) => Effect.Effect<ReadonlyArray<Membership>, StoreUnavailable>
  /**
   * All cells of how far a user has read, as part of one query for many. To be asked once its personal log is heard of.
   */
  readonly readCells: (userId: UserId) => Effect.Effect<ReadonlyArray<ReadCell>, StoreUnavailable>
  /** Slices in the order asked, as part of one query for many sockets. */
  readonly slices: (requests: ReadonlyArray<SliceRequest>) => Effect.Effect<ReadonlyArray<SlicedRuns>, StoreUnavailable>
  readonly resumeTicket: (
    owner: TicketOwner,
    origin: Origin
  ) => Effect.Effect<{ readonly ticket: string; readonly ttlMs: number }, TicketsUnavailable>
  readonly openSocket: (
    ticket: string,
    device: DeviceId,
    origin: Origin
  ) => Effect.Effect<OpenedSocket, SocketRefused | StoreUnavailable>
  readonly endingOf: (device: DeviceId) => Ending | undefined
  readonly socketPlaces: Pick<SocketPlaces["Type"], "take" | "leave">
  readonly raiseCursors: (
    device: DeviceId,
    pairs: ReadonlyArray<readonly [ConversationId, number]>
  ) => Effect.Effect<void>
  /** What a user wants others not to see. Part of one query for many. */
  readonly wishesOf: (userId: UserId) => Effect.Effect<Wishes, StoreUnavailable>
  /** What the wall clock shows at a time of the actors' clock. */
  readonly onWall: (atMs: number) => number
  /** Tells what devices here do, in order, with times of the actors' clock; never waits. */
  readonly reportPresence: (reports: ReadonlyArray<DeviceReport>) => void
  readonly watches: Watches
  readonly hints: GatewayHints
  readonly outages: GatewayOutages
  readonly faults: SocketFaults
  /** A fresh UUIDv7, for commands that the gateway makes itself. */
  readonly makeId: (nowMs: number) => string
}

export const makeGatewayOutages = () => ({
  sockets: makeOutage("A socket could not be opened", "Sockets can be opened again"),
  memberships: makeOutage(
    "Memberships could not be read; the sockets are asked to come back",
    "Memberships can be read again"
  ),
  resumeTickets: makeOutage("No resume ticket could be made", "Resume tickets can be made again")
})

/**
 * What every socket that comes may find away: told once for all of a gateway's, since in an outage they all come back
 * again and again.
 */
type GatewayOutages = ReturnType<typeof makeGatewayOutages>
