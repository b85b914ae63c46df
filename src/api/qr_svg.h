// A QR code (ISO/IEC 18004) as a picture that needs no script and no other file.
#pragma once

#include <string>
#include <string_view>

namespace caredian::api {

// `label` is for those who don't see it. Empty: the text is longer than a QR code holds.
std::string qr_svg(std::string_view text, std::string_view label);

} // namespace caredian::api
