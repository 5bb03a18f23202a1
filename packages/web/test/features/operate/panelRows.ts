/** Rows of the console's panels. */
import type { NodeRow, NowRow } from "@hibiki/core/protocol/rpc/OperateRpcs"

export const second = (key: number, more: Partial<NowRow> = {}): NowRow => ({
  key: String(key),
  commands: 0,
  sockets: 0,
  requests: 0,
  errors: 0,
  waiting: 0,
  ...more
})

export const seconds = (from: number, count: number, more: (at: number) => Partial<NowRow> = () => ({})) =>
  Array.from({ length: count }, (_, at) => second(from + at, more(at)))

export const node = (name: string, more: Partial<NodeRow> = {}): NodeRow => ({
  key: name,
  node: name,
  role: "gateway",
  host: `host-${name}`,
  version: "1.0.0",
  startedAt: 0,
  clockAheadMs: 0,
  missed: 0,
  values: { redisUp: 1 },
  ...more
})
