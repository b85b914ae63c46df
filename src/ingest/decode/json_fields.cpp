#include "ingest/decode/json_fields.h"

#include "base/encoding.h"
#include "ingest/decode/numbers.h"

#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <unordered_map>

namespace caredian::ingest {

namespace {

namespace bj = boost::json;
using Text = bj::string_view;

// Below this many fields, comparing all with all is quicker than a table.
constexpr std::size_t few_fields = 24;

struct Span {
    std::uint32_t at = 0, size = 0;
};

struct Found {
    Span name, text;
    FlatField::Kind kind{};
    bool boolean = false;
    bool top = false;
    double number = 0;
    std::uint32_t first = 0, second = 0;
};

// What Boost.JSON calls while it reads.
struct Handler {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    std::size_t max_fields = 0;
    std::string path;  // of the value that comes next
    std::string arena; // names and texts
    std::string value; // a string or key that comes in pieces
    std::vector<Found> found;
    struct Level {
        std::uint32_t path_size;
        std::uint32_t index;
        bool array;
    };
    std::vector<Level> levels;
    std::size_t not_finite = 0;
    bool object = false, too_many = false;

    void clear() {
        path.clear();
        arena.clear();
        value.clear();
        found.clear();
        levels.clear();
        not_finite = 0;
        object = too_many = false;
    }

    // ---- where we are
    void name_element() {
        if (levels.empty() || !levels.back().array) return;
        path.resize(levels.back().path_size);
        char digits[12];
        auto end = std::to_chars(digits, digits + sizeof digits, levels.back().index++).ptr;
        if (!path.empty()) path += '_';
        path.append(digits, end);
    }
    bool enter(bool array) {
        name_element();
        if (levels.empty()) object = !array;
        levels.push_back({static_cast<std::uint32_t>(path.size()), 0, array});
        return true;
    }
    bool leave() {
        path.resize(levels.back().path_size);
        levels.pop_back();
        return true;
    }
    bool add(FlatField::Kind kind, double number, bool boolean, Text text,
             boost::system::error_code& ec) {
        name_element();
        if (found.size() >= max_fields) {
            too_many = true;
            ec = bj::error::too_deep; // any error stops it
            return false;
        }
        Found f;
        f.kind = kind;
        f.number = number;
        f.boolean = boolean;
        f.top = levels.size() == 1 && !levels.back().array;
        if (levels.size() > 1) f.first = levels[1].path_size;
        if (levels.size() > 2) f.second = levels[2].path_size;
        f.name = put(path);
        if (kind == FlatField::Kind::text) f.text = put(text);
        found.push_back(f);
        return true;
    }
    Span put(Text text) {
        Span span{static_cast<std::uint32_t>(arena.size()),
                  static_cast<std::uint32_t>(text.size())};
        arena.append(text.data(), text.size());
        return span;
    }
    Text whole(Text last) { // of a value that came in pieces
        if (value.empty()) return last;
        value.append(last.data(), last.size());
        return value;
    }

    // ---- called by the parser
    using Ec = boost::system::error_code;
    bool on_document_begin(Ec&) { return true; }
    bool on_document_end(Ec&) { return true; }
    bool on_object_begin(Ec&) { return enter(false); }
    bool on_object_end(std::size_t, Ec&) { return leave(); }
    bool on_array_begin(Ec&) { return enter(true); }
    bool on_array_end(std::size_t, Ec&) { return leave(); }
    bool on_key_part(Text s, std::size_t, Ec&) {
        value.append(s.data(), s.size());
        return true;
    }
    bool on_key(Text s, std::size_t, Ec&) {
        Text name = whole(s);
        path.resize(levels.back().path_size);
        if (!path.empty()) path += '_';
        path.append(name.data(), name.size());
        value.clear();
        return true;
    }
    bool on_string_part(Text s, std::size_t, Ec&) {
        value.append(s.data(), s.size());
        return true;
    }
    bool on_string(Text s, std::size_t, Ec& ec) {
        bool good = add(FlatField::Kind::text, 0, false, whole(s), ec);
        value.clear();
        return good;
    }
    bool on_number_part(Text, Ec&) { return true; } // the whole text comes with the value
    bool on_int64(std::int64_t v, Text, Ec& ec) {
        return add(FlatField::Kind::number, static_cast<double>(v), false, {}, ec);
    }
    bool on_uint64(std::uint64_t v, Text, Ec& ec) {
        return add(FlatField::Kind::number, static_cast<double>(v), false, {}, ec);
    }
    bool on_double(double, Text s, Ec& ec) {
        // The parser's own double may be off by one in the last place.
        auto number = parse_number({s.data(), s.size()});
        if (number) return add(FlatField::Kind::number, *number, false, {}, ec);
        name_element();
        ++not_finite;
        return true;
    }
    bool on_bool(bool v, Ec& ec) { return add(FlatField::Kind::boolean, 0, v, {}, ec); }
    bool on_null(Ec&) {
        name_element();
        return true;
    }
    bool on_comment_part(Text, Ec&) { return true; }
    bool on_comment(Text, Ec&) { return true; }
};

// Equal names have equal sketches.
std::size_t sketch(std::string_view name) {
    if (name.empty()) return 0;
    auto byte = [&](std::size_t i) { return static_cast<unsigned char>(name[i]); };
    return name.size() + std::size_t{7} * byte(0) + std::size_t{31} * byte(name.size() - 1) +
           byte(name.size() / 2);
}

bj::parse_options options_for(std::size_t max_depth) {
    bj::parse_options options;
    options.max_depth = max_depth;
    return options;
}

} // namespace

struct JsonFields::Impl {
    explicit Impl(std::size_t max_depth, std::size_t max_fields) : parser(options_for(max_depth)) {
        parser.handler().max_fields = max_fields;
    }
    bj::basic_parser<Handler> parser;
    std::vector<FlatField> fields;
    std::unordered_map<std::string_view, std::size_t> by_name; // only for many fields
    std::string repaired;

    Broken read(std::string_view text);
    void publish();
    void drop_earlier_twins();
};

JsonFields::JsonFields(std::size_t max_depth, std::size_t max_fields)
    : impl_(std::make_unique<Impl>(max_depth, max_fields)) {}
JsonFields::~JsonFields() = default;

Broken JsonFields::Impl::read(std::string_view text) {
    Handler& h = parser.handler();
    h.clear();
    parser.reset();
    boost::system::error_code ec;
    std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
    if (h.too_many) return Broken::too_many_keys;
    if (ec == bj::error::too_deep) return Broken::too_deep;
    if (ec || used != text.size()) return Broken::malformed_json;
    return good;
}

Broken JsonFields::parse(std::string_view payload) {
    impl_->fields.clear();
    Broken broken = impl_->read(payload);
    if (broken == Broken::malformed_json) {
        if (!is_utf8(payload)) return Broken::invalid_utf8;
        std::size_t replaced = replace_bare_nan(payload, impl_->repaired);
        if (replaced == 0) return broken;
        broken = impl_->read(impl_->repaired);
        impl_->parser.handler().not_finite += replaced;
    }
    if (broken == good) impl_->publish();
    return broken;
}

void JsonFields::Impl::publish() {
    const Handler& h = parser.handler();
    std::string_view arena = h.arena;
    fields.reserve(h.found.size());
    for (const Found& f : h.found)
        fields.push_back({arena.substr(f.name.at, f.name.size), f.kind, f.boolean, f.top, f.number,
                          arena.substr(f.text.at, f.text.size), f.first, f.second});
    drop_earlier_twins();
}

void JsonFields::Impl::drop_earlier_twins() {
    std::size_t kept = 0;
    bool many = fields.size() > few_fields;
    std::uint64_t marks = 0; // of the names so far: another mark is another name
    if (many) by_name.clear();
    for (std::size_t i = 0; i < fields.size(); ++i) {
        std::size_t twin = kept;
        std::uint64_t mark = std::uint64_t{1} << (sketch(fields[i].name) % 64);
        bool is_new = (std::exchange(marks, marks | mark) & mark) == 0;
        if (many) {
            twin = by_name.try_emplace(fields[i].name, kept).first->second;
        } else if (!is_new) {
            for (std::size_t k = 0; k < kept && twin == kept; ++k)
                if (fields[k].name == fields[i].name) twin = k;
        }
        if (twin != i) fields[twin] = fields[i];
        if (twin == kept) ++kept;
    }
    fields.resize(kept);
}

const std::vector<FlatField>& JsonFields::fields() const {
    return impl_->fields;
}

const FlatField* JsonFields::top(std::string_view name) const {
    for (const auto& f : impl_->fields)
        if (f.top && f.name == name) return &f;
    return nullptr;
}

bool JsonFields::is_object() const {
    return impl_->parser.handler().object;
}

std::size_t JsonFields::not_finite() const {
    return impl_->parser.handler().not_finite;
}

} // namespace caredian::ingest
