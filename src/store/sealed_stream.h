// A stream under a passphrase: see backup.h for the format. Only for backup.cpp.
#pragma once

#include "base/random.h"
#include "base/secret.h"
#include "store/backup.h"

#include <array>
#include <iosfwd>
#include <sodium.h>
#include <string>
#include <string_view>

namespace caredian::store {

class SealedWriter {
public:
    explicit SealedWriter(std::ostream& out) : out_(out) {}
    result<void> begin(const Secret& passphrase, Random& random, const BackupCost& cost);
    result<void> write(std::string_view bytes);
    result<void> finish();

private:
    result<void> push(bool last);
    std::ostream& out_;
    crypto_secretstream_xchacha20poly1305_state state_{};
    std::string waiting_;
};

class SealedReader {
public:
    explicit SealedReader(std::istream& in) : in_(in) {}
    result<void> begin(const Secret& passphrase);
    result<bool> line(std::string& out); // false: the end, in order

private:
    result<void> pull();
    std::istream& in_;
    crypto_secretstream_xchacha20poly1305_state state_{};
    std::string waiting_;
    bool last_ = false;
};

} // namespace caredian::store
