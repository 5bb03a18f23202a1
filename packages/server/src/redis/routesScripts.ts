/**
 * The Redis scripts of routes, each of which runs in one go. Leases lapse by Redis' own clock (PX, and TIME through
 * it), never by that of a process: no two machines need to agree on the time. If that one clock jumps, leases lapse
 * early or late. Early, gateways notice and repair it. Late costs envelopes to a gateway that is gone.
 *
 * A lease is the text "incarnation life registered": `life` is a name that its holder learned, see RoutesRedis.ts.
 */
import { generationLua } from "./generationLua.ts"

/**
 * Reads the current leases: each node's incarnation, and the generation under which all its entries were registered.
 */
const readLeases = `
local function leases(nodes, prefix)
  local live, under, order = {}, {}, {}
  for _, node in ipairs(redis.call('SMEMBERS', nodes)) do
    local incarnation, registered = string.match(redis.call('GET', prefix .. node) or '', '^(%d+) %S+ (%S*)$')
    if incarnation then
      live[node] = incarnation
      under[node] = registered
      order[#order + 1] = node
    else
      redis.call('SREM', nodes, node)
    end
  end
  return live, under, order
end`

/**
 * KEYS: lease, nodes, generation, the mark that it is fresh. ARGV: node, incarnation, life as known, next life,
 * registered, lease (ms), name of a new generation. A generation that has just begun does not count for a lease: nobody
 * knows whether a lease was lost before.
 */
export const renewScript = `${generationLua}
local generation = generation_of(KEYS[3])
if not generation then
  generation = begin_generation(KEYS[3], ARGV[7])
  redis.call('SET', KEYS[4], '', 'PX', ARGV[6])
end
local incarnation, life = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) (%S+) ')
local lapsed = incarnation ~= ARGV[2] or life ~= ARGV[3]
local text = lapsed and (ARGV[2] .. ' ' .. ARGV[4] .. ' ') or (ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. ARGV[5])
redis.call('SET', KEYS[1], text, 'PX', ARGV[6])
redis.call('SADD', KEYS[2], ARGV[1])
return {generation, lapsed and 1 or 0}`

/** KEYS: lease, nodes. ARGV: node, incarnation. */
export const releaseScript = `
if string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) ') == ARGV[2] then
  redis.call('DEL', KEYS[1])
  redis.call('SREM', KEYS[2], ARGV[1])
end`

/**
 * KEYS: nodes, then the logs' entries. ARGV: node, incarnation, prefix of leases, entries that a log may have before
 * the dead ones are removed. A late call of an earlier incarnation leaves the entry of the next one alone.
 */
export const registerScript = `${readLeases}
local live
for i = 2, #KEYS do
  local known = redis.call('HGET', KEYS[i], ARGV[1])
  if not known or tonumber(known) < tonumber(ARGV[2]) then redis.call('HSET', KEYS[i], ARGV[1], ARGV[2]) end
  if redis.call('HLEN', KEYS[i]) > tonumber(ARGV[4]) then
    live = live or leases(KEYS[1], ARGV[3])
    local entries = redis.call('HGETALL', KEYS[i])
    for j = 1, #entries, 2 do
      if entries[j] ~= ARGV[1] and live[entries[j]] ~= entries[j + 1] then redis.call('HDEL', KEYS[i], entries[j]) end
    end
  end
end`

/** KEYS: the logs' entries. ARGV: node, incarnation. */
export const withdrawScript = `
for _, key in ipairs(KEYS) do
  if redis.call('HGET', key, ARGV[1]) == ARGV[2] then redis.call('HDEL', key, ARGV[1]) end
end`

/**
 * KEYS: generation, the mark that it is fresh, nodes. ARGV: prefixes of leases, heads and entries, how long a head is
 * stored (ms), then logs and heads. Answers 0 for everywhere; else the nodes that hold a lease, and for each log the
 * indices of its gateways in that list, as text. A head that does not rise is rare: it is overwritten and put back,
 * which nobody sees, instead of being looked up each time.
 */
export const raiseScript = `${generationLua}${readLeases}
for i = 5, #ARGV, 2 do
  local key = ARGV[2] .. ARGV[i]
  local known = redis.call('SET', key, ARGV[i + 1], 'PX', ARGV[4], 'GET')
  if known and tonumber(known) > tonumber(ARGV[i + 1]) then redis.call('SET', key, known, 'PX', ARGV[4]) end
end
local generation = generation_of(KEYS[1])
if not generation or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local live, under, order = leases(KEYS[3], ARGV[1])
if #order == 0 then return 0 end
local place = {}
for i, node in ipairs(order) do
  if under[node] ~= generation then return 0 end
  place[node] = i - 1
end
local answer = {order}
for i = 5, #ARGV, 2 do
  local key = ARGV[3] .. ARGV[i]
  local entries = redis.call('HGETALL', key)
  local places = {}
  for j = 1, #entries, 2 do
    if live[entries[j]] == entries[j + 1] then
      places[#places + 1] = place[entries[j]]
    else
      redis.call('HDEL', key, entries[j])
    end
  end
  answer[#answer + 1] = table.concat(places, ',')
end
return answer`
