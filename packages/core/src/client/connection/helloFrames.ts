/** The first frames of a socket: who this is, and where it stands. */
import type { DeviceId, Epoch, InstanceId } from "../../domain/Ids.ts"
import { Limits } from "../../domain/Limits.ts"
import type { ClientFrame, CursorPair } from "../../protocol/ClientFrame.ts"
import { ProtocolVersion } from "../../protocol/Version.ts"

/** Places stated in hello; what a server hears of no place in, it tells as behind. */
const statedMost = 10_000

export interface Greeting {
  readonly ticket: string
  readonly device: DeviceId
  readonly instance: InstanceId
  readonly epoch: Epoch | null
  readonly cursors: ReadonlyArray<CursorPair>
}

export const helloFrames = ({ cursors, device, epoch, instance, ticket }: Greeting): ReadonlyArray<ClientFrame> => {
  const all = cursors.slice(0, statedMost)
  const first = all.slice(0, Limits.cursorPairs)
  const frames: Array<ClientFrame> = [
    {
      op: "hello",
      version: ProtocolVersion.current,
      ticket,
      device,
      instance,
      epoch,
      cursors: first,
      last: all.length <= first.length
    }
  ]
  for (let at = Limits.cursorPairs; at < all.length; at += Limits.cursorPairs)
    frames.push({
      op: "cursors",
      pairs: all.slice(at, at + Limits.cursorPairs),
      last: at + Limits.cursorPairs >= all.length
    })
  return frames
}
