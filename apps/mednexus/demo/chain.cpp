// The chain of the demo, and the steps that happen on it.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "apps/mednexus/demo/story.hpp"
#include "apps/mednexus/demo/words.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/crypto/system_random.hpp"
#include "mednexus/service/documents.hpp"

namespace mednexus::demo {
namespace {

constexpr std::chrono::seconds kChainReadyMax{60};
constexpr std::string_view kAccreditorPassphrase = "passphrases/accreditor/passphrase";

/// The accreditor is nobody's institution: the demo plays it, and draws its passphrase.
Result<void> write_accreditor_passphrase(const Story& story) {
    crypto::SystemRandom random;
    const std::string drawn = codec::to_hex(random_id<Hash32>(random).view()) + "\n";
    return story.workplace->write(kAccreditorPassphrase, bytes_of(drawn));
}

Result<void> read_deployment(Story& story) {
    MN_TRY(const json::Value deployed,
           story.command_line.one({"chain",
                                   "deploy",
                                   "--dir",
                                   story.workplace->path("chain"),
                                   "--passphrase-file",
                                   story.workplace->path(kAccreditorPassphrase)}));
    json::Reader reader(deployed, "chain deploy");
    MN_TRY(const std::int64_t chain_id, reader.integer("chain_id"));
    MN_TRY(const json::Value* const contracts, reader.object("contracts"));
    story.chain_id = std::to_string(chain_id);
    for (const auto& [name, address] : contracts->as_object()->members()) {
        const std::string text = address.as_string() != nullptr ? *address.as_string() : "";
        story.report->line(fmt::format("{:<22} {}", name, text));
        if (name == "AnchorRegistry") {
            story.anchor_contract = text;
        }
    }
    if (story.anchor_contract.empty()) {
        return fail(Kind::internal, "demo: chain deploy: no AnchorRegistry");
    }
    return {};
}

/// A case of this institution with a consent, that is not the one kept without.
Result<Deposit> consented_case(const Story& story, std::size_t institution) {
    const auto& deposits = story.deposits.at(institution);
    const auto found = std::find_if(deposits.begin(), deposits.end(), [&](const Deposit& one) {
        return one.label != story.inputs.withheld_label && one.case_id != story.query_case;
    });
    if (found == deposits.end()) {
        return fail(Kind::internal, "demo: no case with a consent");
    }
    return *found;
}

}  // namespace

Result<void> raise_chain(Story& story) {
    story.report->begin("chain", "A chain of this machine, and the four contracts on it");
    story.report->progress("starting anvil");
    const std::string folder = story.workplace->path("chain");
    MN_DO(write_accreditor_passphrase(story));
    MN_TRY(const std::string program, sibling_program("mednexus"));
    // Without --json, which would print an error too, and so look ready.
    auto chain = Daemon::start({program, "chain", "up", "--foreground", "--dir", folder},
                               {.log_path = story.workplace->path("logs/chain.log"),
                                .ready_max = kChainReadyMax,
                                .ready_by = ReadyBy::output});
    if (!chain) {
        return fail(Kind::unavailable,
                    chain.error().what + ": is anvil there? ./run demo installs it; see " +
                        story.workplace->path("logs/chain.log"));
    }
    story.chain.emplace(std::move(*chain));
    MN_TRY(std::string rpc, story.workplace->read("chain/chain-rpc"));
    story.chain_rpc = rpc.substr(0, rpc.find('\n'));
    MN_DO(read_deployment(story));
    story.report->line(fmt::format("chain {} at {}, process {}, a block every second",
                                   story.chain_id,
                                   story.chain_rpc,
                                   story.chain->pid()));
    json::Object facts;
    facts.set("chain_id", story.chain_id);
    facts.set("rpc", story.chain_rpc);
    facts.set("anchors", story.anchor_contract);
    story.report->end(std::move(facts));
    return {};
}

Result<void> join_chain(const Story& story, const Institution& made) {
    MN_TRY(const service::Card card, service::parse_card(made.card()));
    const std::string card_file = "cards/" + made.facts().key + ".note";
    MN_DO(story.workplace->write(card_file, bytes_of(made.card())));
    MN_TRY(const json::Value accredited,
           story.command_line.one({"chain",
                                   "accredit",
                                   story.workplace->path(card_file),
                                   "--account",
                                   codec::to_hex_0x(card.account.view()),
                                   "--dir",
                                   story.workplace->path("chain"),
                                   "--passphrase-file",
                                   story.workplace->path(kAccreditorPassphrase)}));
    MN_TRY(const json::Value joined,
           made.operate({"chain",
                         "join",
                         "--rpc",
                         story.chain_rpc,
                         story.workplace->path("chain/chain.json")}));
    return {};
}

Result<void> anchor_logs(Story& story) {
    story.report->begin("anchors",
                        "Each log is anchored on chain, and the bundle carries the proof");
    story.report->progress("waiting for anchors");
    MN_TRY(const json::Value answer, story.north().operate({"log", "anchor", "--job", story.job}));
    json::Reader reader(answer, "log anchor");
    MN_TRY(const json::Array* const anchors, reader.array("anchors"));
    MN_TRY(const json::Value* const block, reader.object("block"));
    for (const json::Value& one : *anchors) {
        json::Reader anchor(one, "anchors");
        MN_TRY(const std::string institution, anchor.string("institution"));
        MN_TRY(const std::int64_t number, anchor.integer("block"));
        MN_TRY(const std::int64_t size, anchor.integer("size"));
        story.report->line(fmt::format("{:<14} {} entries in block {}", institution, size, number));
    }
    MN_TRY(story.trusted_block, text_at(*block, "hash"));
    MN_TRY(const std::string bundle,
           story.workplace->read("homes/north/bundles/" + story.job + ".mnx"));
    MN_DO(story.workplace->write("match.mnx", bytes_of(bundle)));
    const std::string digest = codec::to_hex_0x(crypto::sha256(bytes_of(bundle)).view());
    story.report->line(
        fmt::format("bundle match.mnx, made anew: {} bytes, SHA-256 {}", bundle.size(), digest));
    json::Object facts;
    facts.set("anchors", *anchors);
    facts.set("block", *block);
    facts.set("bundle", digest);
    story.report->end(std::move(facts));
    return {};
}

Result<void> refuse_after_revocation(Story& story) {
    Institution& south = story.institutions.at(1);
    story.report->begin("revocation",
                        "A patient of south.example takes her consent back; the next request is "
                        "refused");
    MN_TRY(const Deposit revoked, consented_case(story, 1));
    MN_TRY(const json::Value taken_back,
           south.operate({"consent", "revoke", revoked.case_id, "--wait", "60"}));
    MN_TRY(const ChildResult result,
           south.operate_raw({"case",
                              "share",
                              revoked.case_id,
                              "--to",
                              story.north().name(),
                              "--purpose",
                              std::string(kPurpose),
                              "--json"}));
    const Error error = error_of(result);
    const bool is_denied = result.exit_code == exit_code_of(Kind::denied) &&
                           error.what.find("consent.not_revoked") != std::string::npos;
    story.report->check("share after revocation", error.what, is_denied);
    if (!is_denied) {
        return fail(Kind::internal, "demo: case share after a revocation: " + error.what);
    }
    story.report->line(fmt::format("exit {}: {}", result.exit_code, error.what));
    story.report->end(object_of("denied", error.what));
    return {};
}

Result<void> erase_a_case(Story& story) {
    Institution& west = story.institutions.at(2);
    story.report->begin("erasure", "west.example erases a case: keys and salts are destroyed");
    MN_TRY(const Deposit erased, consented_case(story, 2));
    MN_TRY(const json::Value report,
           west.operate({"case", "erase", erased.case_id, "--wait", "60"}));
    json::Reader reader(report, "case erase");
    MN_TRY(const json::Array* const stages, reader.array("stages"));
    for (const json::Value& one : *stages) {
        MN_TRY(const std::string stage, text_at(one, "stage"));
        MN_TRY(const std::string state, text_at(one, "state"));
        story.report->line(fmt::format("{:<18} {}", stage, state));
    }
    MN_TRY(const ChildResult shown,
           west.operate_raw({"case", "show", erased.case_id, "--stdout", "--json"}));
    const bool is_gone = shown.exit_code == exit_code_of(Kind::not_found);
    story.report->check("an erased case", error_of(shown).what, is_gone);
    if (!is_gone) {
        return fail(Kind::internal, "demo: an erased case is still shown");
    }
    story.report->end(object_of("stages", *stages));
    return {};
}

}  // namespace mednexus::demo
