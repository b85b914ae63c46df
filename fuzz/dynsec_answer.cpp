// What the broker answers about its accounts, whole and in the middle of a pass.
#include "devices/enrol/dynsec_answer.h"

#include "devices/enrol/dynsec_sync.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool held) {
    if (!held) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace caredian::devices::enrol::dynsec;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (auto answers = read_answers(text))
        for (const auto& one : *answers) {
            Model model;
            auto clients = read_clients(one.data, model);
            auto roles = read_roles(one.data, model);
            require(!clients || clients->here >= model.clients.size());
            require(!roles || roles->here >= model.roles.size());
            // Whatever there is: once its commands are done, nothing of ours is left.
            for (const auto& command : plan({}, model)) require(!command.empty());
        }
    Sync sync;
    sync.begin(base_model(), {"k"}, {"k"}, "m");
    for (int i = 0; i < 8 && sync.state() == Sync::State::running; ++i) {
        (void)sync.output();
        sync.answer(text);
    }
    return 0;
}
