/**
 * The Redis scripts of presence, each of which runs in one go. Core's rules decide outside of Redis what a report
 * changes about a user. A write names the version that it started from, and does nothing if there is another by then.
 * So it may also arrive late, or twice.
 *
 * Leases lapse by Redis' own clock (PX), never by that of a process: no two machines need to agree on the time.
 */
import { generationLua } from "./generationLua.ts"

/**
 * KEYS: generation, nodes. ARGV: prefix of leases, lease (ms), name of a new generation, the generation as known, then
 * of each gateway of this process its life as known and the next one. Renews leases. Begins the next life if the lease
 * has lapsed, or came back with an older state of Redis. Answers the generation, the indices of the gateways that began
 * a life, and the other lives without a lease.
 */
export const lookScript = `${generationLua}
local generation = generation_of(KEYS[1]) or begin_generation(KEYS[1], ARGV[3])
local lost, dead = {}, {}
for i = 5, #ARGV, 2 do
  local life = ARGV[i]
  if generation ~= ARGV[4] or redis.call('EXISTS', ARGV[1] .. life) == 0 then
    redis.call('DEL', ARGV[1] .. life)
    life = ARGV[i + 1]
    lost[#lost + 1] = (i - 5) / 2
  end
  redis.call('SET', ARGV[1] .. life, '', 'PX', ARGV[2])
  redis.call('SADD', KEYS[2], life)
end
for _, node in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  if redis.call('EXISTS', ARGV[1] .. node) == 0 then dead[#dead + 1] = node end
end
return {generation, lost, dead}`

/** KEYS: users. Answers all fields of each. */
export const usersScript = `
local answer = {}
for i, key in ipairs(KEYS) do answer[i] = redis.call('HGETALL', key) end
return answer`

/** KEYS: users. Answers what others see of each. */
export const shownScript = `
local answer = {}
for i, key in ipairs(KEYS) do answer[i] = redis.call('HGET', key, 'shown') end
return answer`

/** KEYS: of each user the user and its steps. Answers what others see, and the steps. */
export const stepsScript = `
local answer = {}
for i = 1, #KEYS, 2 do
  answer[i] = redis.call('HGET', KEYS[i], 'shown')
  answer[i + 1] = redis.call('LRANGE', KEYS[i + 1], 0, -1)
end
return answer`

/**
 * KEYS: lease of a life, its users, then of each user the user and its steps. ARGV: whether the lease must exist (1) or
 * not (0), the channel, how long an offline user is stored (ms), and steps (ms), how many steps are stored; then of
 * each user: its id, version as read, next version, whether it has devices under that life, whether it has any, whether
 * others see something new, number of fields and those, number of steps and those. Answers -1 if the lease is not in
 * the required state, else the indices of users that had another version.
 */
export const writeScript = `
if redis.call('EXISTS', KEYS[1]) ~= tonumber(ARGV[1]) then return -1 end
local at, changed, others = 6, {}, {}
for i = 3, #KEYS, 2 do
  local key, steps = KEYS[i], KEYS[i + 1]
  local firstField = at + 7
  local lastField = firstField + tonumber(ARGV[at + 6]) - 1
  local lastStep = lastField + 1 + tonumber(ARGV[lastField + 1])
  if (redis.call('HGET', key, 'version') or '') ~= ARGV[at + 1] then
    others[#others + 1] = (i - 3) / 2
  else
    redis.call('DEL', key)
    if lastField > firstField then
      redis.call('HSET', key, 'version', ARGV[at + 2])
      for j = firstField, lastField, 500 do redis.call('HSET', key, unpack(ARGV, j, math.min(j + 499, lastField))) end
      if ARGV[at + 4] == '0' then redis.call('PEXPIRE', key, ARGV[3]) end
    end
    if lastStep > lastField + 1 then
      for j = lastField + 2, lastStep, 500 do redis.call('RPUSH', steps, unpack(ARGV, j, math.min(j + 499, lastStep))) end
      redis.call('LTRIM', steps, -tonumber(ARGV[5]), -1)
      redis.call('PEXPIRE', steps, ARGV[4])
    end
    redis.call(ARGV[at + 3] == '1' and 'SADD' or 'SREM', KEYS[2], ARGV[at])
    if ARGV[at + 5] == '1' then changed[#changed + 1] = ARGV[at] end
  end
  at = lastStep + 1
end
if #changed > 0 then redis.call('PUBLISH', ARGV[2], table.concat(changed, ',')) end
return others`

/**
 * KEYS: lease of a life, when it left. ARGV: how long its lease stays valid (ms), that time, how long it is stored
 * (ms).
 */
export const leaveScript = `
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])`

/**
 * KEYS: lease of a life, its users, when it left, nodes. ARGV: the life. Deletes a life that has ended and has no users
 * left.
 */
export const forgetScript = `
if redis.call('EXISTS', KEYS[1], KEYS[2]) == 0 then
  redis.call('DEL', KEYS[3])
  redis.call('SREM', KEYS[4], ARGV[1])
end`
