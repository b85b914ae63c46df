// Errors are values: result<T> carries a T or an error_code. Exceptions mean "unexpected".
#pragma once

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <string>
#include <string_view>

namespace caredian {

using error_code = boost::system::error_code;

template <class T>
using result = boost::system::result<T>;

// Category for a room's error enum. The room declares, beside its enum,
//   const char* room_name(errc);            // "journal"
//   std::string_view describe(errc);        // "the disk is full"
//   inline error_code make_error_code(errc e) { return make_code(e); }
// and specialises boost::system::is_error_code_enum<errc>.
template <class Errc>
class ErrcCategory final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return room_name(Errc{}); }
    std::string message(int value) const override {
        return std::string(describe(static_cast<Errc>(value)));
    }
    static const ErrcCategory& instance() {
        static const ErrcCategory category;
        return category;
    }
};

template <class Errc>
error_code make_code(Errc value) {
    return {static_cast<int>(value), ErrcCategory<Errc>::instance()};
}

} // namespace caredian
