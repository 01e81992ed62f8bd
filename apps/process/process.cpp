#include "apps/process/process.hpp"

#include <csignal>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace mednexus::process {

Result<void> keep_memory_private() {
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) != 0 || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return fail(Kind::internal, "process: core files cannot be switched off");
    }
    return {};
}

void ignore_broken_pipes() {
    struct sigaction ignore {};

    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, nullptr);
}

Result<void> end_with_parent() {
    const pid_t parent = ::getppid();
    if (::prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) != 0) {
        return fail(Kind::internal, "process: the parent's end cannot be watched");
    }
    // The parent may have ended before the call above; then nobody would ever signal us.
    if (::getppid() != parent) {
        return fail(Kind::unavailable, "process: the parent has already ended");
    }
    return {};
}

}  // namespace mednexus::process
