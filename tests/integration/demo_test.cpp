// `mednexus demo` as people run it, and what its homes look like to someone who may only read
// files.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/mednexus/demo/child.hpp"
#include "apps/mednexus/demo/story.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/crypto/hash.hpp"
#include "tests/integration/demo_story.hpp"

namespace mednexus::demo {
namespace {

namespace fs = std::filesystem;

std::string program() {
    return sibling_program("mednexus").value();
}

ChildResult run(std::vector<std::string> words) {
    words.insert(words.begin(), program());
    return run_child(words, {.time_max = std::chrono::seconds(240)}).value();
}

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

const json::Value& at(const json::Value& value, std::string_view key) {
    static const json::Value nothing;
    const json::Object* const object = value.as_object();
    const json::Value* const found = object != nullptr ? object->find(key) : nullptr;
    EXPECT_NE(found, nullptr) << "no member " << key;
    return found != nullptr ? *found : nothing;
}

std::string text(const json::Value& value) {
    return value.as_string() != nullptr ? *value.as_string() : std::string{};
}

json::Array items(const json::Value& value) {
    return value.as_array() != nullptr ? *value.as_array() : json::Array{};
}

/// The last line of what the demo printed.
json::Value summary_of(const ChildResult& result) {
    const std::string_view out(result.out);
    const std::string_view body = out.substr(0, out.find_last_not_of('\n') + 1);
    const std::size_t start = body.rfind('\n') == std::string_view::npos ? 0 : body.rfind('\n') + 1;
    auto value = json::parse(body.substr(start));
    EXPECT_TRUE(value.has_value()) << result.out << result.err;
    return value.value_or(json::Value{});
}

std::set<std::string> names_in(const fs::path& folder) {
    std::set<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        names.insert(entry.path().filename().string());
    }
    return names;
}

class DemoTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() / ("mednexus_demo_test_" + std::to_string(::getpid()));
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }

    void TearDown() override {
        if (!HasFailure()) {
            fs::remove_all(folder_);
        }
    }

    [[nodiscard]] std::string path(const std::string& name) const {
        return (folder_ / name).string();
    }

    fs::path folder_;
};

/// One run of the demo, kept, for the tests that look at what it left.
class KeptDemo : public testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = fs::temp_directory_path() / ("mednexus_demo_kept_" + std::to_string(::getpid()));
        fs::remove_all(folder_);
        result_ = run({"demo", "--dir", folder_.string(), "--keep", "--json"});
        if (result_.exit_code == 0) {
            summary_ = summary_of(result_);
        }
    }

    static void TearDownTestSuite() {
        if (!testing::UnitTest::GetInstance()->Failed()) {
            fs::remove_all(folder_);
        }
    }

    void SetUp() override { ASSERT_EQ(result_.exit_code, 0) << result_.out << result_.err; }

    static fs::path folder_;
    static ChildResult result_;
    static json::Value summary_;
};

fs::path KeptDemo::folder_;
ChildResult KeptDemo::result_;
json::Value KeptDemo::summary_;

/// The files below `folder` that hold one of `words`, as "file: word".
std::vector<std::string> places_of(const std::set<std::string>& words, const fs::path& folder) {
    std::vector<std::string> places;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
        // Blobs are ciphertexts and keys of the engine, hundreds of MiB of random words.
        const bool is_blob = entry.path().parent_path().filename() == "blobs";
        if (!entry.is_regular_file() || is_blob) {
            continue;
        }
        const std::string bytes = read(entry.path());
        for (const std::string& word : words) {
            // A short subject id such as N-001 can occur in ciphertext by chance: 2^-40 per byte.
            if (bytes.find(word) != std::string::npos) {
                places.push_back(entry.path().string() + ": " + word);
            }
        }
    }
    return places;
}

TEST_F(KeptDemo, SaysThatEveryCheckHeld) {
    EXPECT_EQ(text(at(summary_, "format")), "mednexus/demo-summary/v1");
    EXPECT_EQ(text(at(summary_, "result")), "done");
    const json::Array checks = items(at(summary_, "checks"));
    EXPECT_GE(checks.size(), 4U);
    for (const json::Value& check : checks) {
        ASSERT_NE(at(check, "holds").as_bool(), nullptr);
        EXPECT_TRUE(*at(check, "holds").as_bool()) << text(at(check, "check"));
    }
}

TEST_F(KeptDemo, FindsTheCaseOfTheSameDiseaseElsewhere) {
    const json::Array ranking = items(at(at(summary_, "match"), "ranking"));
    ASSERT_FALSE(ranking.empty());
    EXPECT_EQ(text(at(ranking[0], "institution")), "south.example");
    const json::Value& share = at(summary_, "share");
    EXPECT_TRUE(text(at(share, "disease")).starts_with("OMIM:300166 "))
        << text(at(share, "disease"));
    EXPECT_EQ(text(at(share, "query_disease")), "");
}

TEST_F(KeptDemo, CountsTheCaseWithoutConsentAndDoesNotOpenIt) {
    for (const json::Value& peer : items(at(at(summary_, "match"), "peers"))) {
        const auto counted = json::to_int64(*at(peer, "counted").as_number()).value();
        const auto permitted = json::to_int64(*at(peer, "permitted").as_number()).value();
        const bool is_west = text(at(peer, "name")) == "west.example";
        EXPECT_EQ(counted - permitted, is_west ? 1 : 0) << text(at(peer, "name"));
        EXPECT_EQ(json::to_int64(*at(peer, "not_permitted").as_number()).value(), is_west ? 1 : 0);
        EXPECT_GT(permitted, 0);
    }
}

TEST_F(KeptDemo, SaysThatScoresWereComputedUnderEncryptionAndWhatThatDoesNotShow) {
    EXPECT_TRUE(
        text(at(at(summary_, "match"), "notice")).starts_with("scores computed under encryption"));
    EXPECT_NE(result_.out.find("could read every home"), std::string::npos);
}

TEST_F(KeptDemo, ShowsTheVersionOfHpoAndItsAcknowledgement) {
    const json::Value& inputs = at(summary_, "inputs");
    EXPECT_EQ(text(at(inputs, "hpo_release")), "2025-05-06");
    EXPECT_NE(text(at(inputs, "acknowledgement")).find("Human Phenotype Ontology (version 2025"),
              std::string::npos);
}

TEST_F(KeptDemo, LeavesTheBundleWhoseHashItPrinted) {
    const std::string bundle = read(folder_ / "match.mnx");
    EXPECT_EQ(codec::to_hex_0x(crypto::sha256(bytes_of(bundle)).view()),
              text(at(at(summary_, "anchors"), "bundle")));
    EXPECT_NE(text(at(at(summary_, "anchors"), "bundle")),
              text(at(at(summary_, "match"), "bundle")))
        << "the bundle of before its anchors is another one";
}

TEST_F(KeptDemo, LeavesABundleThatAnybodyWithThePolicyCanVerify) {
    const std::string bundle = (folder_ / "match.mnx").string();
    const std::string policy = (folder_ / "trust.policy").string();
    EXPECT_EQ(run({"verify", "--trust", policy, bundle}).exit_code, 0);
    const ChildResult untrusted = run({"verify", bundle});
    EXPECT_EQ(untrusted.exit_code, 1);
    EXPECT_NE(untrusted.out.find("consistent, signers not established"), std::string::npos);
}

TEST_F(KeptDemo, LeavesABundleThatAPolicyOfAnotherRosterLogContractOrBlockRefuses) {
    const std::string policy = read(folder_ / "trust.policy");
    for (const std::string line : {"roster 0x", "anchor 0x", "trusted-block 0x"}) {
        std::string changed = policy;
        char& digit = changed.at(changed.find(line) + line.size());
        digit = digit == '0' ? '1' : '0';
        const std::string other = (folder_ / "other.policy").string();
        std::ofstream(other) << changed;
        const ChildResult said =
            run({"verify", "--trust", other, (folder_ / "match.mnx").string()});
        EXPECT_EQ(said.exit_code, 1) << line;
        EXPECT_NE(said.out.find("refused"), std::string::npos) << line << said.out;
    }
}

TEST_F(KeptDemo, RefusesAfterARevocationAndErasesWithEveryStageSaid) {
    EXPECT_NE(text(at(at(summary_, "revocation"), "denied")).find("consent.not_revoked"),
              std::string::npos);
    std::map<std::string, std::string> stages;
    for (const json::Value& one : items(at(at(summary_, "erasure"), "stages"))) {
        stages[text(at(one, "stage"))] = text(at(one, "state"));
    }
    for (const char* done : {"decisions",
                             "index",
                             "object_key",
                             "body",
                             "salts",
                             "patient_seed",
                             "consents",
                             "chain.revoke",
                             "chain.tombstone"}) {
        EXPECT_EQ(stages[done], "done") << done;
    }
    EXPECT_EQ(stages["backups"], "not reachable");
}

TEST_F(KeptDemo, DispersesEveryLogAndRebuildsOneWithoutItsInstitution) {
    const json::Array logs = items(at(at(summary_, "dispersal"), "logs"));
    ASSERT_EQ(logs.size(), 3U);
    for (const json::Value& log : logs) {
        EXPECT_EQ(items(at(log, "batches")).size(), 1U) << text(at(log, "institution"));
    }
    const json::Array batches = items(at(logs[2], "batches"));
    ASSERT_EQ(batches.size(), 1U);
    const json::Value& rebuilding = at(summary_, "rebuilding");
    EXPECT_EQ(text(at(rebuilding, "institution")), "west.example");
    EXPECT_EQ(at(rebuilding, "size"), at(batches[0], "to"));
    const fs::path rebuilt = folder_ / "rebuilt" / "west-log";
    EXPECT_EQ(run({"log", "audit", rebuilt.string()}).exit_code, 0);
    EXPECT_NE(read(rebuilt / "checkpoint").find(text(at(logs[2], "institution"))),
              std::string::npos);
    EXPECT_TRUE(fs::exists(folder_ / "homes-moved-away" / "west"));
}

TEST_F(KeptDemo, LeavesABundleThatShowsAvailability) {
    const std::string bundle = (folder_ / "match.mnx").string();
    const ChildResult said =
        run({"verify", "--trust", (folder_ / "trust.policy").string(), bundle});
    for (const char* claim : {"certified", "anchored", "complete", "trusted"}) {
        EXPECT_NE(said.out.find("proven       availability." + std::string(claim)),
                  std::string::npos)
            << said.out;
    }
    std::string changed = read(bundle);
    const std::size_t certificate = changed.find("mednexus/da-attestation/v1");
    ASSERT_NE(certificate, std::string::npos);
    const std::size_t signature = changed.find("\xe2\x80\x94 ", certificate);
    ASSERT_NE(signature, std::string::npos);
    char& letter = changed.at(signature + 40);
    letter = letter == 'A' ? 'B' : 'A';
    const std::string other = (folder_ / "logs" / "other.mnx").string();
    std::ofstream(other, std::ios::binary) << changed;
    const ChildResult refused =
        run({"verify", "--trust", (folder_ / "trust.policy").string(), other});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.out.find("contradicted availability.certified"), std::string::npos)
        << refused.out;
}

TEST_F(KeptDemo, LeavesAChainThatHoldsNothingClinicalAndNoCaseId) {
    std::set<std::string> words = clinical_words();
    for (const json::Value& one : items(at(at(summary_, "deposits"), "cases"))) {
        words.insert(text(at(one, "case")).substr(2));
        words.insert(text(at(one, "root")).substr(2));
    }
    ASSERT_TRUE(fs::exists(folder_ / "chain" / "state.json"));
    for (const std::string& place : places_of(words, folder_ / "chain")) {
        ADD_FAILURE() << place;
    }
}

TEST_F(KeptDemo, LeavesHomesThatHoldNothingClinicalInTheClear) {
    const std::set<std::string> words = clinical_words();
    ASSERT_GE(words.size(), 100U);
    for (const std::string& place : places_of(words, folder_ / "homes-moved-away")) {
        ADD_FAILURE() << place;
    }
    for (const std::string& place : places_of(words, folder_ / "logs")) {
        ADD_FAILURE() << place;
    }
    // The scan itself works: the inputs are full of these words.
    EXPECT_GE(places_of(words, folder_ / "inputs").size(), words.size());
}

TEST_F(KeptDemo, LeavesABundleThatHoldsNothingClinicalAndNoCaseId) {
    const std::string bundle = read(folder_ / "match.mnx");
    for (const std::string& word : clinical_words()) {
        EXPECT_EQ(bundle.find(word), std::string::npos) << word;
    }
    for (const json::Value& one : items(at(at(summary_, "deposits"), "cases"))) {
        const std::string id = text(at(one, "case"));
        ASSERT_EQ(id.size(), 66U);
        EXPECT_EQ(bundle.find(id.substr(2)), std::string::npos);
    }
}

TEST_F(KeptDemo, LeavesLogsThatHoldNoCaseId) {
    std::set<std::string> ids;
    for (const json::Value& one : items(at(at(summary_, "deposits"), "cases"))) {
        const Bytes raw = codec::parse_hex(text(at(one, "case"))).value();
        ids.insert(text(at(one, "case")).substr(2));
        ids.insert(std::string(text_of(raw)));
    }
    for (const std::string key : {"north", "south", "west"}) {
        for (const std::string& place :
             places_of(ids, folder_ / "homes-moved-away" / key / "log")) {
            ADD_FAILURE() << place;
        }
    }
}

/// Two stored words that are equal would join two consents. (What else is common to two consents,
/// in calldata and events too, is looked at in node_unlinkable_test.)
TEST_F(KeptDemo, LeavesConsentsOnChainOfWhichNoTwoShareAStoredWord) {
    const auto deployment = json::parse(read(folder_ / "chain" / "chain.json"));
    const auto state = json::parse(read(folder_ / "chain" / "state.json"),
                                   {.size_bytes_max = 256U << 20U, .values_max = 8U << 20U});
    ASSERT_TRUE(deployment && state);
    const std::string contract = text(at(*deployment, "consents"));
    const json::Value& storage = at(at(at(*state, "accounts"), contract), "storage");
    ASSERT_NE(storage.as_object(), nullptr);
    std::set<std::string> words;
    for (const auto& [slot, word] : storage.as_object()->members()) {
        EXPECT_TRUE(words.insert(text(word)).second) << slot << " " << text(word);
    }
    const std::size_t consents = 17;
    EXPECT_GE(words.size(), 2 * consents) << "a commitment and a state for each";
}

TEST_F(DemoTest, WithoutKeepLeavesTheOutcomeAndNothingElse) {
    const ChildResult result = run({"demo", "--dir", path("three")});
    ASSERT_EQ(result.exit_code, 0) << result.out << result.err;
    EXPECT_EQ(names_in(path("three")), (std::set<std::string>{"match.mnx", "trust.policy"}));
    EXPECT_NE(result.out.find("What one machine under one operator cannot show"),
              std::string::npos);
}

TEST_F(DemoTest, TakesNoFolderThatHoldsSomething) {
    std::ofstream(path("file")) << "x";
    const ChildResult result = run({"demo", "--dir", folder_.string()});
    EXPECT_EQ(result.exit_code, 65);
    EXPECT_EQ(names_in(folder_), std::set<std::string>{"file"});
}

TEST_F(DemoTest, WithDataThatIsNotThereFailsBeforeAnythingIsMade) {
    const ChildResult result = run({"demo", "--dir", path("three"), "--data", path("nothing")});
    EXPECT_EQ(result.exit_code, 66);
    EXPECT_TRUE(names_in(path("three") + "/homes").empty());
}

/// Processes whose command line holds `word`.
std::size_t processes_with(const std::string& word) {
    std::size_t count = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
        const std::string id = entry.path().filename().string();
        if (id.find_first_not_of("0123456789") == std::string::npos &&
            id != std::to_string(::getpid()) &&
            read(entry.path() / "cmdline").find(word) != std::string::npos) {
            ++count;
        }
    }
    return count;
}

TEST_F(DemoTest, WhenInterruptedLeavesNoProcessAndNoHome) {
    const std::string folder = path("three");
    const std::string self = program();
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::close(STDOUT_FILENO);
        ::execl(self.c_str(), self.c_str(), "demo", "--dir", folder.c_str(), nullptr);
        ::_exit(127);
    }
    for (int i = 0; i < 600 && !fs::exists(folder + "/cards/south.note"); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_GE(processes_with(folder), 2U);
    ::kill(pid, SIGINT);
    int status = 0;
    ::waitpid(pid, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    EXPECT_EQ(processes_with(folder), 0U);
    EXPECT_FALSE(fs::exists(folder + "/homes"));
}

TEST_F(DemoTest, WhenKilledLeavesNoProcess) {
    const std::string folder = path("three");
    const std::string self = program();
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::close(STDOUT_FILENO);
        ::execl(self.c_str(), self.c_str(), "demo", "--dir", folder.c_str(), nullptr);
        ::_exit(127);
    }
    for (int i = 0; i < 600 && !fs::exists(folder + "/cards/south.note"); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    for (int i = 0; i < 300 && processes_with(folder) != 0; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_EQ(processes_with(folder), 0U);
}

TEST_F(DemoTest, WithOneInstitutionAwayAMatchIsUnavailableAndShowsNoScore) {
    FoundedDemo demo(path("three"));
    ASSERT_TRUE(demo.is_whole());
    Story& story = demo.story();
    const std::vector<std::string> words{"match",
                                         story.query_case,
                                         "--purpose",
                                         "DUO:0000043",
                                         "-o",
                                         demo.path("match.mnx"),
                                         "--json"};
    ASSERT_TRUE(story.named("south.example").stop().has_value());
    const auto result = story.north().operate_raw(words);
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->exit_code, 69) << result->out << result->err;
    EXPECT_EQ(result->out.find("score\":"), std::string::npos) << result->out;
    EXPECT_FALSE(fs::exists(demo.path("match.mnx")));
}

TEST_F(DemoTest, WithPublishedCasesEveryCheckHolds) {
    const char* set = std::getenv("MEDNEXUS_DATA");  // NOLINT(concurrency-mt-unsafe): one thread
    const std::string data = set != nullptr ? set : MEDNEXUS_SOURCE_DIR "/../shared/data";
    if (!fs::exists(data + "/phenopackets/cases_dev.jsonl")) {
        GTEST_SKIP() << "DemoTest.WithPublishedCasesEveryCheckHolds: no " << data;
    }
    const ChildResult result = run({"demo", "--dir", path("three"), "--json", "--data", data});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const json::Value summary = summary_of(result);
    for (const json::Value& check : items(at(summary, "checks"))) {
        EXPECT_TRUE(*at(check, "holds").as_bool()) << text(at(check, "check"));
    }
    EXPECT_EQ(items(at(at(summary, "deposits"), "cases")).size(), 360U);
}

}  // namespace
}  // namespace mednexus::demo
