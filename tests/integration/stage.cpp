#include "tests/integration/stage.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "mednexus/http/client.hpp"

namespace mednexus::integration {

namespace fs = std::filesystem;

namespace {

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

std::string jurisdiction_of(const std::string& home) {
    return home == kNorth ? "DE" : "FR";
}

}  // namespace

std::string name_of(const std::string& home) {
    return home + ".example";
}

std::string other_than(const std::string& home) {
    return home == kNorth ? kSouth : kNorth;
}

Stage::Stage(const std::string& name)
    : folder_((fs::temp_directory_path() / ("mednexus_" + name + "_" + std::to_string(::getpid())))
                  .string()),
      program_(demo::sibling_program("mednexus").value_or("")) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    build();
    is_whole_ = ask(kNorth, "chain.status").has_value() && ask(kSouth, "chain.status").has_value();
}

Stage::~Stage() {
    daemons_.clear();
    stop_chain();
    if (!testing::UnitTest::GetInstance()->Failed()) {
        fs::remove_all(folder_);
    }
}

bool Stage::has_anvil() {
    const char* named = std::getenv("MEDNEXUS_ANVIL");  // NOLINT(concurrency-mt-unsafe)
    return named != nullptr ||
           fs::exists(MEDNEXUS_SOURCE_DIR "/contracts/node_modules/@foundry-rs");
}

std::string Stage::path(const std::string& relative) const {
    return folder_ + "/" + relative;
}

void Stage::build() {
    write_file(path("pass"), "open sesame\n");
    write_file(path("terms"), "terms of a test\n");
    rpc_ = "http://127.0.0.1:" + std::to_string(demo::choose_free_port().value_or(0));
    start_chain();
    const auto deployed =
        run({"chain", "deploy", "--dir", path("D"), "--passphrase-file", path("pass"), "--json"});
    ASSERT_EQ(deployed.exit_code, 0) << deployed.err;
    for (const std::string home : {kNorth, kSouth}) {
        found(home, jurisdiction_of(home));
    }
    for (const std::string home : {kNorth, kSouth}) {
        start(home);
        must(home, {"peer", "add", path(other_than(home) + "/card.note")});
    }
    agree();
}

void Stage::found(const std::string& home, const std::string& jurisdiction) {
    const std::uint16_t port = demo::choose_free_port().value_or(0);
    must(home,
         {"init",
          "--name",
          name_of(home),
          "--legal-name",
          home,
          "--jurisdiction",
          jurisdiction,
          "--ontology",
          MEDNEXUS_SOURCE_DIR "/demo/hpo",
          "--endpoint",
          "https://127.0.0.1:" + std::to_string(port)});
    const auto accredited = run({"chain",
                                 "accredit",
                                 "--dir",
                                 path("D"),
                                 "--passphrase-file",
                                 path("pass"),
                                 path(home + "/card.note")});
    ASSERT_EQ(accredited.exit_code, 0) << accredited.err;
    join(home);
}

void Stage::found_consortium() {
    must(kCompute,
         {"init",
          "--name",
          name_of(kCompute),
          "--legal-name",
          kCompute,
          "--jurisdiction",
          "DE",
          "--role",
          "compute",
          "--endpoint",
          "https://127.0.0.1:" + std::to_string(demo::choose_free_port().value_or(0))});
    start(kCompute);
    for (const std::string home : {kNorth, kSouth}) {
        must(home, {"peer", "add", path(std::string(kCompute) + "/card.note")});
        must(kCompute, {"peer", "add", path(home + "/card.note")});
    }
    must(kNorth,
         {"consortium",
          "propose",
          "--member",
          name_of(kSouth),
          "--compute",
          name_of(kCompute),
          "--until",
          kUntil,
          "-o",
          path("c0.note")});
    must(kSouth, {"consortium", "sign", path("c0.note"), "-o", path("c1.note")});
    must(kNorth, {"consortium", "add", path("c1.note")});
    must(kNorth, {"consortium", "found"});
    for (const std::string home : {kNorth, kSouth}) {
        await_index(home);
    }
}

void Stage::await_index(const std::string& home) {
    // A running daemon writes its index by itself: the command may be busy for a while.
    for (int tries = 0; tries < 240; ++tries) {
        if (run_at(home, {"index", "sync"}).exit_code == 0) {
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
    ADD_FAILURE() << home << ": no index";
}

void Stage::join(const std::string& home, std::vector<std::string> extra) const {
    std::vector<std::string> words{
        "chain", "join", "--rpc", rpc_, "--home", path(home), path("D/chain.json")};
    words.insert(words.end(), extra.begin(), extra.end());
    const auto joined = run(words);
    ASSERT_EQ(joined.exit_code, 0) << joined.err;
}

void Stage::agree() {
    must(kNorth,
         {"agreement",
          "propose",
          "--party",
          name_of(kNorth),
          "--party",
          name_of(kSouth),
          "--purpose",
          kPurpose,
          "--jurisdiction",
          "DE",
          "--jurisdiction",
          "FR",
          "--until",
          kUntil,
          "--terms",
          path("terms"),
          "-o",
          path("0.note")});
    must(kSouth, {"agreement", "sign", path("0.note"), "-o", path("1.note")});
    must(kNorth, {"agreement", "add", path("1.note")});
    must(kSouth, {"agreement", "add", path("1.note")});
}

demo::ChildResult Stage::run(std::vector<std::string> words) const {
    words.insert(words.begin(), program_);
    auto result = demo::run_child(words, {});
    EXPECT_TRUE(result.has_value()) << result.error().what;
    return result.value_or(demo::ChildResult{.exit_code = -1, .out = {}, .err = {}});
}

std::vector<std::string> Stage::words_at(const std::string& home,
                                         std::vector<std::string> words) const {
    words.insert(words.end(), {"--home", path(home), "--passphrase-file", path("pass"), "--json"});
    return words;
}

demo::ChildResult Stage::run_at(const std::string& home, std::vector<std::string> words) const {
    return run(words_at(home, std::move(words)));
}

json::Value Stage::must(const std::string& home, std::vector<std::string> words) const {
    const std::string what = words.at(0) + " " + words.at(1);
    const auto result = run_at(home, std::move(words));
    EXPECT_EQ(result.exit_code, 0) << home << ": " << what << ": " << result.err;
    return last_line(result.out);
}

Result<json::Value> Stage::ask(const std::string& home,
                               const std::string& operation,
                               const json::Object& arguments) const {
    return http::OperatorClient(path(home)).execute(operation, arguments);
}

void Stage::start(const std::string& home) {
    auto daemon = demo::Daemon::start(
        {demo::sibling_program("mednexusd").value_or(""),
         "--home",
         path(home),
         "--passphrase-file",
         path("pass"),
         "--die-with-parent"},
        {.log_path = path(home + ".log"), .ready_max = std::chrono::seconds(30)});
    ASSERT_TRUE(daemon.has_value()) << home << ": " << daemon.error().what << "\n"
                                    << read_file(path(home + ".log"));
    daemons_[home] = std::make_unique<demo::Daemon>(*std::move(daemon));
}

void Stage::stop(const std::string& home) {
    const auto stopped = daemons_.at(home)->stop();
    EXPECT_TRUE(stopped.has_value()) << home;
    daemons_.erase(home);
}

void Stage::kill_and_reap(const std::string& home) {
    ::kill(pid_of(home), SIGKILL);
    daemons_.erase(home);  // its destructor collects it
}

pid_t Stage::pid_of(const std::string& home) const {
    return daemons_.at(home)->pid();
}

void Stage::kill_chain() const {
    kill_later(pid_of_chain(), {}).join();
    await_end_of_chain();
}

void Stage::await_end_of_chain() const {
    // It is not our child: a process that ends has no words any more, collected or not.
    const std::string words = "/proc/" + std::to_string(pid_of_chain()) + "/cmdline";
    while (read_file(words).find(path("D/")) != std::string::npos) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

void Stage::start_chain() const {
    const auto up = run(
        {"chain", "up", "--dir", path("D"), "--port", rpc_.substr(rpc_.rfind(':') + 1), "--json"});
    ASSERT_EQ(up.exit_code, 0) << up.err << read_file(path("D/anvil.log"));
}

void Stage::stop_chain() const {
    const auto down = run({"chain", "down", "--dir", path("D"), "--json"});
    EXPECT_EQ(down.exit_code, 0) << down.err;
}

pid_t Stage::pid_of_chain() const {
    return static_cast<pid_t>(std::strtol(read_file(path("D/anvil.pid")).c_str(), nullptr, 10));
}

Result<json::Value> Stage::call_chain(const std::string& method, json::Array params) const {
    MN_TRY(const chain::RpcAnswer answer, transport_.call(rpc_, method, std::move(params)));
    if (answer.error) {
        return fail(Kind::internal, method + ": " + answer.error->message);
    }
    return answer.result;
}

}  // namespace mednexus::integration
