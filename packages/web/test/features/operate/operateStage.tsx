/** The console over streams that a test feeds. */
import { assert } from "@effect/vitest"
import type { Panel, PanelUpdate } from "@hibiki/core/protocol/rpc/OperateRpcs"
import type { Component } from "solid-js"
import type { Chat, StreamState } from "../../../src/runtime/Chat.ts"
import { type StageOptions, stage } from "../../ui/stage.tsx"

interface Stream {
  readonly panel: Panel
  readonly update: (update: PanelUpdate) => void
  readonly state: (state: StreamState) => void
}

/** `streams`: those that are open now. `feed`: sends a snapshot to the stream of that panel. */
export const operateStage = (screen: Component, options: StageOptions = {}) => {
  const streams = new Set<Stream>()
  // What the console does not use is not there.
  const chat = {
    watchPanel: (panel: Panel, update: Stream["update"], state: Stream["state"]) => {
      const stream = { panel, update, state }
      streams.add(stream)
      return () => streams.delete(stream)
    }
  } as unknown as Chat
  const shown = stage(screen, { admin: true, ...options, app: { chat: () => chat, ...options.app } })
  const streamOf = (tag: Panel["_tag"]): Stream =>
    [...streams].find(({ panel }) => panel._tag === tag) ?? assert.fail(`nobody watches ${tag}`)
  const frame = { at: 100_000, whole: true, silent: [], alone: false, gone: [] }
  return {
    ...shown,
    streams,
    streamOf,
    feed: <Tag extends PanelUpdate["_tag"]>(
      tag: Tag,
      more: Partial<Extract<PanelUpdate, { readonly _tag: Tag }>> & {
        readonly rows: Extract<PanelUpdate, { readonly _tag: Tag }>["rows"]
      }
    ) => {
      const stream = streamOf(tag)
      stream.state("open")
      // The tag is the panel's own.
      stream.update({ _tag: tag, ...frame, total: more.rows.length, ...more } as PanelUpdate)
    }
  }
}
