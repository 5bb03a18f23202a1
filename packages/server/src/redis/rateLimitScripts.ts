/**
 * The Redis scripts of shared rate limits: the rules of RateLimitsLocal, each step in one go. They use Redis' own
 * clock, so that no two machines need to agree on the time. A bucket is deleted as soon as it says no more than a new
 * one.
 */

/**
 * KEYS: the bucket. ARGV: burst, tokens per ms, longest delay (0: failures do not delay), then the arguments of the
 * step.
 */
const bucketLua = `
local burst, rate, delay_max = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at', 'failures', 'failed')
local failures, failed = tonumber(kept[3]) or 0, tonumber(kept[4]) or 0
local tokens = math.min(burst, (tonumber(kept[1]) or burst) + math.max(0, now - (tonumber(kept[2]) or now)) * rate)
if now - failed > 2 * delay_max then failures = 0 end
local function keep()
  local left = math.ceil((burst - tokens) / rate)
  if failures > 0 then left = math.max(left, failed + 2 * delay_max - now + 1) end
  if left <= 0 then return redis.call('DEL', KEYS[1]) end
  redis.call('HSET', KEYS[1], 'tokens', string.format('%.17g', tokens), 'at', now, 'failures', failures, 'failed', failed)
  redis.call('PEXPIRE', KEYS[1], left)
end`

/** ARGV: the cost. Answers how long to wait (ms), 0 if it was taken. */
export const takeScript = `${bucketLua}
local cost = tonumber(ARGV[4])
local needed = math.min(cost, burst)
local wait = 0
if tokens >= needed then
  tokens = tokens - cost
else
  wait = math.max(1, math.ceil((needed - tokens) / rate))
end
keep()
return wait`

/** Only for limits whose failures delay. Goes below one token, so that there is one again after the wait. */
export const failedScript = `${bucketLua}
failures = failures + 1
failed = now
if failures >= burst then
  local wait = math.min(delay_max, 2 ^ math.min(30, failures - burst) / rate)
  tokens = math.min(tokens, 1 - wait * rate)
end
keep()`

export const succeededScript = `${bucketLua}
tokens = delay_max > 0 and burst or math.min(burst, tokens + 1)
failures = 0
keep()`

export const returnedScript = `${bucketLua}
tokens = math.min(burst, tokens + 1)
keep()`
