/**
 * Port: how far each device has received each log (the classic `cur_max_message_id`). A hot copy: a device states its
 * cursors again in every hello, so a loss costs a re-read and breaks no promise.
 */
import { Context, type Effect } from "effect"
import type { ConversationId, DeviceId } from "../domain/Ids.ts"

export class DeviceCursors extends Context.Tag("@hibiki/core/ports/DeviceCursors")<
  DeviceCursors,
  {
    /** Written with a delay; a cursor never decreases. */
    readonly raise: (device: DeviceId, pairs: ReadonlyArray<readonly [ConversationId, number]>) => Effect.Effect<void>
    /** In the order of `logs`; 0 if unknown. */
    readonly of: (device: DeviceId, logs: ReadonlyArray<ConversationId>) => Effect.Effect<ReadonlyArray<number>>
    readonly forget: (device: DeviceId) => Effect.Effect<void>
  }
>() {}
