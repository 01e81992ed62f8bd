#include <utility>
#include <vector>

#include "apps/mednexus/arguments.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/notes.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus agreement propose [OPTIONS] -o FILE

Writes an agreement between institutions, signed by this one, for the others to sign. It names the
text that was agreed on by its SHA-256.

  --party NAME            an institution; repeat for each, this one included
  --purpose DUO           e.g. DUO:0000043 (clinical care); may be repeated
  --jurisdiction CC       where data may go, e.g. DE; may be repeated
  --from TIME             RFC 3339 in UTC, e.g. 2026-12-01T00:00:00Z (now)
  --until TIME
  --terms FILE            the text that was agreed on
  -o, --output FILE       where to write; a file that is there is not overwritten
  --force                 overwrite it
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer

examples:
  mednexus agreement propose --home north --party north.example --party south.example \
    --purpose DUO:0000043 --jurisdiction DE --jurisdiction FR --until 2027-12-31T23:59:59Z \
    --terms terms.txt -o agreement.note
  mednexus agreement propose -h
)";

constexpr std::uint64_t kTermsBytesMax = 64U << 20U;

struct Options {
    HomeOptions home;
    std::vector<std::string> parties;
    std::vector<std::string> purposes;
    std::vector<std::string> jurisdictions;
    std::string from;
    std::string until;
    std::string terms;
    NoteOutput output;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.texts("--party", options.parties, Need::required);
    parser.texts("--purpose", options.purposes, Need::required);
    parser.texts("--jurisdiction", options.jurisdictions, Need::required);
    parser.text("--from", options.from);
    parser.text("--until", options.until, Need::required);
    parser.text("--terms", options.terms, Need::required);
    declare_note_output(parser, options.output);
}

Result<int> run_agreement_propose(const Options& options, Terminal& terminal) {
    MN_TRY(const Bytes terms, read_input(options.terms, kTermsBytesMax));
    json::Object arguments;
    arguments.set("parties", array_of(options.parties));
    arguments.set("purposes", array_of(options.purposes));
    arguments.set("jurisdictions", array_of(options.jurisdictions));
    arguments.set("from", time_or_now(options.from, terminal));
    arguments.set("until", options.until);
    arguments.set("terms", codec::to_hex_0x(crypto::sha256(terms).view()));
    return write_note(options.home,
                      options.output,
                      terminal,
                      "agreement.propose",
                      std::move(arguments),
                      "signed; now the other parties");
}

}  // namespace

int cmd_agreement_propose(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_agreement_propose);
}

}  // namespace mednexus::cli
