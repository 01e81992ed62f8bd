/// Nothing is invented: with something missing or false, every command ends with a typed error, its
/// exit code, no result on standard output, and no result in a log.
#include "tests/integration/zero_invention.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <gtest/gtest.h>

#include "mednexus/crypto/system_random.hpp"
#include "mednexus/disk/disk.hpp"
#include "mednexus/service/keystore.hpp"

namespace mednexus::integration {
namespace {

namespace fs = std::filesystem;

TEST_F(ZeroInvention, ChainDown) {
    // What was accredited must be in the state file: the chain's own loss is another test's.
    stage_->stop_chain();
    stage_->start_chain();
    stage_->kill_chain();
    expect_no_chain();
    expect_grant_waits();
    const auto status = stage_->run({"chain", "status", "--dir", stage_->path("D"), "--json"});
    expect_typed(status, Kind::unavailable);
    expect_nothing_said(status);
    stage_->start_chain();
    expect_all_well();
}

TEST_F(ZeroInvention, WrongChainId) {
    for (const std::string home : {kNorth, kSouth}) {
        restart_with(home, "chain_id", "9108");
    }
    expect_no_chain();
    expect_grant_waits();
}

TEST_F(ZeroInvention, ContractsThatAreNotThere) {
    for (const std::string home : {kNorth, kSouth}) {
        restart_with(home, "consents", "\"0x00000000000000000000000000000000000000c0\"");
    }
    expect_no_chain();
    expect_grant_waits();
}

TEST_F(ZeroInvention, StaleBlock) {
    ASSERT_TRUE(stage_->call_chain("evm_setIntervalMining", {json::Value(0)}));
    for (const std::string home : {kNorth, kSouth}) {
        stage_->stop(home);
        stage_->join(home, {"--age-max", "2"});
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(3500));
    stage_->start(kNorth);
    stage_->start(kSouth);
    expect_no_chain();
    expect_grant_waits();
    ASSERT_TRUE(stage_->call_chain("evm_setIntervalMining", {json::Value(1)}));
    ASSERT_TRUE(stage_->call_chain("evm_mine"));
    expect_all_well();
}

TEST_F(ZeroInvention, ClockOff) {
    ASSERT_TRUE(stage_->call_chain("evm_increaseTime", {json::Value(3600)}));
    ASSERT_TRUE(stage_->call_chain("evm_mine"));
    expect_no_chain();
    expect_grant_waits();
}

TEST_F(ZeroInvention, PeerWithoutItsChain) {
    restart_with(kSouth, "rpc", "\"http://127.0.0.1:1\"");
    // What north asks through the peer door comes back as south's own error.
    expect_refused(match(), Kind::unavailable);
    expect_refused_at_socket("match", about_case(), Kind::unavailable);
}

TEST_F(ZeroInvention, InstitutionAbsent) {
    stage_->stop(kSouth);
    expect_refused(match(), Kind::unavailable);
    const Census before = results();
    const auto shared = stage_->run_at(kNorth, share());
    expect_typed(shared, Kind::unavailable);
    expect_nothing_said(shared);
    EXPECT_EQ(growth(before, results()), Census{});
    stage_->start(kSouth);
    expect_all_well();
}

TEST_F(ZeroInvention, LogKeyMissing) {
    stage_->stop(kNorth);
    crypto::SystemRandom random;
    const auto pass = [] { return SecretBytes(to_bytes(std::string_view("open sesame"))); };
    const auto disk = open_posix_disk(stage_->path(kNorth)).value();
    service::NamedKeys kept;
    {
        const auto store =
            service::open_file_keystore(*disk, {.passphrase = pass()}, random).value();
        for (const std::string& name : store->names()) {
            if (name != "log") {
                kept.emplace(name, store->get(name).value());
            }
        }
    }
    ASSERT_EQ(kept.size(), 6U);
    fs::remove(stage_->path(std::string(kNorth) + "/" + std::string(service::kKeyStorePath)));
    ASSERT_TRUE(service::open_file_keystore(*disk, {.passphrase = pass()}, random)
                    .value()
                    ->put(kept)
                    .has_value());
    for (const auto& words : {match(), share(), add(), grant(), anchor()}) {
        expect_refused(words, Kind::corrupt);
    }
    const auto daemon = demo::run_child({demo::sibling_program("mednexusd").value(),
                                         "--home",
                                         stage_->path(kNorth),
                                         "--passphrase-file",
                                         stage_->path("pass")},
                                        {.time_max = std::chrono::seconds(10)});
    ASSERT_TRUE(daemon.has_value()) << daemon.error().what;
    EXPECT_EQ(daemon->exit_code, exit_code_of(Kind::corrupt)) << daemon->err;
}

TEST_F(ZeroInvention, StoreReadOnly) {
    stage_->stop(kNorth);
    const std::string home = stage_->path(kNorth);
    const auto readonly = [&](const std::string& folder, const std::vector<std::string>& words) {
        return in_namespace("mount --bind '" + folder + "' '" + folder +
                            "' && mount -o remount,ro,bind '" + folder + "' && exec " +
                            line_of(words));
    };
    const Census before = results();
    for (const std::string& folder : {home, home + "/log", home + "/objects"}) {
        std::vector<std::vector<std::string>> acts{add()};
        if (folder != home + "/objects") {  // these put nothing into the store of objects
            acts.insert(acts.end(), {match(), share(), grant()});
        }
        for (const auto& words : acts) {
            SCOPED_TRACE(folder + ": " + testing::PrintToString(words));
            const auto result = readonly(folder, words);
            if (!result) {
                GTEST_SKIP() << "ZeroInvention.StoreReadOnly: no mount namespace can be made here";
            }
            expect_typed(*result, Kind::io);
            expect_nothing_said(*result);
            EXPECT_EQ(growth(before, results()), Census{});
        }
    }
    stage_->start(kNorth);
    expect_all_well();
}

TEST_F(ZeroInvention, DiskFull) {
    stage_->stop(kNorth);
    const std::string home = stage_->path(kNorth);
    // The home moves to a small file system, which is then filled to its last block.
    const auto full = [&](const std::vector<std::string>& words) {
        return in_namespace(
            "set -e; cp -a '" + home + "' '" + home + ".copy'; " + "size=$(du -sk '" + home +
            "' | cut -f1); " + "mount -t tmpfs -o size=$((size + 2048))k none '" + home + "'; " +
            "cp -a '" + home + ".copy/.' '" + home + "'; rm -r '" + home + ".copy'; " +
            "cat /dev/zero >'" + home + "/fill' 2>/dev/null || true; " + "set +e; " +
            line_of(words) + "; code=$?; " + "tr -d '\\0' <'" + home + "/log/checkpoint' >'" +
            stage_->path("checkpoint") + "'; exit $code");
    };
    for (const auto& words : {add(), match(), share(), grant()}) {
        SCOPED_TRACE(testing::PrintToString(words));
        const auto result = full(words);
        if (!result) {
            GTEST_SKIP() << "ZeroInvention.DiskFull: no mount namespace can be made here";
        }
        expect_typed(*result, Kind::io);
        expect_nothing_said(*result);
        // The log is as it was: the copy outside, which nothing touched, has the same checkpoint.
        std::ifstream left(stage_->path("checkpoint"));
        std::ifstream held(home + "/log/checkpoint");
        const std::string after{std::istreambuf_iterator<char>(left), {}};
        const std::string before{std::istreambuf_iterator<char>(held), {}};
        EXPECT_FALSE(before.empty());
        EXPECT_EQ(after, before);
    }
    stage_->start(kNorth);
    expect_all_well();
}

TEST(ZeroInventionDemo, WithoutAnvilEndsBeforeAnythingIsShown) {
    const std::string folder =
        (fs::temp_directory_path() / ("mednexus_zero_demo_" + std::to_string(::getpid()))).string();
    ::setenv("MEDNEXUS_ANVIL", "/nowhere/anvil", 1);  // NOLINT(concurrency-mt-unsafe): one thread
    const auto result = demo::run_child(
        {demo::sibling_program("mednexus").value(), "demo", "--json", "--dir", folder}, {});
    ::unsetenv("MEDNEXUS_ANVIL");  // NOLINT(concurrency-mt-unsafe)
    ASSERT_TRUE(result.has_value()) << result.error().what;
    EXPECT_EQ(result->exit_code, exit_code_of(Kind::unavailable)) << result->out << result->err;
    const json::Value said = last_line(result->out);
    ASSERT_NE(said.as_object(), nullptr) << result->out;
    const json::Value* const error = said.as_object()->find("error");
    ASSERT_NE(error, nullptr) << result->out;
    EXPECT_EQ(text_in(*error, "kind"), "unavailable");
    for (const char* word : {"\"score\"", "\"ranking\"", "\"checks\"", "\"bundle\"", "verified"}) {
        EXPECT_EQ(result->out.find(word), std::string::npos) << word;
    }
    EXPECT_FALSE(fs::exists(folder + "/match.mnx"));
    fs::remove_all(folder);
}

}  // namespace
}  // namespace mednexus::integration
