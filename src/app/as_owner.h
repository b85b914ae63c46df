// Root tends another user's folder as that user, or the gateway could not open what it leaves
// there.
#pragma once

#include <string>

namespace caredian::app {

// While it lives, when this process is root's and the folder isn't. One thread.
class AsOwner {
public:
    explicit AsOwner(const std::string& folder);
    ~AsOwner();
    AsOwner(const AsOwner&) = delete;
    AsOwner& operator=(const AsOwner&) = delete;

private:
    bool changed_ = false;
};

} // namespace caredian::app
