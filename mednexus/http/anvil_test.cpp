// The contract suite over a real EVM: anvil, where `npm ci` in contracts/ brought it.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mednexus/http/internal/testing/free_port.hpp"
#include "mednexus/http/rpc_transport.hpp"
#include "mednexus/testing/chain_contract.hpp"

namespace mednexus::testing {
namespace {

std::string find_anvil() {
    namespace fs = std::filesystem;
    if (const char* named = std::getenv("MEDNEXUS_ANVIL")) {  // NOLINT(concurrency-mt-unsafe)
        return named;
    }
    std::error_code error;
    const fs::path packages =
        fs::path(MEDNEXUS_SOURCE_DIR) / "contracts" / "node_modules" / "@foundry-rs";
    for (const auto& entry : fs::directory_iterator(packages, error)) {
        const fs::path candidate = entry.path() / "bin" / "anvil";
        if (fs::exists(candidate, error)) {
            return candidate.string();
        }
    }
    return "";
}

/// One anvil that mines each transaction at once; it ends with this process or before.
class Anvil {
public:
    Anvil(const std::string& program, std::uint16_t port) : pid_(::fork()) {
        if (pid_ == 0) {
            const std::string number = std::to_string(port);
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // NOLINT(cppcoreguidelines-pro-type-vararg)
            // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
            ::execl(program.c_str(),
                    "anvil",
                    "--port",
                    number.c_str(),
                    "--chain-id",
                    "9107",
                    "--hardfork",
                    "cancun",
                    "--accounts",
                    "0",
                    "--block-base-fee-per-gas",
                    "0",
                    "--gas-price",
                    "0",
                    "--disable-min-priority-fee",
                    "--quiet",
                    nullptr);
            ::_exit(127);
        }
    }

    Anvil(const Anvil&) = delete;
    Anvil& operator=(const Anvil&) = delete;

    ~Anvil() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

private:
    pid_t pid_;
};

struct AnvilAndWay {
    AnvilAndWay(const std::string& program, std::uint16_t port) : anvil(program, port) {}

    Anvil anvil;
    http::RpcTransport transport;
};

ChainUnderTest make_anvil() {
    const std::string program = find_anvil();
    if (program.empty()) {
        return {
            .transport = nullptr, .url = "", .absent = "anvil is not here: npm ci in contracts"};
    }
    const std::uint16_t port = http::internal::choose_free_port();
    const auto both = std::make_shared<AnvilAndWay>(program, port);
    const std::string url = "http://127.0.0.1:" + std::to_string(port);
    for (int i = 0; i < 1000 && !chain::Client(both->transport, url).chain_id(); ++i) {
        usleep(10'000);
    }
    return {.transport = std::shared_ptr<chain::Transport>(both, &both->transport),
            .url = url,
            .absent = ""};
}

INSTANTIATE_TEST_SUITE_P(Anvil, ChainContract, ::testing::Values(ChainMaker(make_anvil)));

}  // namespace
}  // namespace mednexus::testing
