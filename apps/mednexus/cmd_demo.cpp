#include <fmt/format.h>

#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/demo/demo.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus demo [OPTIONS]

Three hospitals on this machine, each its own process, home and keys: they deposit sealed cases,
agree, find a similar case, refuse one without consent, share another, and leave a bundle that is
then verified with the processes ended and the homes moved away.

  --dir D     work in D, a new or empty folder (default: a fresh one under $TMPDIR)
  --keep      leave homes, inputs and logs there; otherwise match.mnx and trust.policy stay
  --data DIR  the full ontology of DIR/hpo and 360 published cases of DIR/phenopackets
  --json      one object per step, and a summary of every hash and check at the end

examples:
  mednexus demo
  mednexus demo --dir /tmp/three --keep --json
)";

struct Options {
    demo::DemoOptions demo;
};

void declare(Parser& parser, Options& options) {
    parser.text("--dir", options.demo.folder);
    parser.flag("--keep", options.demo.keep);
    parser.text("--data", options.demo.data_dir);
}

Result<int> run_demo(const Options& options, Terminal& terminal) {
    demo::DemoOptions demo = options.demo;
    demo.form = terminal.is_json() ? demo::Form::json : demo::Form::people;
    std::string logs;
    const auto result = demo::run_demo(demo, logs);
    if (!result) {
        if (!logs.empty()) {
            terminal.hint(fmt::format("what every program said is in {}", logs));
        }
        return tl::unexpected(result.error());
    }
    return 0;
}

}  // namespace

int cmd_demo(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_demo);
}

}  // namespace mednexus::cli
