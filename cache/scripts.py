"""The scripts that run inside Redis or Valkey. Each touches the keys of one person, or of the epochs, alone."""

from typing import Final

LOOK: Final = """
local found = redis.call('MGET', unpack(KEYS))
local now
for place = 1, tonumber(ARGV[1]) do
    local told = found[place]
    if not (told and #told <= 16 and string.match(told, '^%d+$')) then
        if not now then
            local time = redis.call('TIME')
            now = time[1] .. string.format('%06d', time[2])
        end
        redis.call('SET', KEYS[place], now, 'EX', ARGV[2])
        found[place] = now
    end
end
return found
"""
"""Return what stands under the keys. The first ARGV[1] of them are numbers: one that is missing, or none, starts at the
server's clock in microseconds, and so above every number that was lost. ARGV[2] is how long it is remembered,
in seconds."""

ADVANCE: Final = """
local time = redis.call('TIME')
local now = tonumber(time[1] .. string.format('%06d', time[2]))
local before = tonumber(redis.pcall('GET', KEYS[1]) or 0) or 0
local number = math.max(before + 1, now)
redis.call('SET', KEYS[1], string.format('%.0f', number), 'EX', ARGV[1])
return string.format('%.0f', number)
"""
"""Move a number on, and above the server's clock. ARGV[1] is how long it is remembered, in seconds."""

KEEP: Final = """
if redis.call('GET', KEYS[3]) == ARGV[6] then redis.call('DEL', KEYS[3]) end
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('GET', KEYS[2]) ~= ARGV[2] then return -1 end
local kept = redis.pcall('GETRANGE', KEYS[4], 3, 10)
if type(kept) == 'string' and #kept == 8 and kept > ARGV[3] then return 0 end
redis.call('SET', KEYS[4], ARGV[4], 'PX', ARGV[5])
return 1
"""
"""Keep an envelope (ARGV[4]) for ARGV[5] milliseconds if the numbers are still those read before the fetch, and nothing
fetched later than ARGV[3] is kept. The claim of whoever keeps (ARGV[6]) is given up first."""

CLAIM: Final = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) or redis.call('GET', KEYS[1]) == ARGV[1] then return 1 end
return 0
"""
"""Claim what nobody else has claimed: it may be one's own already, from a time when the answer did not come."""

RELEASE: Final = (
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
)
"""Give up a claim if it is still one's own."""

TELL: Final = """
for place = 2, #ARGV, 2 do
    local number = redis.call('INCR', KEYS[2])
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'n', number, 'w', ARGV[place], 'c', ARGV[place + 1])
end
return 1
"""
"""Put invalidations (from ARGV[2] on, each with its cause) into the stream, each under the next number."""
