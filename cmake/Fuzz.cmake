# caredian_fuzzer(NAME SOURCE ROOM...)
# One parser of outside bytes = one program fuzz_NAME around LLVMFuzzerTestOneInput in fuzz/SOURCE.
# With CAREDIAN_FUZZ (preset "fuzz", clang) it is a libFuzzer program: fuzz_NAME fuzz/corpus/NAME.
# The target `fuzzers` builds them all, and of the rest only what they need.
# Else a plain driver runs it over every file of fuzz/corpus/NAME, as the test fuzz_NAME_corpus.
function(caredian_fuzzer name source)
  set(corpus ${PROJECT_SOURCE_DIR}/fuzz/corpus/${name})
  set(rooms ${ARGN})
  list(TRANSFORM rooms PREPEND caredian_)
  add_executable(fuzz_${name} ${source})
  target_link_libraries(fuzz_${name} PRIVATE caredian_options ${rooms})
  if(CAREDIAN_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers fuzz_${name})
  else()
    target_sources(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/fuzz/plain_driver.cpp)
    add_test(NAME fuzz_${name}_corpus COMMAND fuzz_${name} ${corpus})
    set_tests_properties(fuzz_${name}_corpus PROPERTIES TIMEOUT 120)
  endif()
endfunction()
