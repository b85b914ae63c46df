// login.providers as identity wants it.
#pragma once

#include "app/settings.h"
#include "identity/accounts.h"
#include "identity/oidc/options.h"

#include <optional>
#include <string>

namespace caredian::app {

// The preset, with what was set over it.
identity::oidc::ProviderOptions provider_options(const LoginProvider& provider);

// A sentence about what is missing or wrong; nullopt: nothing.
std::optional<std::string> provider_problem(const LoginProvider& provider);

} // namespace caredian::app
