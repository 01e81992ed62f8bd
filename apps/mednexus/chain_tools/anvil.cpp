#include "apps/mednexus/chain_tools/anvil.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <unistd.h>

#include "apps/mednexus/chain_tools/folder.hpp"
#include "apps/mednexus/chain_tools/internal/launch.hpp"

namespace mednexus::chain_tools {

namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPoll{20};
constexpr std::chrono::seconds kStartMax{30};
constexpr std::chrono::seconds kStopMax{15};

bool is_executable(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

/// contracts/node_modules/@foundry-rs/anvil-<platform>/bin/anvil below `root`, or empty.
fs::path anvil_below(const fs::path& root) {
    std::error_code error;
    const fs::path packages = root / "contracts" / "node_modules" / "@foundry-rs";
    for (const auto& entry : fs::directory_iterator(packages, error)) {
        fs::path candidate = entry.path() / "bin" / "anvil";
        if (entry.path().filename().string().starts_with("anvil-") && is_executable(candidate)) {
            return candidate;
        }
    }
    return {};
}

/// Words of a process's command line; empty when it is gone or another user's.
std::vector<std::string> command_line_of(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline", std::ios::binary);
    std::vector<std::string> out;
    for (std::string word; std::getline(file, word, '\0');) {
        out.push_back(word);
    }
    return out;
}

/// A number that another process got in the meantime has other words.
bool is_ours(pid_t pid, const std::string& folder) {
    const auto words = command_line_of(pid);
    const std::string state = folder + "/" + kStateFile;
    return !words.empty() && fs::path(words[0]).filename().string().starts_with("anvil") &&
           std::ranges::count(words, state) > 0;
}

std::vector<std::string> command_of(const AnvilOptions& options, std::uint16_t port) {
    return {options.anvil,
            "--host",
            "127.0.0.1",
            "--port",
            std::to_string(port),
            "--chain-id",
            std::to_string(kLocalChainId),
            "--hardfork",
            "cancun",
            "--accounts",
            "0",  // the well-known keys own nothing here
            "--state",
            options.folder + "/" + kStateFile,
            "--state-interval",
            "1",
            "--block-time",
            std::to_string(options.block_seconds),
            "--mixed-mining",
            "--block-base-fee-per-gas",
            "0",
            "--gas-price",
            "0",
            "--disable-min-priority-fee",
            "--no-cors",
            "--quiet"};
}

/// anvil writes its state in place, so a kill may leave the beginning of one.
bool is_whole(const fs::path& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const auto size = file.tellg();
    if (!file || size < 2) {
        return false;
    }
    file.seekg(-1, std::ios::end);
    char last = 0;
    file.get(last);
    return last == '}' || last == '\n';
}

Result<void> repair_state(const std::string& folder) {
    const fs::path state = fs::path(folder) / kStateFile;
    const fs::path backup = fs::path(folder) / kBackupFile;
    std::error_code error;
    if (!fs::exists(state, error) || is_whole(state)) {
        return {};
    }
    fs::rename(state, state.string() + ".broken", error);
    if (!error && fs::exists(backup, error)) {
        fs::copy_file(backup, state, error);
    }
    return error ? Result<void>(fail(Kind::io, state.string() + ": cannot be repaired"))
                 : Result<void>();
}

Result<void> await_answer(chain::Transport& transport, const std::string& url, pid_t pid) {
    const chain::Client client(transport, url);
    const auto deadline = SteadyClock::now() + kStartMax;
    while (SteadyClock::now() < deadline) {
        const auto id = client.chain_id();
        if (id && *id != kLocalChainId) {
            return fail(Kind::conflict, "chain: the folder holds chain " + std::to_string(*id));
        }
        if (id) {
            return {};
        }
        if (!internal::is_running(pid)) {
            return fail(Kind::unavailable, "chain: anvil ended before it answered");
        }
        std::this_thread::sleep_for(kPoll);
    }
    return fail(Kind::unavailable, "chain: anvil does not answer");
}

Result<void> record(const std::string& folder, const RunningAnvil& running) {
    MN_DO(write_small(folder, kPidFile, std::to_string(running.pid)));
    return write_small(folder, kUrlFile, running.url);
}

}  // namespace

Result<std::string> find_anvil(const std::string& given) {
    const char* named = std::getenv("MEDNEXUS_ANVIL");  // NOLINT(concurrency-mt-unsafe)
    const std::string chosen = !given.empty() ? given : named == nullptr ? "" : named;
    if (!chosen.empty()) {
        return is_executable(chosen)
                   ? Result<std::string>(fs::absolute(chosen).string())
                   : fail(Kind::unavailable, chosen + ": is no program that can be run");
    }
    std::error_code error;
    constexpr int kParentsMax = 4;
    fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
    for (int i = 0; i < kParentsMax && !error; ++i, folder = folder.parent_path()) {
        if (const fs::path found = anvil_below(folder); !found.empty()) {
            return found.string();
        }
    }
    return fail(Kind::unavailable, "chain: anvil is not installed");
}

Result<std::optional<RunningAnvil>> find_running(const std::string& folder) {
    const auto written = read_small(folder, kPidFile);
    if (!written && written.error().kind == Kind::not_found) {
        return std::optional<RunningAnvil>();
    }
    MN_TRY(const std::string text, written);
    const auto pid = static_cast<pid_t>(std::strtol(text.c_str(), nullptr, 10));
    if (pid <= 1 || !is_ours(pid, folder)) {
        return std::optional<RunningAnvil>();
    }
    MN_TRY(std::string url, read_small(folder, kUrlFile));
    return std::optional(RunningAnvil{pid, std::move(url)});
}

Result<RunningAnvil> start_anvil(const AnvilOptions& options, chain::Transport& transport) {
    MN_DO(repair_state(options.folder));
    std::uint16_t port = options.port;
    if (port == 0) {
        MN_TRY(port, internal::choose_port());
    }
    RunningAnvil running;
    running.url = "http://127.0.0.1:" + std::to_string(port);
    const internal::Launch launch{.command = command_of(options, port),
                                  .log = options.folder + "/" + kLogFile,
                                  .is_detached = options.mode == Mode::detached};
    MN_TRY(running.pid, internal::launch(launch));
    const auto answers = await_answer(transport, running.url, running.pid);
    if (!answers) {
        internal::end(running.pid, kStopMax);
        return Failure(answers.error());
    }
    MN_DO(record(options.folder, running));
    return running;
}

Result<bool> stop_anvil(const std::string& folder) {
    MN_TRY(const auto running, find_running(folder));
    if (!running) {
        return false;
    }
    if (!internal::end(running->pid, kStopMax)) {
        return fail(Kind::internal, "chain: anvil does not end");
    }
    std::error_code ignored;
    fs::remove(fs::path(folder) / kPidFile, ignored);
    fs::remove(fs::path(folder) / kUrlFile, ignored);
    return true;
}

bool is_alive(pid_t pid) {
    return internal::is_running(pid);
}

Result<void> back_up_state(const std::string& folder) {
    const fs::path state = fs::path(folder) / kStateFile;
    const fs::path copy = fs::path(folder) / (std::string(kBackupFile) + ".new");
    std::error_code error;
    if (!fs::exists(state, error)) {
        return {};
    }
    fs::copy_file(state, copy, fs::copy_options::overwrite_existing, error);
    if (!error && is_whole(copy)) {  // else anvil was writing: the older copy stays
        fs::rename(copy, fs::path(folder) / kBackupFile, error);
    }
    return error ? Result<void>(fail(Kind::io, state.string() + ": cannot be copied"))
                 : Result<void>();
}

}  // namespace mednexus::chain_tools
