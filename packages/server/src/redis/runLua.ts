/**
 * Distinguishes one run of Redis from the next, for scripts. A Redis that restarts from its file, or a replica that
 * takes over, may lack the last seconds of the writes before. Uses `run_id` of INFO, which costs a script 4 µs; Redis
 * persists nothing else that changes with each run.
 */
export const runLua = `
local function run_id()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') or ''
end`
