#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/operator.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus consortium status [OPTIONS]

Every epoch of every consortium on file: its state, its session, who signed, and how much of the
openings that its cases may have is used here.

  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus consortium status --home north
  MEDNEXUS_HOME=north mednexus consortium status --json
)";

struct Options {
    HomeOptions home;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
}

std::string describe(const json::Value& epoch) {
    std::string out = fmt::format("consortium {}  epoch {}  {}\n  compute  {}\n",
                                  shown(epoch, "id"),
                                  shown(epoch, "epoch"),
                                  shown(epoch, "state"),
                                  shown(epoch, "compute"));
    for (const json::Value& member : elements(epoch, "members")) {
        out += fmt::format("  member   {}  signed {}  card on file {}\n",
                           shown(member, "name"),
                           shown(member, "signed"),
                           shown(member, "card_current"));
    }
    out += fmt::format("  period   {} to {}\n", shown(epoch, "from"), shown(epoch, "until"));
    if (const json::Value* const session = epoch.as_object()->find("session")) {
        out += fmt::format("  session  {}\n", *session->as_string());
    }
    const json::Value& openings = *epoch.as_object()->find("openings");
    out += fmt::format("  openings {} of a case at most; {} cases opened, {} used up\n",
                       shown(openings, "max"),
                       shown(openings, "cases"),
                       shown(openings, "used_up"));
    return out;
}

Result<int> run_consortium_status(const Options& options, Terminal& terminal) {
    MN_TRY(const auto answer, execute(options.home, terminal, "consortium.status", json::Object{}));
    std::string prose;
    for (const json::Value& epoch : elements(answer, "consortia")) {
        if (epoch.as_object() == nullptr || epoch.as_object()->find("openings") == nullptr) {
            return fail(Kind::invalid, "consortium.status: not an answer of this program's node");
        }
        prose += describe(epoch);
    }
    terminal.result(answer, prose.empty() ? "no consortium on file\n" : prose);
    return 0;
}

}  // namespace

int cmd_consortium_status(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_consortium_status);
}

}  // namespace mednexus::cli
