// The two Lua scripts, each of which Redis runs whole or not at all beside others: a position is
// claimed, and a batch is written with its position. Redis takes nothing back of a script that
// fails, so the position is moved last: what stands before it is written again.

/**
 * KEYS: the position. Answers the new epoch and the position, nil if there is none. Epochs are at
 * least Redis' own time in microseconds, so that they grow even where Redis came back empty.
 */
export const CLAIM = `
local time = redis.call('TIME')
local held = redis.call('HMGET', KEYS[1], 'epoch', 'position')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local epoch = string.format('%.0f', math.max(now, (tonumber(held[1]) or 0) + 1))
redis.call('HSET', KEYS[1], 'epoch', epoch)
return { epoch, held[2] }
`

/**
 * KEYS: the position, then each key that is written. ARGV: the epoch, the position as it must be
 * ('' for none), the position after; per key a deed, with a time to live in milliseconds ('' for
 * ever) and its content; then channels, each with its message.
 */
export const WRITE = `
local held = redis.call('HMGET', KEYS[1], 'epoch', 'position')
local own = tonumber(ARGV[1])
local epoch = tonumber(held[1])
if epoch and epoch > own then return 'fenced' end
if epoch ~= own or (held[2] or '') ~= ARGV[2] then return 'lost' end
local at = 3
local function take()
  at = at + 1
  return ARGV[at]
end
for place = 2, #KEYS do
  local key, deed = KEYS[place], take()
  redis.call('DEL', key)
  if deed ~= 'delete' then
    local ttl = take()
    if deed == 'string' then
      redis.call('SET', key, take())
    else
      for _ = 1, tonumber(take()) do
        local field = take()
        redis.call('HSET', key, field, take())
      end
    end
    if ttl ~= '' then redis.call('PEXPIRE', key, ttl) end
  end
end
while at < #ARGV do
  local channel = take()
  redis.call('PUBLISH', channel, take())
end
redis.call('HSET', KEYS[1], 'position', ARGV[3])
return 'written'
`
