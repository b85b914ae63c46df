// The running gateway: every part, built in order, stopped in the reverse one.
#pragma once

#include "app/config.h"

#include <memory>

namespace caredian::app {

// Construct, run(), done. The constructor opens files and throws std::exception with a sentence for
// the operator; no thread runs and no port is bound before run().
class Gateway {
public:
    explicit Gateway(const Loaded& loaded);
    ~Gateway();
    Gateway(const Gateway&) = delete;

    // Until SIGINT or SIGTERM. Returns the exit code.
    int run();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// What `caredian serve` does: a Gateway, its failures as a line in the log and exit code 1.
int serve(const Loaded& loaded);

} // namespace caredian::app
