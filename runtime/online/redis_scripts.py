"""What runs inside Redis: each script is one atomic step over many keys.

Versions are compared as numbers of at most six bytes, which doubles hold exactly: Lua compares strings by the
server's locale. Event times come first, alone: they mostly decide.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

_NEWER = """
local function newer(new, old)
  local a1, a2 = struct.unpack('>I6I2', new)
  local b1, b2 = struct.unpack('>I6I2', old)
  if a1 ~= b1 then return a1 > b1 end
  if a2 ~= b2 then return a2 > b2 end
  local a3, a4, a5 = struct.unpack('>I6I6I4', new, 9)
  local b3, b4, b5 = struct.unpack('>I6I6I4', old, 9)
  if a3 ~= b3 then return a3 > b3 end
  if a4 ~= b4 then return a4 > b4 end
  return a5 > b5
end
"""


@dataclass(frozen=True, slots=True)
class Script:
    text: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()
        object.__setattr__(self, "sha", digest)


WRITE = Script(
    _NEWER
    + """
local held = redis.call('MGET', unpack(KEYS))
local taken, n = {}, 0
for i = 1, #KEYS do
  local old = held[i]
  if not old or newer(ARGV[i], old) then
    taken[n + 1] = KEYS[i]
    taken[n + 2] = ARGV[i]
    n = n + 2
  end
end
if n > 0 then redis.call('MSET', unpack(taken)) end
return n / 2
"""
)
"""Keys and their values: stores those that are newer; returns how many."""

WRITE_EXPIRING = Script(
    _NEWER
    + """
local count = #KEYS
local held = redis.call('MGET', unpack(KEYS))
local n = 0
for i = 1, count do
  local old = held[i]
  if not old or newer(ARGV[i], old) then
    redis.call('SET', KEYS[i], ARGV[i], 'PXAT', ARGV[count + i])
    n = n + 1
  end
end
return n
"""
)
"""As ``WRITE``; after the values come the milliseconds since 1970 at which each key goes."""

ERASE = Script(
    """
local seen = 0
for i = 1, #KEYS do
  local old = redis.call('GET', KEYS[i])
  if old then
    redis.call('SET', KEYS[i], string.sub(old, 1, 24), 'KEEPTTL')
    seen = 1
  end
end
return seen
"""
)
"""A key, or several of one slot: cuts their values down to the versions; returns 1 if there was any."""

EXCHANGE = Script(
    """
local held = redis.call('GET', KEYS[1])
if (held or '') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2]) end
return 1
"""
)
"""A key, what it should hold (empty: nothing) and what it is to hold: returns 1 if it was so."""

ALL = (WRITE, WRITE_EXPIRING, ERASE, EXCHANGE)
