// Keys that are made once, at the first start: data_dir/secret, data_dir/master_key.
#pragma once

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

#include <string>

namespace caredian::store {

// The key kept in `path`, as text (blanks around it cut). When the file is missing it is made:
// 32 random bytes as base64url, mode 0600, synced, and complete or absent at any moment (two
// processes that start together agree on one). A file that others may read is used, with a warning
// in the log. Errors: corrupt (shorter than 32 characters), read_only, full, open, io.
result<Secret> load_or_make_key(const std::string& path, Random& random);

// Writes a small file, mode 0600, synced, in one move: readers see the old or the new one.
result<void> write_private_file(const std::string& path, std::string_view content);

} // namespace caredian::store
