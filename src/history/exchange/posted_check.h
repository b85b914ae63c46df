// What holds for a posted reading, whatever form it came in. Only for this folder.
#pragma once

#include "history/exchange/posted.h"

#include <string>

namespace caredian::history {

// Gives it its device, sorts its tags. Empty: good; else what is wrong with it.
std::string finish_posted(readings::Reading& reading, const PostedOptions& options);

} // namespace caredian::history
