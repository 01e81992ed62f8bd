#include "mednexus/service/bundle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/bundle_story.hpp"
#include "mednexus/service/verify.hpp"

namespace mednexus::service {
namespace {

using internal::Story;
using internal::StoryOptions;

std::string small_bundle() {
    return Story({.names = {"a", "b"}, .slots_each = 1, .bends = {}}).bundle();
}

/// The JSON of a bundle with one change.
std::string changed(const std::function<void(json::Object&)>& change) {
    json::Value value = *json::parse(small_bundle());
    change(*value.as_object());
    return json::write_canonical(value);
}

void expect_not_a_bundle(const std::string& text, std::string_view rule) {
    const auto bundle = parse_bundle(text);
    ASSERT_FALSE(bundle);
    EXPECT_EQ(bundle.error().kind, Kind::invalid);
    EXPECT_THAT(bundle.error().what, ::testing::HasSubstr(std::string(rule)));
}

TEST(Bundle, ReadsBackWhatItWrote) {
    const auto bundle = parse_bundle(small_bundle());
    ASSERT_TRUE(bundle) << bundle.error().what;
    EXPECT_EQ(bundle->parts.cards.size(), 3U);
    EXPECT_EQ(bundle->parts.answers.size(), 1U);
    EXPECT_EQ(bundle->parts.evidence.size(), 3U);
    EXPECT_EQ(bundle->parts.indexes.size(), 2U);
    EXPECT_EQ(bundle->parts.result.ranking.size(), 1U);
}

TEST(Bundle, RefusesTextThatIsNotCanonical) {
    const std::string good = small_bundle();
    expect_not_a_bundle(good + "\n", "not canonical");
    expect_not_a_bundle(" " + good, "not canonical");
    expect_not_a_bundle(json::write_pretty(*json::parse(good)), "not canonical");
    expect_not_a_bundle("\xef\xbb\xbf" + good, "not canonical");
}

TEST(Bundle, RefusesMembersThatAreUnknownMissingOrOfAnotherType) {
    expect_not_a_bundle(changed([](json::Object& o) { o.set("more", 1); }), "more");
    expect_not_a_bundle(changed([](json::Object& o) { o.set("format", "mednexus/bundle/v1"); }),
                        "format");
    expect_not_a_bundle(changed([](json::Object& o) { o.set("manifest", 7); }), "manifest");
    expect_not_a_bundle(changed([](json::Object& o) { o.set("parts", json::Array()); }), "parts");
    expect_not_a_bundle("{}", "format");
    expect_not_a_bundle("[]", "");
    expect_not_a_bundle("", "");
    const auto with_parts = [](const std::function<void(json::Object&)>& change) {
        return changed([&](json::Object& bundle) {
            json::Object parts = *bundle.find("parts")->as_object();
            change(parts);
            bundle.set("parts", parts);
        });
    };
    expect_not_a_bundle(with_parts([](json::Object& o) { o.set("more", 1); }), "more");
    expect_not_a_bundle(with_parts([](json::Object& o) { o.set("cards", json::Array()); }),
                        "cards");
    expect_not_a_bundle(with_parts([](json::Object& o) { o.set("evidence", json::Array()); }),
                        "evidence");
    expect_not_a_bundle(with_parts([](json::Object& o) { o.set("indexes", json::Array()); }),
                        "indexes");
    expect_not_a_bundle(with_parts([](json::Object& o) { o.set("keys", 7); }), "keys");
    expect_not_a_bundle(with_parts([](json::Object& o) { o.set("result", json::Object()); }),
                        "result");
    expect_not_a_bundle(with_parts([](json::Object& o) {
                            json::Array twice = *o.find("answers")->as_array();
                            twice.push_back(twice.front());
                            o.set("answers", twice);
                        }),
                        "not sorted");
}

TEST(Bundle, RefusesEveryTruncation) {
    const std::string good = small_bundle();
    for (std::size_t size = 0; size < good.size(); size += 7) {
        EXPECT_FALSE(parse_bundle(std::string_view(good).substr(0, size))) << size;
    }
}

TEST(Bundle, RefusesToBeMadeOfPartsThatAreNoNotes) {
    Story story({});
    const BundleParts good = story.tell();
    for (std::string BundleParts::*const part : {&BundleParts::consortium,
                                                 &BundleParts::keys,
                                                 &BundleParts::outputs,
                                                 &BundleParts::request}) {
        BundleParts parts = good;
        parts.*part = "no note";
        EXPECT_FALSE(make_bundle(parts, story.log_signer("east.example")));
    }
}

/// Must show of issue 2: a flip at every byte is refused, and the reason is said.
TEST(Bundle, IsRefusedWithAReasonAfterAnyChangeOfAnyByte) {
    Story story({.names = {"a", "b"}, .slots_each = 1, .bends = {}});
    const std::string good = story.bundle();
    const auto policy = ledger::parse_trust_policy(story.policy_text());
    ASSERT_TRUE(policy);
    ASSERT_EQ(verify_bundle(good, *policy)->verdict, VerificationVerdict::accepted);
    for (std::size_t at = 0; at < good.size(); ++at) {
        const auto old = static_cast<unsigned char>(good[at]);
        const int printable = old == 'a' ? 'b' : 'a';
        for (const int other : {old ^ 0x01, old ^ 0x80, printable}) {
            std::string bad = good;
            bad[at] = static_cast<char>(other);
            const auto report = verify_bundle(bad, *policy);
            if (!report) {
                EXPECT_FALSE(report.error().what.empty());
                continue;
            }
            EXPECT_EQ(report->verdict, VerificationVerdict::refused) << "byte " << at;
            EXPECT_GT(words_of(*report).size(), std::string_view("refused: ").size());
        }
    }
}

TEST(Bundle, IsNotEvenConsistentAfterAChangeWithoutAPolicy) {
    const std::string good = small_bundle();
    for (std::size_t at = 0; at < good.size(); at += 3) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x01);
        const auto report = verify_bundle(bad, std::nullopt);
        EXPECT_TRUE(!report || report->verdict == VerificationVerdict::refused) << at;
    }
}

}  // namespace
}  // namespace mednexus::service
