/**
 * Signs of the person at a device: that it does something, that it writes, that it is away, and whom it wants to see.
 * None waits for anything.
 */
import type { ClientFrame } from "../../protocol/ClientFrame.ts"
import { commandOps } from "../../protocol/CommandFrame.ts"
import type { GatewayPorts } from "../GatewayPorts.ts"
import type { DeviceSelf } from "./DeviceState.ts"

type Op = ClientFrame["op"]

/** Frames that a person causes, and those of them that end an idleness which the device told itself. */
const acts: ReadonlySet<Op> = new Set<Op>([...commandOps, "read", "typing", "watch", "presence"])
const returns: ReadonlySet<Op> = new Set<Op>([...commandOps, "typing"])

/** Runs for every frame: a look into a set and a number, and a word to the user only when an idle device comes back. */
export const noteAct = (self: DeviceSelf, op: Op): void => {
  if (!acts.has(op)) return
  const { session, user } = self.state
  session.actedAtMs = self.now()
  if (session.saidIdle && returns.has(op)) session.saidIdle = false
  if (!session.toldIdle || session.saidIdle) return
  session.toldIdle = false
  user.tell({ _tag: "Attend" })
}

export const takeSign = (
  ports: GatewayPorts,
  self: DeviceSelf,
  message: Extract<ClientFrame, { op: "typing" | "watch" | "presence" }>
): void => {
  const { ofUser, session, user } = self.state
  switch (message.op) {
    case "typing": {
      // A conversation that this socket has no place in is none of its user's.
      const place = session.subscriptions.get(message.conversationId)?.place
      if (place !== undefined) ports.hints.typing(ofUser.hints, session.userId, place, self.now())
      return
    }
    case "watch":
      ports.watches.watch(session, message.userIds)
      return
    case "presence":
      if (session.saidIdle === (message.state === "idle")) return
      session.saidIdle = message.state === "idle"
      user.tell({ _tag: "Attend" })
  }
}
