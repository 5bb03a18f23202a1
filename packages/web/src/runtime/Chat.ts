/**
 * The live part of the page as the rest of it sees it: a device's client and the calls, without Effect in any type.
 * Loaded after the first paint.
 */

import type { Rpc, RpcGroup } from "@effect/rpc"
import type { PagePlace } from "@hibiki/core/client/feed/Feed"
import type { HibikiClient } from "@hibiki/core/client/HibikiClient"
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import type { RpcTag } from "@hibiki/core/protocol/rpc/Authorization"
import type { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import type { Panel, PanelUpdate } from "@hibiki/core/protocol/rpc/OperateRpcs"
import type { BoardUpdate } from "@hibiki/core/protocol/rpc/PresenceRpcs"
import type { Unauthenticated } from "@hibiki/core/protocol/rpc/RpcErrors"

type Contract<T extends RpcTag> = Extract<RpcGroup.Rpcs<typeof HibikiRpcs>, { readonly _tag: T }>
export type Payload<T extends RpcTag> = Rpc.PayloadConstructor<Contract<T>>
export type Answer<T extends RpcTag> = Rpc.Success<Contract<T>>
export type Refusal<T extends RpcTag> = Rpc.Error<Contract<T>>

/**
 * No usable answer: the network or the server is unreachable, or the answer was invalid. The caller may repeat the
 * call.
 */
export interface Unreachable {
  readonly _tag: "Unreachable"
}

export type CallResult<T extends RpcTag> =
  | { readonly ok: true; readonly value: Answer<T> }
  | { readonly ok: false; readonly error: Refusal<T> | Unauthenticated | Unreachable }

export type StreamTag = "operate.watch" | "presence.watch"

/** `lost`: unreachable, and being retried. `gone`: not for this user. */
export type StreamState = "open" | "lost" | "gone"

export type LoadResult = "loaded" | "gone" | "unavailable"

export interface Chat {
  /** Plain calls of the client. Its state changes only in its own turns, and `subscribe` reports each change. */
  readonly client: Omit<HibikiClient, "start" | "stop" | "loadOlder" | "loadNewer">
  /** Loads one page of the rows that are missing above `after` or below `before`. */
  readonly load: (conversationId: ConversationId, place: PagePlace) => Promise<LoadResult>
  /** Never rejects. */
  readonly call: <T extends Exclude<RpcTag, StreamTag>>(tag: T, payload: Payload<T>) => Promise<CallResult<T>>
  /**
   * Opens a stream of its own and keeps it open until the returned function is called. `onState` reports whether it is
   * open.
   */
  readonly watchBoard: (
    of: { readonly conversationId: ConversationId } | { readonly userIds: ReadonlyArray<UserId> },
    onUpdate: (update: BoardUpdate) => void,
    onState: (state: StreamState) => void
  ) => () => void
  /** The same, with a panel of the operator's console. */
  readonly watchPanel: (
    panel: Panel,
    onUpdate: (update: PanelUpdate) => void,
    onState: (state: StreamState) => void
  ) => () => void
  /** Announces the departure and disconnects; queued messages stay queued. */
  readonly close: () => Promise<void>
}
