/** One socket of the chat protocol by hand. */
import { decodeServerFrame, type ServerFrame } from "@hibiki/core/protocol/ServerFrame"
import { connectSocket, MessageSocket } from "./MessageSocket.ts"

export type FrameOf<Op extends ServerFrame["op"]> = Extract<ServerFrame, { readonly op: Op }>

export class ProtocolSocket extends MessageSocket<ServerFrame> {
  /** `page`: the Origin header; without it there is none. */
  static async open(origin: string, page?: string): Promise<ProtocolSocket> {
    return new ProtocolSocket(await connectSocket(origin, "/ws", page), decodeServerFrame)
  }

  send(frame: { readonly op: string; readonly [field: string]: unknown }): void {
    this.text(JSON.stringify(frame))
  }

  takeOp<Op extends ServerFrame["op"]>(
    op: Op,
    fits: (frame: FrameOf<Op>) => boolean = () => true,
    withinMs?: number
  ): Promise<FrameOf<Op>> {
    const isOp = (frame: ServerFrame): frame is FrameOf<Op> => frame.op === op
    return this.take(op, (frame) => (isOp(frame) && fits(frame) ? frame : undefined), withinMs)
  }
}
