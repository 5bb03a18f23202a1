/** A device's commands on their way to a worker, and the answers on their way back. */
import { Context, Effect, Layer } from "effect"
import type { Command } from "../../commands/Command.ts"
import type { ConversationId } from "../../domain/Ids.ts"
import { IngressLanes } from "../../ingress/IngressLanes.ts"
import type { IngressUnavailable } from "../../ports/Ingress.ts"
import { MessageTraces, type MessageTracesApi, traceCommands } from "../../ports/MessageTraces.ts"
import type { Answer } from "../../ports/Submission.ts"
import { type CommandFrame, commandsIn } from "../../protocol/ClientFrame.ts"
import type { BusyCode } from "../../protocol/ServerFrame.ts"
import { Fanout } from "../fanout/Fanout.ts"
import { GatewayNode } from "../GatewayNode.ts"
import { pendingKey } from "./DeviceSession.ts"
import type { DeviceSelf, SendRules } from "./DeviceState.ts"

/** Commands of one socket that may wait for an answer; a client has one unanswered frame per conversation. */
const pendingMax = 1_000
/** After this time without an answer the outcome of a command is unknown (ms). */
const answerWithinMs = 10_000
const busyRetryMs = 1_000

export class DeviceCommands {
  static readonly Tag = Context.GenericTag<DeviceCommands>("@hibiki/core/gateway/DeviceCommands")
  static readonly layerWith = (rules: SendRules) =>
    Layer.effect(
      this.Tag,
      Effect.gen(function* () {
        const [gateway, lanes, fanout] = [yield* GatewayNode, yield* IngressLanes, yield* Fanout.Tag]
        return new DeviceCommands(rules, gateway, lanes, fanout, yield* MessageTraces)
      })
    )

  constructor(
    private readonly rules: SendRules,
    private readonly gateway: GatewayNode["Type"],
    private readonly lanes: IngressLanes["Type"],
    private readonly fanout: Fanout,
    private readonly traces: MessageTracesApi
  ) {}

  /** Submits a frame to its lane, as a whole or not at all. */
  submit(self: DeviceSelf, frame: CommandFrame): void {
    const { ofUser, session } = self.state
    const now = self.now()
    const bodies = commandsIn(frame)
    const waitMs =
      session.pending.size + bodies.length > pendingMax
        ? undefined
        : ofUser.sends.spend(this.rules, frame.conversationId, bodies.length, now)
    if (waitMs !== 0) {
      busy(self, frame.conversationId, waitMs === undefined ? "busy" : "rate_limited", waitMs ?? busyRetryMs)
      return
    }
    const log = frame.conversationId
    const commands: ReadonlyArray<Command> = bodies.map(({ body, id }) => ({
      log,
      id,
      by: session.userId,
      device: session.deviceId,
      epoch: this.gateway.epoch,
      body
    }))
    const isWithdrawal = frame.op === "withdraw"
    for (const { id } of bodies) session.pending.delete(pendingKey(log, id))
    for (const { id } of bodies)
      session.pending.set(pendingKey(log, id), { id, log, sinceMs: now, accepted: undefined, isWithdrawal })
    traceCommands(this.traces, "received", commands)
    const failed = this.lanes.submit(
      { v: 1, to: this.gateway.node, key: session.key, log, commands },
      sizeOf(frame),
      (failure) => {
        giveBack(self, commands, failure)
        this.fanout.flush()
      }
    )
    if (failed !== undefined) giveBack(self, commands, failed)
    else armExpiry(self)
  }
}

const giveBack = (self: DeviceSelf, commands: ReadonlyArray<Command>, failure: IngressUnavailable): void => {
  const { pending } = self.state.session
  for (const { id, log } of commands) pending.delete(pendingKey(log, id))
  const log = commands[0]?.log
  if (log !== undefined) busy(self, log, failure.code, failure.retryAfterMs)
}

const busy = (self: DeviceSelf, conversationId: ConversationId, code: BusyCode, retryAfterMs: number): void =>
  self.state.session.send({ op: "busy", conversationId, code, retryAfterMs })

/**
 * Sends the worker's answer. An accepted command is reported at its event's place in the stream if that place is still
 * to come, otherwise at once.
 */
export const takeAnswer = (self: DeviceSelf, answer: Answer): undefined => {
  const { session } = self.state
  const { log, result } = answer
  if (result._tag === "Busy") {
    for (const id of result.ids) session.pending.delete(pendingKey(log, id))
    busy(self, log, result.code, result.retryAfterMs)
    return undefined
  }
  const subscription = session.subscriptions.get(log)
  for (const { id, result: outcome } of result.outcomes) {
    const key = pendingKey(log, id)
    const pending = session.pending.get(key)
    // Already reported at its place in the stream; or it has expired, and the client asks again.
    if (pending === undefined) continue
    if (outcome._tag === "Refused") {
      session.pending.delete(key)
      const { code, retryAfterMs } = outcome
      const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
      session.send({ op: "refused", id, conversationId: log, code, ...wait })
    } else if (subscription?.live === true && subscription.sentTo < outcome.seq) pending.accepted = outcome
    else session.answer(id, log, outcome)
  }
  return undefined
}

const armExpiry = (self: DeviceSelf): void => {
  if (self.state.expiring) return
  // The oldest comes first: entries are added at the end, and a repeated command is deleted first.
  const oldest = self.state.session.pending.values().next()
  if (oldest.done) return
  self.state.expiring = true
  self.after(Math.max(0, oldest.value.sinceMs + answerWithinMs - self.now()), { _tag: "ExpireAnswers" })
}

/** Reports commands as unknown after their timeout: the client sends the same ids again. */
export const expireAnswers = (self: DeviceSelf): undefined => {
  const { session } = self.state
  self.state.expiring = false
  const now = self.now()
  const late = new Set<ConversationId>()
  for (const [key, { accepted, id, log, sinceMs }] of session.pending) {
    if (now - sinceMs < answerWithinMs) continue
    if (accepted !== undefined) session.answer(id, log, accepted)
    if (session.pending.delete(key)) late.add(log)
  }
  for (const log of late) busy(self, log, "unknown", busyRetryMs)
  if (session.pending.size > 0) armExpiry(self)
  return undefined
}

/** The approximate bytes of the submission, for the bound of a batch. */
const sizeOf = (frame: CommandFrame): number => {
  if (frame.op !== "post") return frame.op === "edit" ? 300 + 3 * frame.text.length : 300
  let size = 200
  for (const post of frame.posts) size += 250 + 3 * post.text.length
  return size
}
