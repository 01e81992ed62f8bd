#include "apps/mednexus/demo/story.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "apps/mednexus/demo/words.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/service/documents.hpp"
#include "mednexus/service/records.hpp"

namespace mednexus::demo {
namespace {

constexpr std::string_view kTerms =
    "Demo terms: similar cases may be looked for and shared for clinical care.\n";

std::string card_path(const Story& story, const Institution& one) {
    return story.workplace->path("cards/" + one.facts().key + ".note");
}

/// Deposits one shelf and pairs what the command printed with the labels, line by line.
Result<std::vector<Deposit>> deposit_shelf(const Institution& one, const Shelf& shelf) {
    std::vector<std::string> words{"case", "add"};
    words.insert(words.end(), shelf.files.begin(), shelf.files.end());
    MN_TRY(const std::vector<json::Value> lines, one.operate_lines(words));
    if (lines.size() != shelf.labels.size()) {
        return fail(Kind::internal, "demo: case add: not one line per case");
    }
    std::vector<Deposit> deposits;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        MN_TRY(std::string case_id, text_at(lines[i], "case"));
        MN_TRY(std::string root, text_at(lines[i], "root"));
        deposits.push_back({shelf.labels[i], std::move(case_id), std::move(root)});
    }
    return deposits;
}

}  // namespace

Institution& Story::named(const std::string& name) {
    return *std::find_if(institutions.begin(), institutions.end(), [&](const Institution& one) {
        return one.name() == name;
    });
}

Result<void> found_institutions(Story& story) {
    story.report->begin("institutions", "Three institutions, each its own process, home and keys");
    json::Array facts;
    for (const InstitutionFacts& one : institutions_of_demo()) {
        story.report->progress("making " + one.name);
        MN_TRY(Institution made,
               Institution::found(
                   one,
                   *story.workplace,
                   story.command_line,
                   {story.daemon_program,
                    story.inputs.ontology_dir,
                    [&story](const Institution& home) { return join_chain(story, home); }}));
        MN_TRY(const service::Card card, service::parse_card(made.card()));
        const std::string vkey = crypto::write_vkey(card.log);
        story.report->line(fmt::format("{:<14} {}, {}, process {}, {}",
                                       one.name,
                                       one.legal_name,
                                       one.jurisdiction,
                                       made.pid(),
                                       made.endpoint()));
        story.report->line(fmt::format("{:<14} log key {}", "", vkey));
        json::Object fact;
        fact.set("name", one.name);
        fact.set("card", codec::to_hex_0x(card.digest.view()));
        fact.set("log_vkey", vkey);
        fact.set("endpoint", made.endpoint());
        facts.emplace_back(std::move(fact));
        story.institutions.push_back(std::move(made));
    }
    story.report->end(object_of("institutions", std::move(facts)));
    return {};
}

Result<void> exchange_cards(Story& story) {
    story.report->begin("roster", "Each records the signed cards of all others");
    std::vector<const Institution*> all{&*story.computing_node};
    for (const Institution& one : story.institutions) {
        all.push_back(&one);
    }
    std::vector<Hash32> cards;
    for (const Institution* const one : all) {
        MN_TRY(const service::Card card, service::parse_card(one->card()));
        cards.push_back(card.digest);
        for (const Institution* const other : all) {
            if (one != other) {
                MN_TRY(const json::Value added,
                       one->operate({"peer", "add", card_path(story, *other)}));
            }
        }
    }
    story.roster = codec::to_hex_0x(service::roster_hash(cards).view());
    story.report->line("roster hash " + story.roster);
    story.report->end(object_of("hash", story.roster));
    return {};
}

Result<void> agree(Story& story) {
    story.report->begin("agreement",
                        "They sign one agreement: clinical care, in the three countries");
    const auto path = [&](std::string_view name) {
        return story.workplace->path("agreement/" + std::string(name));
    };
    MN_DO(story.workplace->write("agreement/terms.txt", bytes_of(kTerms)));
    std::vector<std::string> words{"agreement",
                                   "propose",
                                   "--purpose",
                                   std::string(kPurpose),
                                   "--until",
                                   next_year(),
                                   "--terms",
                                   path("terms.txt"),
                                   "-o",
                                   path("0.note")};
    for (const Institution& one : story.institutions) {
        words.insert(words.end(), {"--party", one.name()});
        words.insert(words.end(), {"--jurisdiction", one.facts().jurisdiction});
    }
    MN_TRY(const json::Value proposed, story.north().operate(words));
    for (std::size_t i = 1; i < story.institutions.size(); ++i) {
        const std::string from = path(std::to_string(i - 1) + ".note");
        const std::string to = path(std::to_string(i) + ".note");
        MN_TRY(const json::Value is_signed,
               story.institutions[i].operate({"agreement", "sign", from, "-o", to}));
    }
    const std::string last = std::to_string(story.institutions.size() - 1) + ".note";
    for (const Institution& one : story.institutions) {
        MN_TRY(const json::Value added, one.operate({"agreement", "add", path(last)}));
    }
    MN_TRY(const std::string note, story.workplace->read("agreement/" + last));
    MN_TRY(const service::Agreement agreement, service::parse_agreement(note));
    const std::string digest = codec::to_hex_0x(agreement.digest.view());
    story.report->line(fmt::format("agreement {} between {} parties until {}",
                                   digest,
                                   agreement.parties.size(),
                                   to_rfc3339(agreement.period.until)));
    story.report->end(object_of("digest", digest));
    return {};
}

Result<void> deposit_cases(Story& story) {
    story.report->begin("deposits", "Cases are sealed, stored under their 0G root and logged");
    json::Array facts;
    for (std::size_t i = 0; i < story.institutions.size(); ++i) {
        const Institution& one = story.institutions[i];
        const Shelf& shelf = story.inputs.shelves.at(i);
        story.report->progress(
            fmt::format("{}: depositing {} cases", one.name(), shelf.labels.size()));
        MN_TRY(std::vector<Deposit> made, deposit_shelf(one, shelf));
        story.report->line(fmt::format("{:<14} {} cases", one.name(), made.size()));
        for (const Deposit& deposit : made) {
            if (made.size() <= kListedCasesMax) {
                story.report->line(fmt::format("  {:<26} root {}", deposit.label, deposit.root));
            }
            if (deposit.label == story.inputs.query_label) {
                story.query_case = deposit.case_id;
            }
            json::Object fact;
            fact.set("institution", one.name());
            fact.set("label", deposit.label);
            fact.set("case", deposit.case_id);
            fact.set("root", deposit.root);
            facts.emplace_back(std::move(fact));
        }
        story.deposits.push_back(std::move(made));
    }
    story.report->end(object_of("cases", std::move(facts)));
    return {};
}

Result<void> record_consents(Story& story) {
    story.report->begin("consents",
                        "Consents are granted on chain, except for one case of west.example");
    std::size_t granted = 0;
    for (std::size_t i = 0; i < story.institutions.size(); ++i) {
        const Institution& one = story.institutions[i];
        story.report->progress(fmt::format("{}: recording consents", one.name()));
        std::vector<std::string> words{"consent", "grant", "--purpose", std::string(kPurpose)};
        for (const Institution& other : story.institutions) {
            if (other.name() != one.name()) {
                words.insert(words.end(), {"--recipient", other.name()});
                words.insert(words.end(), {"--jurisdiction", other.facts().jurisdiction});
            }
        }
        words.insert(words.end(), {"--until", next_year()});
        for (const Deposit& deposit : story.deposits[i]) {
            if (deposit.label != story.inputs.withheld_label) {
                words.push_back(deposit.case_id);
            }
        }
        MN_TRY(const std::vector<json::Value> recorded, one.operate_lines(words));
        granted += recorded.size();
        story.report->line(fmt::format("{:<14} {} consents for {} cases",
                                       one.name(),
                                       recorded.size(),
                                       story.deposits[i].size()));
    }
    story.report->end(object_of("granted", static_cast<std::uint64_t>(granted)));
    return {};
}

}  // namespace mednexus::demo
