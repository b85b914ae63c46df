#include "app/cli.h"
#include "app/gateway.h"

#include <csignal>
#include <malloc.h>

int main(int argc, char** argv) {
    // A socket that the other side closed is an error code, not the end of the program.
    std::signal(SIGPIPE, SIG_IGN);
    // One heap per thread would keep what a burst needed once; two are enough and stay small.
    ::mallopt(M_ARENA_MAX, 2);
    return caredian::app::run_command_line(argc, argv, caredian::app::serve);
}
