/**
 * Places of sockets in Redis (`socket:<device>:<instance>` -> `<node> <key>`). Redis also decides which of two sockets
 * of one instance is newer: no clocks are compared. Each gateway has a channel of its own for notices. Changes go in
 * batches of 500 under pressure. Beyond 10,000 waiting ones, or while Redis is unreachable, they are dropped.
 */
import { type SocketPlace, SocketPlaces } from "@hibiki/core/ports/SocketPlaces"
import { Effect, Layer } from "effect"
import { makeBacklog } from "./backlog.ts"
import { RedisClients } from "./RedisClients.ts"

const waitingMax = 10_000
const batchMax = 500
/** Longer than most sockets live. After that time another gateway can no longer displace the socket. */
const keptMs = 7 * 24 * 3_600_000

interface Change {
  readonly op: "take" | "leave"
  readonly place: SocketPlace
}

// KEYS: a key for each change. ARGV: how long an entry lives, the channels' common prefix, then the op, the node and
// the key of each change.
const changeScript = `
for i, name in ipairs(KEYS) do
  local op, node, key = ARGV[3 * i], ARGV[3 * i + 1], ARGV[3 * i + 2]
  local place = node .. ' ' .. key
  local before = redis.call('GET', name)
  if op == 'take' then
    redis.call('SET', name, place, 'PX', ARGV[1])
    if before then
      local blank = string.find(before, ' ', 1, true)
      local other = string.sub(before, 1, blank - 1)
      if other ~= node then redis.call('PUBLISH', ARGV[2] .. other, string.sub(before, blank + 1)) end
    end
  elseif before == place then
    redis.call('DEL', name)
  end
end`

export const SocketPlacesRedis = Layer.scoped(
  SocketPlaces,
  Effect.gen(function* () {
    const { key, script, subscribe } = yield* RedisClients
    const change = script(changeScript)
    const channels = key("sockets:")
    const give = yield* makeBacklog<Change>({
      waitingMax,
      batchMax,
      send: (batch) => {
        const keys = batch.map(({ place: { device, instance } }) => key(`socket:${device}:${instance}`))
        const given = batch.flatMap(({ op, place }) => [op, place.node, place.key])
        return Effect.catchAll(change(keys, [keptMs, channels, ...given]), ({ cause }) =>
          Effect.logDebug("Places of sockets could not be noted: an older one may stay for a while", cause)
        )
      }
    })

    return SocketPlaces.of({
      take: (place) => void give([{ op: "take", place }]),
      leave: (place) => void give([{ op: "leave", place }]),
      listen: (node, displaced) => subscribe(`${channels}${node}`, { message: displaced, missed: () => undefined })
    })
  })
)
