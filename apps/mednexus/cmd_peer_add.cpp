#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/operator.hpp"
#include "mednexus/service/documents.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus peer add [OPTIONS] CARD

Records the card of another institution: from then on its keys are believed. Compare the card with
its owner by another way first; a second card of the same name with other keys is a conflict.

  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus peer add --home north south-card.note
  MEDNEXUS_HOME=north mednexus peer add --json south-card.note
)";

struct Options {
    HomeOptions home;
    std::string card;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.word("CARD", options.card);
}

Result<int> run_peer_add(const Options& options, Terminal& terminal) {
    MN_TRY(const Bytes card, read_input(options.card, service::kDocumentSizeBytesMax));
    json::Object arguments;
    arguments.set("card", text_of(card));
    const auto answer = execute(options.home, terminal, "peer.add", std::move(arguments));
    if (!answer) {
        return fail_in(options.card, answer.error());
    }
    terminal.result(*answer, fmt::format("{}: recorded\n", shown(*answer, "name")));
    return 0;
}

}  // namespace

int cmd_peer_add(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_peer_add);
}

}  // namespace mednexus::cli
