#pragma once
/// What the tests of faults ask: commands and operations that must fail by a kind, say nothing else
/// and leave no result in a log. Threads: one.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/integration/stage.hpp"

namespace mednexus::integration {

/// Kinds that say something came of it; and decisions, which must rest on something.
inline constexpr std::array<const char*, 6> kResults{"match.result",
                                                     "match.answered",
                                                     "share.released",
                                                     "share.received",
                                                     "decision",
                                                     "case.deposited"};

class ZeroInvention : public testing::Test {
protected:
    void SetUp() override {
        if (!Stage::has_anvil()) {
            GTEST_SKIP() << "ZeroInvention: no anvil; npm ci --prefix contracts";
        }
        stage_ = std::make_unique<Stage>("zero_test");
        ASSERT_TRUE(stage_->is_whole());
        case_ = stage_->deposit(kNorth, 1).front();
        stage_->consent(kNorth, {case_});
        stage_->consent(kSouth, stage_->deposit(kSouth, 1));
        ASSERT_TRUE(stage_->settle());
        stage_->found_consortium();
        fresh_ = stage_->fresh_case(kNorth);
    }

    [[nodiscard]] std::vector<std::string> match() const {
        return {"match", case_, "--purpose", kPurpose, "-o", stage_->path("match.mnx")};
    }

    [[nodiscard]] std::vector<std::string> share() const {
        return {"case", "share", case_, "--to", name_of(kSouth), "--purpose", kPurpose};
    }

    [[nodiscard]] std::vector<std::string> add() const { return {"case", "add", fresh_}; }

    [[nodiscard]] std::vector<std::string> grant() const {
        auto words = Stage::grant_words(kNorth);
        words.insert(words.end(), {"--wait", "1", case_});
        return words;
    }

    static std::vector<std::string> anchor() { return {"log", "anchor", "--wait", "1"}; }

    /// What `result` says: one error object of this kind, its exit code, and nothing else.
    static void expect_typed(const demo::ChildResult& result, Kind kind) {
        EXPECT_EQ(result.exit_code, exit_code_of(kind)) << result.out << result.err;
        const json::Value said = last_line(result.out);
        const json::Value* const error =
            said.as_object() != nullptr ? said.as_object()->find("error") : nullptr;
        ASSERT_NE(error, nullptr) << result.out << result.err;
        EXPECT_EQ(text_in(*error, "kind"), name_of_kind(kind)) << result.out;
        EXPECT_FALSE(text_in(*error, "what").empty());
        EXPECT_NE(result.err.find("mednexus: error: "), std::string::npos) << result.err;
    }

    void expect_nothing_said(const demo::ChildResult& result) const {
        std::string out = result.out;
        if (const std::size_t at = out.find(case_); at != std::string::npos) {
            out.erase(at, case_.size());  // the question's own case
        }
        for (const char* word : {"\"score\"",
                                 "\"ranking\"",
                                 "\"bundle\"",
                                 "\"root\"",
                                 "\"job\"",
                                 "\"leaf\"",
                                 "\"case\"",
                                 "verified",
                                 "0x"}) {
            EXPECT_EQ(out.find(word), std::string::npos) << word << ": " << out;
        }
    }

    static std::string name_of_kind(Kind kind) { return std::string(mednexus::name_of(kind)); }

    /// The command fails so, and no log holds a result that was not there before.
    void expect_refused(const std::vector<std::string>& words, Kind kind) {
        SCOPED_TRACE(testing::PrintToString(words));
        const Census before = results();
        const auto result = stage_->run_at(kNorth, words);
        expect_typed(result, kind);
        expect_nothing_said(result);
        EXPECT_EQ(growth(before, results()), Census{});
        EXPECT_FALSE(std::filesystem::exists(stage_->path("match.mnx")));
    }

    /// The same through the operator's socket.
    void expect_refused_at_socket(const std::string& operation, json::Object arguments, Kind kind) {
        SCOPED_TRACE(operation);
        const Census before = results();
        const auto answer = stage_->ask(kNorth, operation, std::move(arguments));
        ASSERT_FALSE(answer.has_value());
        EXPECT_EQ(answer.error().kind, kind) << answer.error().what;
        EXPECT_EQ(growth(before, results()), Census{});
    }

    [[nodiscard]] json::Object about_case() const {
        json::Object out;
        out.set("case", case_);
        out.set("purpose", kPurpose);
        return out;
    }

    /// Reads of own cases rest on no chain and say nothing to others: they are left out.
    [[nodiscard]] Census results() const {
        Census out;
        for (const std::string home : {kNorth, kSouth}) {
            for (const std::string& entry : stage_->entries(home)) {
                const auto event = json::parse(entry).value_or(json::Value{});
                const std::string kind = text_in(event, "kind");
                const bool is_own_read = entry.find("\"plaintext_read\"") != std::string::npos;
                if (std::ranges::count(kResults, kind) > 0 && !is_own_read) {
                    ++out[home + " " + kind];
                }
            }
        }
        return out;
    }

    /// A chain that cannot be relied on: nothing that rests on it goes on.
    void expect_no_chain() {
        expect_refused(match(), Kind::unavailable);
        expect_refused(share(), Kind::unavailable);
        expect_refused(anchor(), Kind::unavailable);
        expect_refused_at_socket("match", about_case(), Kind::unavailable);
        json::Object to_south = about_case();
        to_south.set("to", name_of(kSouth));
        expect_refused_at_socket("case.share", to_south, Kind::unavailable);
        expect_refused_at_socket("chain.status", {}, Kind::unavailable);
        expect_refused_at_socket("log.anchor", {}, Kind::unavailable);
    }

    /// What was recorded is said, and that it does not count yet is the exit code.
    void expect_grant_waits() {
        const auto result = stage_->run_at(kNorth, grant());
        expect_typed(result, Kind::unavailable);
        EXPECT_EQ(result.out.find("\"settled\""), std::string::npos) << result.out;
    }

    /// Everything works again: the fault left nothing behind that stands in the way.
    void expect_all_well() {
        ASSERT_TRUE(stage_->settle());
        stage_->must(kNorth, match());
        stage_->must(kNorth, share());
        stage_->audit(kNorth);
        stage_->audit(kSouth);
    }

    /// Stops `home`, puts `line` in the place of its setting `key`, and starts it.
    void restart_with(const std::string& home, const std::string& key, const std::string& line) {
        stage_->stop(home);
        const std::string path = stage_->path(home + "/mednexus.toml");
        std::ifstream in(path);
        std::string text;
        for (std::string one; std::getline(in, one);) {
            text += (one.starts_with(key + " ") ? key + " = " + line : one) + "\n";
        }
        in.close();
        std::ofstream(path) << text;
        stage_->start(home);
    }

    /// `script` in a mount namespace of its own; $0 is mednexus. Exit code and output of the last
    /// command. Empty: no such namespace can be made here.
    std::optional<demo::ChildResult> in_namespace(const std::string& script) {
        if (::geteuid() != 0 ||
            demo::run_child({"/usr/bin/unshare", "-m", "/bin/true"}, {})
                    .value_or(demo::ChildResult{.exit_code = 1, .out = {}, .err = {}})
                    .exit_code != 0) {
            return std::nullopt;
        }
        return demo::run_child(
                   {"/usr/bin/unshare", "-m", "/bin/sh", "-c", script, stage_->program()}, {})
            .value();
    }

    [[nodiscard]] std::string line_of(const std::vector<std::string>& words) const {
        std::string out = "\"$0\"";
        for (const std::string& word : stage_->words_at(kNorth, words)) {
            out += " '" + word + "'";
        }
        return out;
    }

    std::unique_ptr<Stage> stage_;
    std::string case_;
    std::string fresh_;
};

}  // namespace mednexus::integration
