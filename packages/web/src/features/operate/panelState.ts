/** The state of a panel of the operator's console, and how an update changes it. Plain rules: no clock, no page. */
import { applyChanges, type Keyed } from "@hibiki/core/domain/KeyedRows"
import type { Panel, PanelSource, PanelUpdate } from "@hibiki/core/protocol/rpc/OperateRpcs"
import type { StreamState } from "../../runtime/Chat.ts"

export type PanelTag = Panel["_tag"]
export type PanelOf<Tag extends PanelTag> = Extract<Panel, { readonly _tag: Tag }>
export type UpdateOf<Tag extends PanelTag> = Extract<PanelUpdate, { readonly _tag: Tag }>
export type RowOf<Tag extends PanelTag> = UpdateOf<Tag>["rows"][number]

export interface PanelState<Row extends Keyed> {
  readonly rows: ReadonlyArray<Row>
  /** How many rows there would be without a limit. */
  readonly total: number
  /** The processes that did not answer, as `role host`. */
  readonly silent: ReadonlyArray<string>
  /** Only the process that serves the stream could be asked. */
  readonly alone: boolean
  /** Sources that could not be read: their rows are old. */
  readonly unread: ReadonlyArray<PanelSource>
  /** The time of the last update, by the server's clock. */
  readonly at: number
  /** The same, by this device's clock. */
  readonly heardAt: number
  /** The update before this one; `at` and `rows` tell how fast something grows. */
  readonly before: { readonly rows: ReadonlyArray<Row>; readonly at: number } | undefined
}

/** An update as all panels have it. */
export interface Update<Row extends Keyed> {
  readonly at: number
  readonly whole: boolean
  readonly total: number
  readonly silent: ReadonlyArray<string>
  readonly alone: boolean
  readonly unread?: ReadonlyArray<PanelSource> | undefined
  readonly rows: ReadonlyArray<Row>
  readonly gone: ReadonlyArray<string>
  readonly order?: ReadonlyArray<string> | undefined
}

/** Returns the panel after the update. Changes before the first snapshot are ignored. */
export const afterUpdate = <Row extends Keyed>(
  state: PanelState<Row> | undefined,
  update: Update<Row>,
  heardAt: number
): PanelState<Row> | undefined => {
  const { alone, at, gone, order, silent, total, unread = [], whole } = update
  if (state === undefined && !whole) return undefined
  const rows = whole ? update.rows : applyChanges(state?.rows ?? [], { rows: update.rows, gone, order })
  const before = state === undefined ? undefined : { rows: state.rows, at: state.at }
  return { rows, total, silent, alone, unread, at, heardAt, before }
}

/** Three missed ticks. */
export const staleAfterMs = 3_000

/** `connecting`: nothing was heard yet. `stale`: the stream is open and says nothing. */
export type Pulse = "connecting" | "live" | "stale" | "lost" | "gone" | "paused"

/** What is known of one open panel's stream. `heardAt`: of its last update; undefined before the first. */
export interface Beat {
  readonly stream: StreamState | "connecting"
  readonly heardAt: number | undefined
}

/** Returns the state of a screen: that of its worst panel. `now`: the time of this device's clock. */
export const pulseOf = (beats: ReadonlyArray<Beat>, paused: boolean, now: number): Pulse => {
  if (paused) return "paused"
  const some = (stream: Beat["stream"]) => beats.some((beat) => beat.stream === stream)
  if (some("gone")) return "gone"
  if (some("lost")) return "lost"
  if (beats.length === 0 || some("connecting")) return "connecting"
  return beats.some(({ heardAt }) => heardAt !== undefined && now - heardAt > staleAfterMs) ? "stale" : "live"
}
