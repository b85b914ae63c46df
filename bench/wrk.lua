-- Tells what wrk counted as one line of JSON. Nothing of it runs while the load does.
function done(summary, latency)
  io.write(string.format(
    '{"requests": %d, "bytes": %d, "us": %d, "p50_us": %d, "p99_us": %d, "bad_status": %d, "broken": %d}\n',
    summary.requests, summary.bytes, summary.duration, latency:percentile(50),
    latency:percentile(99), summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
