"""What runs inside Redis for rows in Feast's layout: each script is one atomic step on one hash.

The field with the version holds 8 bytes of generation, the 24 of the row, and the event time as it was written
beside them: where ``_ts`` says another, Feast wrote the row that stands, and only event times compare.
"""

from __future__ import annotations

from fcompile.runtime.online.redis_scripts import Script

FEAST_WRITE = Script(
    """
local function varint(text, at)
  local number, flipped, scale, count = 0, 0, 1, 0
  while true do
    local byte = string.byte(text, at)
    local low = byte % 128
    count = count + 1
    if count < 10 then
      number = number + low * scale
      flipped = flipped + (127 - low) * scale
      scale = scale * 128
    end
    at = at + 1
    if byte < 128 then break end
  end
  if count == 10 then number = -flipped - 1 end
  return number, at
end
local function instant(text)
  local parts, at = {0, 0}, 1
  while at <= #text do
    local field = math.floor(string.byte(text, at) / 8)
    parts[field], at = varint(text, at + 1)
  end
  return parts[1], parts[2]
end
local version, time = ARGV[3], ARGV[4]
local held = redis.call('HMGET', KEYS[1], ARGV[1], ARGV[2])
local mine, stands = held[1], held[2]
if mine and (stands or '') == string.sub(mine, 33) then
  local a = {struct.unpack('>I4I4I6I6I6I6', version)}
  local b = {struct.unpack('>I4I4I6I6I6I6', string.sub(mine, 1, 32))}
  local newer = false
  for i = 1, 6 do
    if a[i] ~= b[i] then newer = a[i] > b[i]; break end
  end
  if not newer then return 0 end
elseif stands then
  local s1, n1 = instant(time)
  local s2, n2 = instant(stands)
  if s1 < s2 or (s1 == s2 and n1 < n2) then return 0 end
end
if ARGV[5] == '1' then
  local names = {ARGV[2]}
  for i = 6, #ARGV, 2 do names[#names + 1] = ARGV[i] end
  redis.call('HDEL', KEYS[1], unpack(names))
  redis.call('HSET', KEYS[1], ARGV[1], version)
else
  redis.call('HSET', KEYS[1], ARGV[1], version .. time, ARGV[2], time, unpack(ARGV, 6))
end
return 1
"""
)
"""A hash; the fields of version and event time, generation and version, the event time, 1 for a tombstone, and then
fields and values: stores them if they are newer, and returns 1 if so."""

FEAST_SWEEP = Script(
    """
local mine = redis.call('HGET', KEYS[1], ARGV[1])
if not mine then return 0 end
local old = tonumber(ARGV[3])
if old > 0 then redis.call('HDEL', KEYS[1], unpack(ARGV, 4, 3 + old)) end
local a1, a2 = struct.unpack('>I4I4', string.sub(mine, 1, 8))
local b1, b2 = struct.unpack('>I4I4', ARGV[2])
if a1 > b1 or (a1 == b1 and a2 >= b2) then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1], unpack(ARGV, 4 + old))
return 1
"""
)
"""A hash; the field of the version, a generation, a number of fields and these, the other fields: removes the former
fields, and the row if it is of an earlier generation. Rows that only Feast wrote stay."""

FEAST_ERASE = Script(
    """
local mine = redis.call('HGET', KEYS[1], ARGV[1])
local gone = redis.call('HDEL', KEYS[1], unpack(ARGV, 2))
if mine then redis.call('HSET', KEYS[1], ARGV[1], string.sub(mine, 1, 32)) end
if mine or gone > 0 then return 1 end
return 0
"""
)
"""A hash; the field of the version and the others: removes the latter and returns 1 if there was anything."""

FEAST_SCRIPTS = (FEAST_WRITE, FEAST_SWEEP, FEAST_ERASE)
