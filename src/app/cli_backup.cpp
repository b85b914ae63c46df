// caredian migrate, backup, restore: the database as a whole.
#include "app/as_owner.h"
#include "app/cli_commands.h"
#include "app/control_lock.h"
#include "app/people_side.h"
#include "store/backup.h"

#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <istream>
#include <ostream>
#include <sstream>
#include <unistd.h>

namespace caredian::app {

namespace {

constexpr std::size_t least_secret = 12;

int failed(const CommandLine& with, const std::string& what, const error_code& why) {
    with.err << "caredian: " << what << ": " << why.message() << "\n";
    return 1;
}

// Its tables made or brought forward.
result<std::unique_ptr<store::Database>> prepared(const Settings& settings) {
    auto database = open_database(settings);
    if (!database) return database;
    if (auto ready = identity::prepare(**database); !ready) return ready.error();
    return database;
}

std::optional<Secret> read_secret(const BackupCommand& command, bool twice,
                                  const CommandLine& with) {
    std::string text;
    if (!command.key_file.empty()) {
        std::ifstream in(command.key_file, std::ios::binary);
        std::ostringstream all;
        all << in.rdbuf();
        text = all.str();
        if (!in || text.empty()) {
            with.err << "The key file " << command.key_file << " cannot be read.\n";
            return std::nullopt;
        }
    } else if (command.passphrase_stdin) {
        std::getline(with.in, text);
    } else {
        auto typed = with.ask_password("Passphrase of the backup: ");
        auto again = typed && twice ? with.ask_password("Again: ") : typed;
        if (!typed) {
            with.err << "There is no terminal: use --passphrase-stdin or --key-file.\n";
            return std::nullopt;
        }
        if (typed != again) {
            with.err << "The two are not the same.\n";
            return std::nullopt;
        }
        text = *typed;
    }
    if (text.size() >= least_secret) return Secret(std::move(text));
    with.err << "A passphrase or key has at least " << least_secret << " bytes.\n";
    return std::nullopt;
}

} // namespace

int run_migrate(const Settings& settings, const CommandLine& with) {
    AsOwner owner(settings.data_dir);
    auto database = prepared(settings);
    if (!database) return failed(with, settings.database_place(), database.error());
    with.out << "The database " << settings.database_place() << " is up to date.\n";
    return 0;
}

int run_backup(const BackupCommand& command, const Settings& settings, const CommandLine& with) {
    AsOwner owner(settings.data_dir);
    auto secret = read_secret(command, true, with);
    if (!secret) return 2;
    auto database = prepared(settings);
    if (!database) return failed(with, settings.database_place(), database.error());
    // Never half a backup under the name: written beside it, then moved.
    const std::string beside = command.file + ".unfinished";
    int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return failed(with, beside, error_code(errno, boost::system::system_category()));
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    SystemRandom random;
    auto counts = store::write_backup(**database, out, *secret, random);
    out.close();
    bool kept = counts && out && ::fsync(fd) == 0;
    ::close(fd);
    if (kept) kept = std::rename(beside.c_str(), command.file.c_str()) == 0;
    if (!kept) {
        ::unlink(beside.c_str());
        return failed(with, command.file,
                      counts ? make_error_code(store::Errc::io) : counts.error());
    }
    with.out << counts->tables << " tables with " << counts->rows << " rows are in " << command.file
             << ". Keep the passphrase, and master_key of " << settings.data_dir
             << ", in other places.\n";
    return 0;
}

int run_restore(const BackupCommand& command, const Settings& settings, const CommandLine& with) {
    AsOwner owner(settings.data_dir);
    std::ifstream in(command.file, std::ios::binary);
    if (!in)
        return failed(with, command.file, error_code(ENOENT, boost::system::system_category()));
    auto lock = DataLock::take(settings.data_dir); // no gateway may be at work on it
    if (!lock) return failed(with, settings.data_dir, lock.error());
    auto secret = read_secret(command, false, with);
    if (!secret) return 2;
    auto database = prepared(settings);
    if (!database) return failed(with, settings.database_place(), database.error());
    auto counts = store::read_backup(**database, in, *secret);
    if (!counts && counts.error() == store::Errc::corrupt) {
        with.err << "caredian: " << command.file
                 << ": no whole backup, or the passphrase is another. Nothing was changed.\n";
        return 1;
    }
    if (!counts) return failed(with, command.file, counts.error());
    with.out << counts->tables << " tables with " << counts->rows << " rows are back.\n";
    return 0;
}

} // namespace caredian::app
