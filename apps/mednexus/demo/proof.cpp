// Steps that need nothing but the bundle and a trust policy.
#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "apps/mednexus/demo/story.hpp"
#include "apps/mednexus/demo/words.hpp"
#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/service/documents.hpp"

namespace mednexus::demo {
namespace {

/// What `mednexus verify` says to one question.
struct Verdict {
    int exit_code = 0;
    std::string words;  ///< e.g. "every claim is proven (15 claims proven)"
};

/// Reads what people read: a line "status claim: detail" for each claim, and last "FILE: verdict".
std::string words_of(const ChildResult& result) {
    std::size_t proven = 0;
    std::string contradicted;
    std::string_view last;
    for (std::string_view rest = result.out; !rest.empty();) {
        last = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), last.size() + 1));
        proven += last.starts_with("proven ") ? 1U : 0U;
        if (last.starts_with("contradicted ")) {
            const std::string_view claim = last.substr(last.find_first_not_of(' ', 12));
            contradicted += " " + std::string(claim.substr(0, claim.find(':')));
        }
    }
    const std::size_t colon = last.rfind(": ");
    if (colon == std::string_view::npos) {
        return error_of(result).what;
    }
    return fmt::format("{} ({} claims proven{}{})",
                       last.substr(colon + 2),
                       proven,
                       contradicted.empty() ? "" : ", contradicted:",
                       contradicted);
}

Result<Verdict> verify(const Story& story, std::vector<std::string> words) {
    words.insert(words.begin(), "verify");
    const Network network = can_cut_network() ? Network::cut : Network::shared;
    MN_TRY(const ChildResult result, story.command_line.raw(words, network));
    return Verdict{result.exit_code, words_of(result)};
}

/// The place of the last digit of the first score of the bundle's result: a claim worth forging.
Result<std::size_t> place_of_a_score(const std::string& bundle) {
    constexpr std::string_view kScore = "\"score\":";
    const std::size_t ranking = bundle.rfind("\"ranking\":");
    const std::size_t score = ranking == std::string::npos ? ranking : bundle.find(kScore, ranking);
    if (score == std::string::npos) {
        return fail(Kind::internal, "demo: the bundle shows no score");
    }
    return bundle.find_first_of(",}", score + kScore.size()) - 1;
}

Result<void> expect(Story& story,
                    const std::string& question,
                    const std::vector<std::string>& words,
                    bool (*is_expected)(int exit_code)) {
    MN_TRY(const Verdict verdict, verify(story, words));
    const bool holds = is_expected(verdict.exit_code);
    const std::string found = fmt::format("{}accepted, exit {}: {}",
                                          verdict.exit_code == 0 ? "" : "not ",
                                          verdict.exit_code,
                                          verdict.words);
    story.report->check(question, found, holds);
    story.report->line(fmt::format("{:<28} {}", question, found));
    if (!holds) {
        return fail(Kind::internal, "demo: verify, " + question + ": " + found);
    }
    return {};
}

bool is_accepted(int exit_code) {
    return exit_code == 0;
}

bool is_no(int exit_code) {
    return exit_code == kExitVerificationSaysNo;
}

bool is_no_or_unreadable(int exit_code) {
    return is_no(exit_code) || exit_code == exit_code_of(Kind::invalid);
}

}  // namespace

Result<void> write_trust_policy(Story& story) {
    story.report->begin("trust", "An auditor writes down whom to believe: cards, and one block");
    std::string policy = "# whose logs count, and the roster that they make up\n";
    std::vector<const Institution*> all{&*story.computing_node};
    for (const Institution& one : story.institutions) {
        all.push_back(&one);
    }
    for (const Institution* const one : all) {
        MN_TRY(const service::Card card, service::parse_card(one->card()));
        policy += "log " + crypto::write_vkey(card.log) + "\n";
    }
    policy += "quorum none\nroster " + story.roster + "\n";
    policy += "# which chain counts, and one block of it\n";
    policy += "chain-id " + story.chain_id + "\nanchor " + story.anchor_contract +
              "\ntrusted-block " + story.trusted_block + "\n";
    policy += "# and the logs must be held by others too\navailability crash-only\n";
    MN_DO(story.workplace->write("trust.policy", bytes_of(policy)));
    story.report->line(story.workplace->path("trust.policy") +
                       ": four log keys, one roster hash, one block of the chain, availability");
    story.report->end(object_of("policy", policy));
    return {};
}

Result<void> stop_and_hide_homes(Story& story) {
    story.report->begin("away", "All processes end, the chain too, and the homes are moved away");
    for (Institution& one : story.institutions) {
        MN_DO(one.stop());
    }
    MN_DO(story.computing_node->stop());
    story.chain.reset();  // anvil ends by the signal, and says so
    MN_DO(story.workplace->rename("homes", "homes-moved-away"));
    const bool is_cut = can_cut_network();
    story.report->line(fmt::format(
        "{} exists: {}; network of the verifier: {}",
        story.workplace->path("homes"),
        story.workplace->exists("homes") ? "yes" : "no",
        is_cut ? "none (a namespace of its own)" : "not cut (no namespaces here), nobody listens"));
    story.report->end(object_of("network_cut", is_cut));
    return {};
}

Result<void> verify_offline(Story& story) {
    story.report->begin("verified", "mednexus verify --trust trust.policy match.mnx");
    MN_DO(expect(
        story,
        "with the trust policy",
        {"--trust", story.workplace->path("trust.policy"), story.workplace->path("match.mnx")},
        is_accepted));
    story.report->end({});
    return {};
}

Result<void> refuse_what_is_not_proven(Story& story) {
    story.report->begin("refused", "What the same command does not accept");
    const std::string trust = story.workplace->path("trust.policy");
    MN_DO(expect(story, "without a trust policy", {story.workplace->path("match.mnx")}, is_no));
    MN_TRY(std::string forged, story.workplace->read("match.mnx"));
    MN_TRY(const std::size_t place, place_of_a_score(forged));
    forged[place] = static_cast<char>(forged[place] ^ 1);
    MN_DO(story.workplace->write("logs/forged.mnx", bytes_of(forged)));
    MN_DO(expect(story,
                 "one bit of a score flipped",
                 {"--trust", trust, story.workplace->path("logs/forged.mnx")},
                 is_no_or_unreadable));
    story.report->end({});
    return {};
}

}  // namespace mednexus::demo
