#include "api/qr_svg.h"

#include "api/html.h"

#include <memory>
#include <qrencode.h>

namespace caredian::api {

namespace {

constexpr int quiet = 4; // modules around it

} // namespace

std::string qr_svg(std::string_view text, std::string_view label) {
    std::unique_ptr<QRcode, void (*)(QRcode*)> code(
        QRcode_encodeData(static_cast<int>(text.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M),
        &QRcode_free);
    if (!code) return {};
    const auto width = static_cast<std::size_t>(code->width);
    std::string path;
    for (std::size_t y = 0; y < width; ++y)
        for (std::size_t x = 0; x < width;) {
            auto dark = [&](std::size_t at) { return (code->data[y * width + at] & 1) != 0; };
            std::size_t run = 0;
            while (x + run < width && dark(x + run)) ++run;
            if (run > 0)
                path += "M" + std::to_string(x + quiet) + " " + std::to_string(y + quiet) + "h" +
                        std::to_string(run) + "v1h-" + std::to_string(run) + "z";
            x += run > 0 ? run : 1;
        }
    const auto size = std::to_string(width + 2 * std::size_t{quiet});
    // Black on white whatever the page's colours are: cameras want it so.
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr\" role=\"img\" aria-label=\"" +
           escape_html(label) + "\" viewBox=\"0 0 " + size + " " + size +
           "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h" + size + "v" + size +
           "H0z\"/><path fill=\"#000\" d=\"" + path + "\"/></svg>";
}

} // namespace caredian::api
