-- What wrk asks: the requests of a file, each after a line with its length, from the given one on, over and over.
-- Every answer is looked at; what was seen is said as JSON at the end.
local asked, count, place = {}, 0, 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local length = file:read("*n")
  while length do
    file:read(1)
    count = count + 1
    asked[count] = file:read(length)
    length = file:read("*n")
  end
  file:close()
  place = tonumber(args[2])
end

function request()
  place = place % count + 1
  return asked[place]
end

bad, size = 0, 0

function response(status, headers, body)
  size = #body
  if status ~= 200 or body:find('"errors"', 1, true) then
    bad = bad + 1
  end
end

local threads = {}

function setup(thread)
  threads[#threads + 1] = thread
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout
  for _, thread in ipairs(threads) do
    failed, size = failed + thread:get("bad"), thread:get("size")
  end
  io.write(string.format(
    '{"count":%d,"seconds":%f,"middle":%f,"worst":%f,"failed":%d,"size":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    failed, size))
end
