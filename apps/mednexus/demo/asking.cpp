// Steps in which one institution asks the others.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "apps/mednexus/demo/story.hpp"
#include "apps/mednexus/demo/words.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::demo {
namespace {

Result<Hit> read_hit(const json::Value& value) {
    json::Reader reader(value, "ranking");
    Hit hit;
    MN_TRY(hit.institution, reader.string("institution"));
    MN_TRY(hit.handle, reader.string("handle"));
    MN_TRY(hit.score, reader.integer("score"));
    return hit;
}

/// "south.example  7 cases in its index, 0 not permitted"
Result<std::string> peer_line(const json::Value& value) {
    json::Reader reader(value, "peers");
    MN_TRY(const std::string name, reader.string("name"));
    MN_TRY(const std::int64_t counted, reader.integer("counted"));
    MN_TRY(const std::int64_t not_permitted, reader.integer("not_permitted"));
    return fmt::format(
        "{:<14} decided on {} cases, not permitted {}: those have no number anywhere",
        name,
        counted,
        not_permitted);
}

/// "OMIM:300166 Microphthalmia, syndromic 2" of a phenopacket; empty without a disease.
std::string disease_of(const json::Value& phenopacket) {
    json::Reader reader(phenopacket, "phenopacket");
    const auto diseases = reader.array("diseases");
    if (!diseases || (*diseases)->empty()) {
        return {};
    }
    json::Reader disease((**diseases)[0], "disease");
    const auto term = disease.object("term");
    if (!term) {
        return {};
    }
    const auto id = text_at(**term, "id");
    const auto label = text_at(**term, "label");
    return id ? *id + " " + label.value_or("") : std::string{};
}

/// The disease of a case as `case show` prints it to its reader.
Result<std::string> disease_shown(const Institution& reader_of, const std::string& case_id) {
    MN_TRY(const json::Value shown, reader_of.operate({"case", "show", case_id, "--stdout"}));
    json::Reader reader(shown, "case show");
    MN_TRY(const json::Value* const phenopacket, reader.object("phenopacket"));
    return disease_of(*phenopacket);
}

}  // namespace

Result<void> match(Story& story) {
    story.report->begin(
        "match",
        fmt::format("north.example looks for cases like \"{}\"", story.inputs.query_label));
    story.report->progress("matching under encryption");
    MN_TRY(const json::Value answer,
           story.north().operate({"match",
                                  story.query_case,
                                  "--purpose",
                                  std::string(kPurpose),
                                  "-o",
                                  story.workplace->path("logs/unanchored.mnx")}));
    json::Reader reader(answer, "match");
    MN_TRY(story.job, reader.string("job"));
    MN_TRY(const std::string notice, reader.string("notice"));
    MN_TRY(const json::Array* const ranking, reader.array("ranking"));
    MN_TRY(const json::Array* const peers, reader.array("peers"));
    story.report->line("job " + story.job);
    for (const json::Value& peer : *peers) {
        MN_TRY(const std::string line, peer_line(peer));
        story.report->line(line);
    }
    for (const json::Value& one : *ranking) {
        MN_TRY(Hit hit, read_hit(one));
        story.ranking.push_back(std::move(hit));
        if (story.ranking.size() <= kRankingLines) {
            const Hit& listed = story.ranking.back();
            story.report->line(fmt::format("{:>2}. score {:>6}  {:<14} case known as {}",
                                           story.ranking.size(),
                                           listed.score,
                                           listed.institution,
                                           listed.handle));
        }
    }
    if (story.ranking.empty()) {
        return fail(Kind::internal, "demo: match: nothing was found");
    }
    MN_TRY(const std::string bundle, story.workplace->read("logs/unanchored.mnx"));
    const std::string digest = codec::to_hex_0x(crypto::sha256(bytes_of(bundle)).view());
    story.report->line(fmt::format("bundle, {} bytes, SHA-256 {}", bundle.size(), digest));
    story.report->line(notice);
    json::Object facts;
    facts.set("job", story.job);
    facts.set("notice", notice);
    facts.set("ranking", *ranking);
    facts.set("peers", *peers);
    facts.set("bundle", digest);
    facts.set("query", story.inputs.query_label);
    story.report->end(std::move(facts));
    return {};
}

Result<void> refuse_without_consent(Story& story) {
    Institution& west = story.institutions.at(2);
    story.report->begin("denial",
                        "west.example is asked for the case without consent, and may not");
    const auto& deposits = story.deposits.at(2);
    const auto withheld = std::find_if(deposits.begin(), deposits.end(), [&](const Deposit& one) {
        return one.label == story.inputs.withheld_label;
    });
    if (withheld == deposits.end()) {
        return fail(Kind::internal, "demo: the case without consent was not deposited");
    }
    MN_TRY(const ChildResult result,
           west.operate_raw({"case",
                             "share",
                             withheld->case_id,
                             "--to",
                             story.north().name(),
                             "--purpose",
                             std::string(kPurpose),
                             "--json"}));
    const Error error = error_of(result);
    const bool is_denied = result.exit_code == exit_code_of(Kind::denied);
    story.report->check("share without consent", error.what, is_denied);
    if (!is_denied) {
        return fail(Kind::internal,
                    "demo: case share without consent: exit " + std::to_string(result.exit_code));
    }
    story.report->line(fmt::format("exit {}: {}", result.exit_code, error.what));
    story.report->end(object_of("denied", error.what));
    return {};
}

Result<void> share_best_hit(Story& story) {
    const Hit& best = story.ranking.front();
    Institution& owner = story.named(best.institution);
    story.report->begin("share",
                        fmt::format("{} shares the best hit: its key is sealed for north.example "
                                    "too, the object stays as it is",
                                    owner.name()));
    MN_TRY(const json::Value shared,
           owner.operate({"case",
                          "share",
                          "--job",
                          story.job,
                          "--handle",
                          best.handle,
                          "--to",
                          story.north().name(),
                          "--purpose",
                          std::string(kPurpose)}));
    MN_TRY(const std::string case_id, text_at(shared, "case"));
    MN_TRY(const std::string root, text_at(shared, "root"));
    MN_TRY(const std::string disease, disease_shown(story.north(), case_id));
    MN_TRY(const std::string own, disease_shown(story.north(), story.query_case));
    story.report->line("sealed object " + root);
    story.report->line("north.example opens it: " + (disease.empty() ? "no disease" : disease));
    story.report->line("its own case:           " + (own.empty() ? "no diagnosis yet" : own));
    if (!own.empty()) {
        story.report->line(own == disease ? "the same disease" : "another disease");
    }
    json::Object facts;
    facts.set("owner", owner.name());
    facts.set("root", root);
    facts.set("disease", disease);
    facts.set("query_disease", own);
    story.report->end(std::move(facts));
    return {};
}

}  // namespace mednexus::demo
