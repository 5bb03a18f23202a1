/**
 * What a device's actor needs of its transport. The server gives real sockets; tests and simulations give their own.
 */
import type { Origin } from "../ports/Tickets.ts"
import type { CloseCode } from "../protocol/CloseCode.ts"
import type { EncodedFrame } from "../protocol/EncodedFrame.ts"

export interface DeviceSocket {
  /** Sends frames in one write. Must not throw; after a close it does nothing. */
  readonly write: (frames: ReadonlyArray<EncodedFrame>) => void
  /** Memory held by what was taken by `write` and not yet by the network (bytes). */
  readonly bufferedBytes: () => number
  /** Whether frames of the client are taken from the network. While not, its own sending is slowed down. */
  readonly setReading: (reading: boolean) => void
  /** Says why and closes; bounded in time by the transport. */
  readonly close: (code: CloseCode) => void
  /**
   * For how long nothing was heard of the other side (ms); after its end, of how long that was then: 0 when the end
   * came from there.
   */
  readonly silentMs: () => number
  /** For logs and limits; never shown to other users. */
  readonly address: string
  /** With which it was opened: its ticket must be of the same, and the next one is. */
  readonly origin: Origin
}
