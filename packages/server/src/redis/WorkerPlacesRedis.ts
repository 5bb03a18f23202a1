/**
 * Places of living workers, in Redis (`workers`: place -> `<worker> <until>`). A worker holds its place by a lease. A
 * new worker takes the first free place. If a lower place is free, the worker at the last place moves there, and nobody
 * else does. So places have no gap for long, and for each worker that ends, one moves at most. A place whose lease
 * lapsed waits for its worker before another worker moves there, since each move makes partitions change hands; only a
 * new worker may take it earlier. While Redis is unreachable every worker stays at its place. Two workers may have the
 * same place, for example after Redis has lost its data. The load is then uneven, and nothing worse: only the broker
 * decides which worker has a partition.
 */
import { logFault } from "@hibiki/core/fibers/logging"
import { WorkerPlaces } from "@hibiki/core/ports/WorkerPlaces"
import { Effect, Layer } from "effect"
import { RedisClients } from "./RedisClients.ts"

export interface WorkerPlacesOptions {
  readonly leaseMs: number
  readonly renewMs: number
  /** How long a place waits for its worker after the lease. */
  readonly graceMs: number
}

// KEYS: workers. ARGV: worker, lease (ms), grace (ms). By Redis' own clock.
const takeScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held, waiting, last, mine = {}, {}, -1, nil
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  local place = tonumber(entries[i])
  local worker, till = string.match(entries[i + 1], '^(%S+) (%d+)$')
  if not worker or tonumber(till) + ARGV[3] <= now then
    redis.call('HDEL', KEYS[1], entries[i])
  elseif worker == ARGV[1] then
    held[place], mine = true, place
    if place > last then last = place end
  elseif tonumber(till) <= now then
    waiting[place] = true
  else
    held[place] = true
    if place > last then last = place end
  end
end
local place, free = mine, 0
while held[free] or (mine and waiting[free]) do free = free + 1 end
if not mine then
  place = free
elseif mine == last and free < mine then
  redis.call('HDEL', KEYS[1], mine)
  place = free
end
redis.call('HSET', KEYS[1], place, ARGV[1] .. ' ' .. string.format('%.0f', now + ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[2] + ARGV[3])
return place`

// KEYS: workers. ARGV: worker, place.
const leaveScript = `
local worker = string.match(redis.call('HGET', KEYS[1], ARGV[2]) or '', '^(%S+) ')
if worker == ARGV[1] then redis.call('HDEL', KEYS[1], ARGV[2]) end`

export const workerPlacesRedis = ({
  graceMs,
  leaseMs,
  renewMs
}: WorkerPlacesOptions): Layer.Layer<WorkerPlaces, never, RedisClients> =>
  Layer.effect(
    WorkerPlaces,
    Effect.map(RedisClients, ({ key, script }) => {
      const [ask, leave] = [script(takeScript), script(leaveScript)]
      const keys = [key("workers")]
      return WorkerPlaces.of({
        take: (worker, moved) =>
          Effect.gen(function* () {
            let place: number | undefined
            const renewed = Effect.map(ask(keys, [worker, leaseMs, graceMs]), Number).pipe(
              Effect.orElseSucceed(() => place),
              Effect.map((now) => {
                const isOther = now !== place
                place = now
                return isOther
              })
            )
            yield* renewed
            const first = place
            yield* Effect.addFinalizer(() =>
              place === undefined ? Effect.void : Effect.ignore(leave(keys, [worker, place]))
            )
            yield* renewed.pipe(
              Effect.map((isOther) => {
                if (isOther && place !== undefined) moved(place)
              }),
              Effect.catchAllCause(logFault("A worker's place could not be renewed")),
              Effect.delay(renewMs),
              Effect.forever,
              Effect.forkScoped
            )
            return first
          })
      })
    })
  )

export const WorkerPlacesRedis = workerPlacesRedis({ leaseMs: 12_000, renewMs: 4_000, graceMs: 12_000 })
