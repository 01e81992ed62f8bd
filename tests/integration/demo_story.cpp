#include "tests/integration/demo_story.hpp"

#include <array>

#include <gtest/gtest.h>

#include "apps/mednexus/demo/embedded.hpp"
#include "mednexus/codec/json.hpp"

namespace mednexus::demo {

namespace {

constexpr std::array kSteps{raise_chain,
                            found_institutions,
                            found_computing_node,
                            exchange_cards,
                            agree,
                            deposit_cases,
                            record_consents,
                            found_consortium,
                            write_indexes};

std::string text_in(const json::Value& value, std::string_view key) {
    const auto text = json::Reader(value, "case").string(key);
    EXPECT_TRUE(text.has_value()) << key;
    return text.value_or("");
}

void add_term(const json::Value& term, std::set<std::string>& words) {
    words.insert(text_in(term, "id"));
    words.insert(text_in(term, "label"));
}

/// The terms that the items of a list hold under `key`.
void add_terms(const json::Value& packet,
               std::string_view list,
               std::string_view key,
               std::set<std::string>& words) {
    const json::Value* const found = packet.as_object()->find(list);
    for (const json::Value& one : found != nullptr ? *found->as_array() : json::Array{}) {
        add_term(*one.as_object()->find(key), words);
    }
}

}  // namespace

FoundedDemo::FoundedDemo(const std::string& folder)
    : workplace_(Workplace::make(folder).value()),
      report_(Form::json),
      story_{.workplace = &workplace_,
             .report = &report_,
             .command_line = CommandLine(sibling_program("mednexus").value(), workplace_),
             .daemon_program = sibling_program("mednexusd").value(),
             .inputs = write_teaching_inputs(workplace_).value()} {
    for (const auto step : kSteps) {
        const auto done = step(story_);
        EXPECT_TRUE(done.has_value()) << done.error().what;
        if (!done) {
            return;
        }
    }
    EXPECT_FALSE(story_.query_case.empty());
    is_whole_ = true;  // NOLINT(cppcoreguidelines-prefer-member-initializer): every step was done
}

std::set<std::string> clinical_words() {
    std::set<std::string> words;
    for (const EmbeddedFile& file : demo_files()) {
        if (!file.path.starts_with("cases/")) {
            continue;
        }
        const auto packet = json::parse(text_of(file.bytes)).value();
        words.insert(text_in(*packet.as_object()->find("subject"), "id"));
        words.insert(text_in(packet, "id"));
        add_terms(packet, "phenotypicFeatures", "type", words);
        add_terms(packet, "diseases", "term", words);
    }
    return words;
}

}  // namespace mednexus::demo
