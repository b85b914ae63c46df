# caredian_embed(TARGET FUNCTION name [ROOT dir] [PREFIX path] FILES file...)
# A static library that holds files byte for byte, with their gzip form, and one function
#   std::span<const caredian::api::EmbeddedFile> caredian::api::FUNCTION();   (api/embedded.h)
# A file's path is PREFIX + its path below ROOT. No files: the function answers an empty span.
# The library carries none of our warnings and sanitizers: it is data.
function(caredian_embed target)
  cmake_parse_arguments(EMBED "" "FUNCTION;ROOT;PREFIX" "FILES" ${ARGN})
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/${target})
  string(REPLACE ";" "\n" list "${EMBED_FILES}")
  file(CONFIGURE OUTPUT ${dir}/files.txt CONTENT "${list}\n" @ONLY)
  add_custom_command(
    OUTPUT ${dir}/data.S ${dir}/table.cpp
    COMMAND ${CMAKE_COMMAND} -DDIR=${dir} -DFUNCTION=${EMBED_FUNCTION} -DROOT=${EMBED_ROOT}
            -DPREFIX=${EMBED_PREFIX} -P ${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake
    DEPENDS ${EMBED_FILES} ${dir}/files.txt ${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake
    COMMENT "Embedding ${target}"
    VERBATIM)
  add_library(${target} STATIC ${dir}/data.S ${dir}/table.cpp)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
endfunction()
