/**
 * Gives scripts a name for all data stored in Redis since the last loss. A loss of everything takes the name along. A
 * Redis that restarts from its file, or a replica that takes over, has the name but may lack the last seconds of the
 * data under it. So the name counts only within the run of Redis in which it was given.
 */
import { runLua } from "./runLua.ts"

export const generationLua = `${runLua}
-- The present generation; false when there is none, or it is of another run.
local function generation_of(key)
  local run, name = string.match(redis.call('GET', key) or '', '^(%w*) (%S+)$')
  return run == run_id() and name
end
local function begin_generation(key, name)
  redis.call('SET', key, run_id() .. ' ' .. name)
  return name
end`
