// All tables of a database as one encrypted stream, that either kind of database takes back.
//
// Format: "CareDian backup 1\n"; argon2id's cost (memory in KiB, passes; 32 bit, little endian) and
// salt (16 bytes); the header of libsodium's secretstream (XChaCha20-Poly1305); then its messages,
// each after its length (32 bit). The last one is marked: a backup that was cut is refused. Inside
// are lines of JSON: a head, then for each table its columns and its rows.
#pragma once

#include "base/random.h"
#include "base/secret.h"
#include "store/database.h"

#include <functional>
#include <iosfwd>

namespace caredian::store {

struct BackupCost {
    std::uint32_t memory_kib = 64 * 1024;
    std::uint32_t passes = 3;
};

struct BackupCounts {
    std::size_t tables = 0;
    std::size_t rows = 0;
};

// Everything as it is at one moment: writers wait meanwhile. `passphrase` may as well be a key.
// Errors: io (`out` takes no more); the database's.
result<BackupCounts> write_backup(Database& database, std::ostream& out, const Secret& passphrase,
                                  Random& random, const BackupCost& cost = {});

// Replaces the content of every table, all or nothing. The tables must have been made (migrations)
// by the version that the backup was made with.
// Errors: corrupt (no backup, cut, changed, or another passphrase: one cannot know), other (made
// with another version; logged); the database's.
result<BackupCounts> read_backup(Database& database, std::istream& in, const Secret& passphrase);

} // namespace caredian::store
