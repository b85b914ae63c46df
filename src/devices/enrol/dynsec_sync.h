// Brings the broker's accounts and rights to what they shall be: asks what is there, sends the
// difference. A step machine without I/O: what is to be published comes out, answers go in.
//
// One pass: listClients and listRoles, page by page; then the commands of dynsec::plan() in
// portions, each when the one before it was answered. It ends when all were answered. Everything
// can be done again: a pass that broke off is simply made anew.
#pragma once

#include "devices/enrol/dynsec_answer.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices::enrol::dynsec {

class Sync {
public:
    // Whether it could be brought to its end.
    enum class State : std::uint8_t { idle, running, done, failed };

    // Begins a pass. `out` are thrown out at its end, `anew` get the password that they have in
    // `wanted`. `mark` is a text that no other client would use as correlationData.
    void begin(Model wanted, std::vector<std::string> out, std::vector<std::string> anew,
               std::string mark);
    // What is to be published now; nullopt: nothing before an answer comes.
    std::optional<std::string> output();
    void answer(std::string_view payload); // what is not ours is passed over
    void fail(std::string_view why);       // the connection ended, or no answer came in time

    State state() const { return state_; }
    const std::string& problem() const { return problem_; } // of `failed`
    std::size_t commands() const { return plan_.size(); }   // that this pass sends in all

private:
    enum class Step : std::uint8_t { clients, roles, commands };
    void ask(std::string_view what, std::size_t from);
    void take_page(const Answer& answer);
    void take_command(const Answer& answer);
    void make_plan();
    void send_portion();

    State state_ = State::idle;
    Step step_ = Step::clients;
    Model wanted_, actual_;
    std::vector<std::string> thrown_out_, anew_;
    std::string mark_, problem_;
    std::vector<std::string> plan_;
    std::size_t sent_ = 0, answered_ = 0, read_ = 0, asked_ = 0;
    std::optional<std::string> output_;
};

} // namespace caredian::devices::enrol::dynsec
