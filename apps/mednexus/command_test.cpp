#include "apps/mednexus/command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/testing/manual_clock.hpp"

namespace mednexus::cli {
namespace {

using ::testing::ElementsAre;

struct Parsed {
    std::string word;
    std::string text;
    std::vector<std::string> many;
    std::uint32_t number = 7;
    bool is_on = false;
};

Result<Parsed> parse(const std::vector<std::string>& words) {
    Parser parser;
    Parsed out;
    parser.word("FILE", out.word);
    parser.text("-o,--output", out.text);
    parser.texts("--party", out.many, Need::optional);
    parser.number("--top", out.number);
    parser.flag("--force", out.is_on);
    MN_DO(parser.parse(words));
    return out;
}

TEST(Parser, ReadsWordsAndOptionsInAnyOrder) {
    const auto one =
        parse({"--party", "a", "f", "-o", "x", "--party", "b", "--top", "3", "--force"});
    ASSERT_TRUE(one) << one.error().what;
    EXPECT_EQ(one->word, "f");
    EXPECT_EQ(one->text, "x");
    EXPECT_THAT(one->many, ElementsAre("a", "b"));
    EXPECT_EQ(one->number, 3U);
    EXPECT_TRUE(one->is_on);
    EXPECT_EQ(parse({"f"})->number, 7U);
    EXPECT_EQ(parse({"--output=y", "--", "--force"})->word, "--force");
}

TEST(Parser, RefusesWordsThatMakeNoSense) {
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {},
             {"f", "g"},
             {"f", "--nonsense"},
             {"f", "-o"},
             {"f", "-o", "x", "-o", "y"},
             {"f", "--top", "-1"},
             {"f", "--top", "4294967296"},
             {"f", "--top", "3x"},
             {"f", "--party"},
             {"f", "--help"},
         }) {
        const auto parsed = parse(words);
        ASSERT_FALSE(parsed) << words.size();
        EXPECT_EQ(parsed.error().kind, Kind::invalid);
        EXPECT_FALSE(parsed.error().what.empty());
    }
}

TEST(Parser, RefusesTwoWordsThatExcludeEachOther) {
    Parser parser;
    bool one = false;
    std::string other;
    parser.flag("--stdout", one);
    parser.text("-o,--output", other);
    parser.exclude("--output", "--stdout");
    EXPECT_FALSE(parser.parse(std::vector<std::string>{"--stdout", "-o", "x"}));
}

TEST(Command, IsNamedByTheSmallWordsOfItsUsage) {
    EXPECT_EQ(command_of("usage: mednexus case add [OPTIONS] FILE…\n"), "mednexus case add");
    EXPECT_EQ(command_of("usage: mednexus match (CASE | x)\n"), "mednexus match");
    EXPECT_EQ(command_of("usage: mednexus\n\nWords\n"), "mednexus");
}

TEST(Command, AnswersHelpBeforeAnythingElse) {
    const testing::ManualClock clock;
    Terminal terminal(clock);
    ::testing::internal::CaptureStdout();
    EXPECT_TRUE(
        show_usage_if_asked("usage: x\n", std::vector<std::string>{"--bad", "-h"}, terminal));
    EXPECT_FALSE(show_usage_if_asked("usage: x\n", std::vector<std::string>{"--", "-h"}, terminal));
    ASSERT_TRUE(terminal.flush());
    EXPECT_EQ(::testing::internal::GetCapturedStdout(), "usage: x\n");
}

TEST(Terminal, ReportsErrorsToPeopleAndMachines) {
    const testing::ManualClock clock;
    Terminal terminal(clock);
    terminal.set_json(true);
    terminal.hint("mednexus init");
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    EXPECT_EQ(terminal.report({Kind::denied, "case: no\x1b[2J"}), 77);
    ASSERT_TRUE(terminal.flush());
    EXPECT_EQ(::testing::internal::GetCapturedStdout(),
              "{\"error\":{\"hint\":\"mednexus init\",\"kind\":\"denied\","
              "\"what\":\"case: no\\u001b[2J\"}}\n");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(),
              "mednexus: error: case: no?[2J\nmednexus: hint: mednexus init\n");
}

TEST(Terminal, ShowsAHintOnce) {
    const testing::ManualClock clock;
    Terminal terminal(clock);
    terminal.hint("x");
    ::testing::internal::CaptureStderr();
    EXPECT_EQ(terminal.report({Kind::busy, "a"}), 75);
    EXPECT_EQ(terminal.report_usage("b", "mednexus c"), 64);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(),
              "mednexus: error: a\nmednexus: hint: x\n"
              "mednexus: error: b\nmednexus: hint: mednexus c -h\n");
}

}  // namespace
}  // namespace mednexus::cli
