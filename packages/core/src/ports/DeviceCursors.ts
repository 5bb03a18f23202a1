/**
 * Port: how far each device holds each log (the classic `cur_max_message_id`). A hot copy: a device states its own
 * again in every hello, so losing them costs a re-read and no promise.
 */
import { Context, type Effect } from "effect"
import type { ConversationId, DeviceId } from "../domain/Ids.ts"

export class DeviceCursors extends Context.Tag("@hibiki/core/ports/DeviceCursors")<
  DeviceCursors,
  {
    /** Written behind; a cursor never goes back. */
    readonly raise: (device: DeviceId, pairs: ReadonlyArray<readonly [ConversationId, number]>) => Effect.Effect<void>
    /** In the order asked; 0 when unknown. */
    readonly of: (device: DeviceId, logs: ReadonlyArray<ConversationId>) => Effect.Effect<ReadonlyArray<number>>
    readonly forget: (device: DeviceId) => Effect.Effect<void>
  }
>() {}
