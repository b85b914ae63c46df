# One place for the language level, the warnings and the sanitizers.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(caredian_options INTERFACE)
target_include_directories(caredian_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
# Large files on 32 bits too; the same everywhere, for hiredis asks for it where it is used.
target_compile_definitions(caredian_options INTERFACE _FILE_OFFSET_BITS=64)
target_compile_options(caredian_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives of these inside the standard library at -O2.
  target_compile_options(caredian_options INTERFACE
    -fcoroutines -Wno-maybe-uninitialized -Wno-restrict -Wno-dangling-pointer
    -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
endif()

# "address,undefined", "thread", "fuzzer-no-link,address,undefined" or empty
set(CAREDIAN_SANITIZE "" CACHE STRING "Sanitizers of this build")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CAREDIAN_SANITIZE)
  # Inlined at -O2, g++ 12 takes a coroutine frame for a mismatched delete. With sanitizers not.
  target_compile_options(caredian_options INTERFACE -Wno-mismatched-new-delete)
endif()
if(CAREDIAN_SANITIZE)
  add_compile_options(-fsanitize=${CAREDIAN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CAREDIAN_SANITIZE})
endif()

# ccache when it is there: a switch of branches then costs seconds.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
