// The first start: nobody can sign in yet, so a one-time code, shown where only the owner of the
// machine looks, stands for the first administrator.
#pragma once

#include "identity/accounts.h"

#include <atomic>
#include <mutex>
#include <string>

namespace caredian::identity {

// Any thread. Blocks (SQL, argon2id) but for needed().
class FirstRun {
public:
    // `file`: data_dir/first-run-code.
    FirstRun(std::string file, Accounts& accounts, Random& random);

    // Looks for an administrator. None: takes the code kept in `file`, or makes one there (0600).
    // One is there: removes the file. Errors: store's; the file's when it cannot be written.
    result<void> start();
    // True until there is an administrator. Costs a load.
    bool needed() const { return needed_.load(std::memory_order_relaxed); }
    // Looks again (an account may have been added by another process).
    result<void> refresh();
    std::string code() const; // "K7QX-9M2P-4TRD"; "" when not needed

    // Makes the administrator and forgets the code. The code is compared in constant time, without
    // case, blanks and dashes. After 50 wrong ones a new one is made.
    // Errors: wrong_code, not_needed; Accounts::add's.
    result<Account> finish(std::string_view code, NewAccount account, const guard::Actor& by);

private:
    result<void> make_code();
    void done();
    void remove_file() const;

    std::string file_;
    Accounts& accounts_;
    Random& random_;
    std::atomic<bool> needed_{true};
    mutable std::mutex mutex_; // of what follows; held while the administrator is made
    std::string code_;
    unsigned wrong_ = 0;
};

} // namespace caredian::identity
