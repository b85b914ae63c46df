// What a server of InfluxDB answers, and lines of our own that come back: nothing of it may break
// us, and a line that we write is taken apart as it was.
#include "history/influx/answer.h"
#include "history/influx/delivery.h"
#include "history/influx/dialect.h"
#include "history/influx/line.h"

#include <cstdlib>

using namespace caredian;
using namespace caredian::history;

namespace {

void check(bool good) {
    if (!good) std::abort();
}

void read_answer(std::string_view text) {
    auto chunk = influx::parse_chunk(text);
    if (!chunk) return;
    Query query;
    influx::Selection selection{"m", {{"a", readings::FieldType::number}}, {}, false};
    for (const auto& table : chunk->tables) {
        Batch out;
        influx::to_points(table, query, selection, std::nullopt, out);
        for (const auto& point : out.points) check(point.field == 0);
    }
}

// A delivery comes to an end whatever is answered.
void deliver(std::string_view text) {
    influx::Lines lines;
    for (const char* line : {"m,device=a v=1 5", "m,device=b v=\"on\",w=true 6", "n x=5i 7"}) {
        lines.begin();
        lines.text += std::string(line) + "\n";
    }
    influx::ColumnTypes types;
    influx::Delivery delivery(lines, types);
    for (auto version : {influx::Version::v1, influx::Version::v2, influx::Version::v3}) {
        auto verdict = influx::judge(version, 400, text.substr(0, 8), text);
        for (int i = 0; i < 100 && delivery.next(); ++i)
            if (delivery.answered(verdict) != influx::Delivery::Then::go_on) break;
        (void)delivery.take_aside();
    }
}

void write_line(std::string_view text) {
    auto half = text.substr(0, text.size() / 2), rest = text.substr(text.size() / 2);
    if (half.empty() || rest.empty()) return;
    std::string line;
    influx::append_measurement(line, half);
    line += ' ';
    influx::append_name(line, rest);
    line += '=';
    check(influx::append_value(line, std::string(text)));
    line += " 5";
    if (auto parts = influx::take_apart(line)) {
        check(parts->fields.size() == 1);
        check(parts->fields[0].type == readings::FieldType::text);
        check(line.substr(parts->fields[0].end) == " 5");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    read_answer(text);
    deliver(text);
    write_line(text);
    (void)influx::take_apart(text);
    (void)influx::org_id(text);
    (void)influx::parse_version(text);
    return 0;
}
