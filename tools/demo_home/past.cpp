#include "past.h"

#include "ingest/decode/decoder.h"

#include <algorithm>

namespace caredian::tools {
namespace {

constexpr std::int64_t piece_steps = 64;

// https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/
void append_escaped(std::string& out, std::string_view text, std::string_view special) {
    for (char c : text) {
        if (special.find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
}

void append_field(std::string& out, const readings::Field& field) {
    append_escaped(out, field.name, ", =");
    out += '=';
    if (const auto* number = std::get_if<double>(&field.value)) append_number(out, *number);
    if (const auto* whole = std::get_if<std::int64_t>(&field.value)) {
        append_number(out, *whole);
        out += 'i';
    }
    if (const auto* flag = std::get_if<bool>(&field.value)) out += *flag ? "true" : "false";
    if (const auto* text = std::get_if<std::string>(&field.value)) {
        out += '"';
        append_escaped(out, *text, "\"\\");
        out += '"';
    }
}

void append_line(std::string& out, const readings::Reading& reading) {
    out += reading.series.to_string();
    char before = ' ';
    for (const auto& field : reading.fields) {
        out += before;
        append_field(out, field);
        before = ',';
    }
    out += ' ';
    append_number(out, to_ns(reading.time));
    out += '\n';
}

} // namespace

std::uint64_t write_past(const DemoHome& home, std::int64_t from, std::int64_t to,
                         std::int64_t step, const std::function<bool(std::string_view)>& write) {
    ingest::Decoders decoders{ingest::DecodeOptions{}};
    ingest::ReadingBatch batch;
    std::string lines;
    std::uint64_t written = 0;
    readings::Row row = 0;
    for (auto at = from; at < to; at += piece_steps * step) {
        auto until = std::min(to, at + piece_steps * step);
        for (const auto& said : home.past(at, until, step)) {
            readings::Message message;
            message.row = message.first_row = ++row;
            message.time = from_ns(said.second * 1'000'000'000);
            message.topic = said.topic;
            message.payload = said.payload;
            (void)decoders.decode(message, batch); // what makes no reading makes no line
        }
        for (const auto& reading : batch.view()) append_line(lines, reading);
        written += batch.size();
        batch.clear();
        if (!write(lines)) break;
        lines.clear();
    }
    return written;
}

} // namespace caredian::tools
