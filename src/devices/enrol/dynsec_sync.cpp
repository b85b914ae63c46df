#include "devices/enrol/dynsec_sync.h"

#include "base/json.h"

#include <algorithm>
#include <utility>

namespace caredian::devices::enrol::dynsec {

namespace {

constexpr std::size_t page = 100, portion = 20, most_pages = 2000;

} // namespace

void Sync::begin(Model wanted, std::vector<std::string> out, std::vector<std::string> anew,
                 std::string mark) {
    *this = Sync();
    wanted_ = std::move(wanted);
    thrown_out_ = std::move(out);
    anew_ = std::move(anew);
    mark_ = std::move(mark);
    state_ = State::running;
    ask("listClients", 0);
}

std::optional<std::string> Sync::output() {
    return std::exchange(output_, std::nullopt);
}

void Sync::fail(std::string_view why) {
    if (state_ != State::running) return;
    state_ = State::failed;
    problem_ = why;
    output_.reset();
}

void Sync::ask(std::string_view what, std::size_t from) {
    if (++asked_ > most_pages) return fail("its list has no end");
    std::string one;
    JsonWriter(one)
        .begin_object()
        .member("command", what)
        .member("verbose", true)
        .member("count", page)
        .member("offset", from)
        .end_object();
    output_ = request({one}, mark_ + "p", asked_);
}

void Sync::answer(std::string_view payload) {
    if (state_ != State::running) return;
    auto answers = read_answers(payload);
    if (!answers) return;
    for (const auto& one : *answers) {
        if (state_ != State::running || !one.correlation.starts_with(mark_)) continue;
        if (step_ == Step::commands)
            take_command(one);
        else if (one.correlation == mark_ + "p" + std::to_string(asked_))
            take_page(one);
    }
}

void Sync::take_page(const Answer& answer) {
    const bool clients = step_ == Step::clients;
    if (!answer.error.empty()) return fail(answer.command + ": " + answer.error);
    auto got = clients ? read_clients(answer.data, actual_) : read_roles(answer.data, actual_);
    if (!got) return fail("its answer to " + answer.command + " is not understood");
    read_ += got->here;
    if (got->here > 0 && read_ < got->all) return ask(clients ? "listClients" : "listRoles", read_);
    read_ = 0;
    if (!clients) return make_plan();
    step_ = Step::roles;
    ask("listRoles", 0);
}

void Sync::make_plan() {
    step_ = Step::commands;
    plan_ = plan(wanted_, actual_);
    for (const auto& name : anew_)
        if (auto there = wanted_.clients.find(name); there != wanted_.clients.end() &&
                                                     actual_.clients.contains(name) &&
                                                     !there->second.password.empty())
            plan_.push_back(set_password(name, there->second.password));
    // Also those that are gone: a client may have come back before the broker read the new list.
    for (const auto& name : thrown_out_)
        for (auto& one : throw_out(name, wanted_.clients.contains(name)))
            plan_.push_back(std::move(one));
    send_portion();
}

void Sync::send_portion() {
    if (sent_ == plan_.size()) {
        state_ = State::done;
        return;
    }
    const auto n = std::min(portion, plan_.size() - sent_);
    std::vector<std::string> some(plan_.begin() + static_cast<std::ptrdiff_t>(sent_),
                                  plan_.begin() + static_cast<std::ptrdiff_t>(sent_ + n));
    output_ = request(some, mark_ + "c", sent_);
    sent_ += n;
}

void Sync::take_command(const Answer& answer) {
    if (!answer.correlation.starts_with(mark_ + "c")) return;
    if (!answer.error.empty()) return fail(answer.command + ": " + answer.error);
    if (++answered_ == sent_) send_portion();
}

} // namespace caredian::devices::enrol::dynsec
