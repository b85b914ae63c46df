# Run by caredian_embed at build time: files.txt -> data.S (the bytes) and table.cpp (their names).
file(STRINGS ${DIR}/files.txt files)
find_program(GZIP gzip REQUIRED)
set(assembly "/* made by cmake/EmbedFiles.cmake */\n    .section .rodata\n")
set(declarations "")
set(rows "")
set(n 0)
foreach(file IN LISTS files)
  file(SHA256 ${file} hash)
  string(SUBSTRING ${hash} 0 16 etag)
  file(RELATIVE_PATH path ${ROOT} ${file})
  # -n: no name and time, so that the same source makes the same binary.
  execute_process(COMMAND ${GZIP} -9 -n -c ${file} OUTPUT_FILE ${DIR}/${n}.gz COMMAND_ERROR_IS_FATAL ANY)
  foreach(form identity gzip)
    set(source ${file})
    if(form STREQUAL "gzip")
      set(source ${DIR}/${n}.gz)
    endif()
    set(symbol ${FUNCTION}_${n}_${form})
    string(APPEND assembly "    .global ${symbol}\n    .global ${symbol}_end\n    .balign 16\n"
      "${symbol}:\n    .incbin \"${source}\"\n${symbol}_end:\n    .byte 0\n")
    string(APPEND declarations "extern \"C\" const char ${symbol}[];\nextern \"C\" const char ${symbol}_end[];\n")
  endforeach()
  string(APPEND rows
    "    {\"${PREFIX}${path}\", {${FUNCTION}_${n}_identity, ${FUNCTION}_${n}_identity_end},\n"
    "     {${FUNCTION}_${n}_gzip, ${FUNCTION}_${n}_gzip_end}, \"\\\"${etag}\\\"\"},\n")
  math(EXPR n "${n} + 1")
endforeach()
string(APPEND assembly "    .section .note.GNU-stack,\"\",%progbits\n")
file(WRITE ${DIR}/data.S "${assembly}")
set(body "    return {};\n")
if(n GREATER 0)
  set(body "    static const EmbeddedFile files[] = {\n${rows}    };\n    return files;\n")
endif()
file(WRITE ${DIR}/table.cpp "// made by cmake/EmbedFiles.cmake
#include \"api/embedded.h\"

${declarations}
namespace caredian::api {
std::span<const EmbeddedFile> ${FUNCTION}() {
${body}}
} // namespace caredian::api
")
