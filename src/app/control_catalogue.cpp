#include "app/control_catalogue.h"

#include "api/catalogue.h"
#include "base/encoding.h"

#include <charconv>
#include <deque>
#include <mutex>

namespace caredian::app {

namespace {

constexpr std::size_t slice = 64, most_open = 4;
constexpr std::size_t piece_bytes = std::size_t{32} * 1024; // base64 makes it 43 kB

std::string argument(const json::object& arguments, std::string_view name) {
    const auto* value = arguments.if_contains(name);
    if (!value || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

std::uint64_t number(const json::object& arguments, std::string_view name) {
    const auto text = argument(arguments, name);
    std::uint64_t out = 0;
    (void)std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

// One text is read in pieces, whatever devices say meanwhile.
class Texts {
public:
    Texts(const devices::Registry& registry, const Clock& clock)
        : registry_(registry), clock_(clock) {}

    ControlAnswer begin(const json::object& arguments) {
        auto format = api::parse_catalogue_format(argument(arguments, "format"));
        if (!format) return ControlAnswer::failure("format is json, markdown or csv");
        devices::Catalogue catalogue;
        for (std::string after;;) {
            auto some = registry_.list(after, slice);
            for (const auto& device : some) catalogue.add(device);
            if (some.size() < slice) break;
            after = some.back().id;
        }
        auto text = api::catalogue_text(catalogue, *format, clock_.wall(),
                                        argument(arguments, "language") == "ko");
        std::lock_guard lock(mutex_);
        open_.emplace_back(++last_, std::move(text));
        if (open_.size() > most_open) open_.pop_front();
        ControlAnswer out;
        out.result = R"({"id":")" + std::to_string(last_) + "\"}";
        return out;
    }

    ControlAnswer more(const json::object& arguments) {
        const auto id = number(arguments, "id"), from = number(arguments, "from");
        std::lock_guard lock(mutex_);
        for (const auto& [known, text] : open_) {
            if (known != id || from > text.size()) continue;
            ControlAnswer out;
            out.result.clear();
            JsonWriter(out.result)
                .begin_object()
                .member("data", base64url_encode(std::string_view(text).substr(from, piece_bytes)))
                .member("end", text.size() - from <= piece_bytes)
                .end_object();
            return out;
        }
        return ControlAnswer::failure("others asked meanwhile; try again");
    }

private:
    const devices::Registry& registry_;
    const Clock& clock_;
    std::mutex mutex_;
    std::deque<std::pair<std::uint64_t, std::string>> open_;
    std::uint64_t last_ = 0;
};

} // namespace

ControlHandlers catalogue_commands(const devices::Registry& registry, const Clock& clock) {
    auto texts = std::make_shared<Texts>(registry, clock);
    ControlHandlers out;
    out["catalogue"] = [texts](const json::object& a) { return texts->begin(a); };
    out["catalogue.more"] = [texts](const json::object& a) { return texts->more(a); };
    return out;
}

} // namespace caredian::app
