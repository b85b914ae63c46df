-- The same request each time, without arguments. With arguments, behind the URL:
--   FILE ORDER DELAY [watch]
-- a request for each line of FILE, which is the value of the header Cookie; ORDER "once" takes one
-- after the other, "random" any; DELAY ms before each. `watch` also tells when the last good answer
-- came (seconds of CLOCK_MONOTONIC) and how many answers have come since.
-- What wrk counted comes as one line of JSON. Without arguments nothing of this runs while the load
-- does.
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

local function watch()
  local ffi = require("ffi")
  ffi.cdef("struct time { long s; long ns; }; int clock_gettime(int clock, struct time* out);")
  local now = ffi.new("struct time")
  last_good, since_good = 0, 0
  function response(status)
    if status >= 400 then
      since_good = since_good + 1
      return
    end
    ffi.C.clock_gettime(1, now)
    last_good, since_good = tonumber(now.s) + tonumber(now.ns) / 1e9, 0
  end
end

function init(arguments)
  local file, order, pause = arguments[1], arguments[2], tonumber(arguments[3])
  if not file then return end
  local requests, at = {}, 0
  for cookie in io.lines(file) do
    local headers = {}
    for name, value in pairs(wrk.headers) do headers[name] = value end
    headers["Cookie"] = cookie
    requests[#requests + 1] = wrk.format(nil, nil, headers)
  end
  local count = #requests
  if order == "random" then
    math.randomseed(os.time())
    function request() return requests[math.random(count)] end
  else
    function request()
      at = at % count + 1
      return requests[at]
    end
  end
  if pause > 0 then
    function delay() return pause end
  end
  if arguments[4] == "watch" then watch() end
end

function done(summary, latency)
  local seen = threads[1]
  io.write(string.format(
    '{"requests": %d, "bytes": %d, "us": %d, "p50_us": %d, "p99_us": %d, "bad_status": %d, '
      .. '"broken": %d, "last_good": %.6f, "since_good": %d}\n',
    summary.requests, summary.bytes, summary.duration, latency:percentile(50),
    latency:percentile(99), summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    seen:get("last_good") or 0, seen:get("since_good") or 0))
end
