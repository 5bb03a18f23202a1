/**
 * A device that writes with Hibiki's own client; what passes on its sockets and what its person does is written down.
 */

import { randomUUID } from "node:crypto"
import { SourceUnavailable } from "@hibiki/core/client/feed/SnapshotSource"
import { type HibikiClient, makeHibikiClient, type SendResult } from "@hibiki/core/client/HibikiClient"
import { ClientStoreMemory, OutboxStoreMemory } from "@hibiki/core/client/store/ClientStoreMemory"
import { type ConversationId, InstanceId } from "@hibiki/core/domain/Ids"
import { socketFactoryWs } from "@hibiki/terminal/session/SocketFactoryWs"
import type { HistoryEntry } from "@hibiki/testing/checker/History"
import { Effect } from "effect"
import { accountSources } from "../accountSources.ts"
import { call } from "../api.ts"
import type { Account, Origins, Populated } from "../load.ts"
import { now, type Recorder } from "../recording/Recorder.ts"
import { recordedSockets } from "../recording/recordedSockets.ts"

export interface Writer {
  readonly account: Account
  readonly client: HibikiClient
  readonly conversations: ReadonlyArray<ConversationId>
}

const sources = (origin: string, account: Account) =>
  accountSources((tag, payload) =>
    Effect.tryPromise({
      try: () => call(origin, tag, payload, account.accessToken),
      catch: (cause) => new SourceUnavailable({ cause })
    })
  )

export const openWriter = (recorder: Recorder, origins: Origins, account: Account, all: Populated["conversations"]) =>
  Effect.gen(function* () {
    const { deviceId: device, userId: viewer } = account
    const client = yield* makeHibikiClient({ device, viewer, instance: InstanceId.make(randomUUID()) })
    const conversations = all
      .filter(({ members }) => members.includes(viewer))
      .map(({ conversationId }) => conversationId)
    recorder.record({ _tag: "started", device })
    const readShown = new Map<ConversationId, number>()
    client.subscribe((change) => {
      if (!change.conversations) return
      for (const { conversationId, readUpTo: upTo } of client.conversations()) {
        if (readShown.get(conversationId) !== upTo) recorder.record({ _tag: "readShown", device, conversationId, upTo })
        readShown.set(conversationId, upTo)
      }
    })
    yield* client.start
    return { account, client, conversations } satisfies Writer
  }).pipe(
    Effect.provide([
      OutboxStoreMemory,
      ClientStoreMemory,
      recordedSockets(recorder, account.deviceId, socketFactoryWs(origins.sockets)),
      sources(origins.calls, account)
    ])
  )

type Body = Extract<HistoryEntry, { _tag: "submitted" }>["body"]

/** Gives a command to the device; written down as of before, since frames may leave within the call. */
export const submit = (
  recorder: Recorder,
  { account: { deviceId: device } }: Writer,
  conversationId: ConversationId,
  body: Body,
  give: () => SendResult
): SendResult => {
  const at = now()
  const result = give()
  if (result._tag === "Queued") recorder.record({ _tag: "submitted", device, conversationId, id: result.id, body }, at)
  return result
}
