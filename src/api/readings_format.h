// Points as text: JSON as the API gives it, CSV by RFC 4180.
#pragma once

#include "history/query.h"

#include <string>
#include <vector>

namespace caredian::api {

// Appends one batch after the other; head() before the first, tail() after the last.
class ReadingsWriter {
public:
    virtual ~ReadingsWriter() = default;
    virtual void head(std::string& out) = 0;
    // Points [begin, end) of the batch.
    virtual void points(std::string& out, const history::Batch& batch, std::size_t begin,
                        std::size_t end) = 0;
    virtual void tail(std::string& out) = 0;
};

// {"readings":[{"time","time_ns","measurement","device","field","value","tags":{}}]}
class JsonReadings final : public ReadingsWriter {
public:
    void head(std::string& out) override;
    void points(std::string& out, const history::Batch& batch, std::size_t begin,
                std::size_t end) override;
    void tail(std::string& out) override;

private:
    bool first_ = true;
};

// time,measurement,device,field,value and one column per other tag of the matching series. Lines
// end with CR LF. A value that is not a finite number is an empty cell.
class CsvReadings final : public ReadingsWriter {
public:
    explicit CsvReadings(std::vector<std::string> tag_names) : tag_names_(std::move(tag_names)) {}
    void head(std::string& out) override;
    void points(std::string& out, const history::Batch& batch, std::size_t begin,
                std::size_t end) override;
    void tail(std::string&) override {}

private:
    std::vector<std::string> tag_names_;
};

// A CSV cell: in quotes, with quotes doubled, when it holds a comma, a quote, CR, LF or edge
// blanks.
void append_csv(std::string& out, std::string_view text);

} // namespace caredian::api
