#include <fmt/format.h>

#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/home.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/system_random.hpp"
#include "mednexus/service/node.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage =
    R"(usage: mednexus init [OPTIONS] --name NAME --legal-name TEXT --jurisdiction CC

Makes the home of an institution, or of a computing node: its keys, sealed under a passphrase, its
card, an empty log and mednexus.toml. The card, HOME/card.note, is what you give to others.

  --home DIR              the folder to make (or MEDNEXUS_HOME); empty or absent
  --name NAME             e.g. north.example: a-z, 0-9, '.' and '-'
  --legal-name TEXT       e.g. "North University Hospital"
  --jurisdiction CC       ISO 3166-1, e.g. DE
  --endpoint URL          where other institutions reach it (https://127.0.0.1:8443)
  --ontology DIR          HPO: hpo_terms.tsv, hpo_annotations.tsv, hpo_obsolete.tsv; or hp.obo or
                          hp.json, and phenotype.hpoa
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --role ROLE             institution, or compute: a node that scores under encryption for a
                          consortium, and holds no case and no key to one (institution)
  --new-passphrase-file FILE
                          make a random passphrase and write it there, for its owner only to read
  --json                  {"card":…,"home":…,"name":…}

examples:
  mednexus init --home north --name north.example --legal-name "North Hospital" --jurisdiction DE
  mednexus init --home north --name north.example --legal-name "North Hospital" --jurisdiction DE \
    --endpoint https://127.0.0.1:8443 --ontology hpo --passphrase-file north.passphrase
)";

struct Options {
    HomeOptions home;
    std::string name;
    std::string legal_name;
    std::string jurisdiction;
    std::string endpoint = "https://127.0.0.1:8443";
    std::string ontology;
    std::string new_passphrase_file;
    std::string role = "institution";
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.text("--name", options.name, Need::required);
    parser.text("--legal-name", options.legal_name, Need::required);
    parser.text("--jurisdiction", options.jurisdiction, Need::required);
    parser.text("--endpoint", options.endpoint);
    parser.text("--ontology", options.ontology);
    parser.text("--new-passphrase-file", options.new_passphrase_file);
    parser.text("--role", options.role);
    parser.exclude("--new-passphrase-file", "--passphrase-file");
    parser.exclude("--new-passphrase-file", "--passphrase-fd");
}

/// 256 random bits as hex, durable in a new file before anything is sealed under them.
Result<SecretBytes> make_passphrase(const std::string& path, Random& random) {
    Secret<32> raw;
    random.fill(raw.mutable_reveal());
    SecretBytes passphrase(to_bytes(codec::to_hex(raw.reveal())));
    MN_DO(write_output(path, passphrase.reveal(), Existing::refuse));
    return passphrase;
}

Result<SecretBytes> passphrase_of(const Options& options, Random& random, Terminal& terminal) {
    return options.new_passphrase_file.empty()
               ? read_passphrase(options.home, Passphrase::fresh, terminal)
               : make_passphrase(options.new_passphrase_file, random);
}

Result<int> run_init(const Options& options, Terminal& terminal) {
    if (options.home.home.empty()) {
        terminal.hint("add --home DIR, or set MEDNEXUS_HOME");
        return terminal.report_usage("no home was named", "mednexus init");
    }
    const auto role = service::parse_role(options.role);
    if (!role) {
        terminal.hint("--role is institution or compute");
        return terminal.report_usage("unknown role", "mednexus init");
    }
    SystemClock clock;
    crypto::SystemRandom random;
    MN_TRY(SecretBytes passphrase, passphrase_of(options, random, terminal));
    MN_TRY(const std::string card,
           service::init_home({.home = options.home.home,
                               .name = options.name,
                               .legal_name = options.legal_name,
                               .jurisdiction = options.jurisdiction,
                               .endpoint = options.endpoint,
                               .ontology_dir = options.ontology,
                               .passphrase = std::move(passphrase),
                               .role = *role},
                              clock,
                              random));
    json::Object object;
    object.set("card", card);
    object.set("home", options.home.home);
    object.set("name", options.name);
    terminal.result(
        std::move(object),
        fmt::format(
            "{0}: home of {1}; its card is {0}/card.note\n", options.home.home, options.name));
    return 0;
}

}  // namespace

int cmd_init(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_init);
}

}  // namespace mednexus::cli
