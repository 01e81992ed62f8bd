#pragma once
/// `mednexus demo`: the whole road on one machine. See docs/man/mednexus-demo.1. Threads: one.
#include <string>

#include "apps/mednexus/demo/report.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::demo {

struct DemoOptions {
    std::string folder;    ///< empty: a fresh one under $TMPDIR
    bool keep = false;     ///< leave homes, inputs and logs
    std::string data_dir;  ///< empty: the teaching cases
    Form form = Form::people;
};

/// Runs every step, or ends with the first error; then the folder stays for a look. After Ctrl-C
/// everything is stopped and removed, and this process ends by that signal.
/// Errors   those of the steps; `where_logs_are` is set when the folder stays
[[nodiscard]] Result<void> run_demo(const DemoOptions& options, std::string& where_logs_are);

}  // namespace mednexus::demo
