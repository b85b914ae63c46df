# The headers that most files read, read once: a third of a cold build of a small file is the standard
# library and Asio. Files still include what they use: with ccache, which can't look into such a
# header, and in the builds of --all nothing is precompiled, and a missing #include is an error.
if(CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache" OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(precompiled OFF)
else()
  set(precompiled ON)
endif()
option(CAREDIAN_PRECOMPILED "Precompile the headers that most files read" ${precompiled})

# The compiler takes such a header only where the same macros are defined on the command line: what
# is linked to here is what defines some in the rooms.
function(caredian_precompile target headers)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp "// made by cmake/Precompiled.cmake\n")
  add_library(${target} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp)
  target_link_libraries(${target} PRIVATE caredian_options caredian_boost fmt::fmt spdlog::spdlog ${ARGN})
  target_precompile_headers(${target} PRIVATE ${headers})
endfunction()

if(CAREDIAN_PRECOMPILED)
  set(headers <algorithm> <array> <atomic> <charconv> <chrono> <cstdint> <deque> <filesystem> <functional>
    <map> <memory> <mutex> <optional> <set> <span> <string> <string_view> <unordered_map> <utility>
    <variant> <vector> <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/io_context.hpp>
    <boost/asio/post.hpp> <boost/asio/steady_timer.hpp> <boost/asio/use_awaitable.hpp> <boost/json.hpp>)
  caredian_precompile(caredian_precompiled "${headers}")
  if(CAREDIAN_TESTS)
    list(APPEND headers <gtest/gtest.h> <gmock/gmock.h>)
    caredian_precompile(caredian_precompiled_tests "${headers}" GTest::gtest GTest::gmock)
  endif()
endif()
