#include "apps/mednexusd/daemon.hpp"

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>

#include <unistd.h>

#include "apps/passphrase/passphrase.hpp"
#include "apps/process/process.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/crypto/system_random.hpp"
#include "mednexus/http/client.hpp"
#include "mednexus/http/rpc_transport.hpp"
#include "mednexus/http/server.hpp"
#include "mednexus/service/home.hpp"
#include "mednexus/service/node.hpp"

namespace mednexus::mednexusd {

namespace {

/// The signals that end the daemon, blocked for this thread and all that it starts.
class EndSignals {
public:
    EndSignals() {
        sigemptyset(&set_);
        for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
            sigaddset(&set_, signal);
        }
        ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    }

    /// Waits for one, and then lets a second one end the process at once.
    void await() const {
        int signal = 0;
        ::sigwait(&set_, &signal);
        log(LogLevel::info, "daemon.stopping", {{"signal", std::to_string(signal)}});
        ::pthread_sigmask(SIG_UNBLOCK, &set_, nullptr);
    }

private:
    sigset_t set_{};
};

Result<void> prepare_process(const Options& options) {
    set_log_level(options.log_level);
    MN_DO(process::keep_memory_private());
    process::ignore_broken_pipes();
    if (options.ends_with_parent) {
        MN_DO(process::end_with_parent());
    }
    return {};
}

/// Named on the command line or in the file: either way somebody chose it, loopback or not.
Result<std::string> choose_listen(const Options& options) {
    MN_TRY(const service::HomeConfig config, service::read_home_config(options.home));
    const std::string& listen = options.listen.empty() ? config.listen : options.listen;
    if (listen.empty()) {
        return fail(Kind::invalid, "mednexus.toml: listen is not set, and --listen is not given");
    }
    return listen;
}

Result<SecretBytes> read_passphrase(const Options& options) {
    if (options.passphrase_fd) {
        return passphrase::read_descriptor(*options.passphrase_fd);
    }
    if (!options.passphrase_file.empty()) {
        return passphrase::read_file(options.passphrase_file);
    }
    return passphrase::ask("passphrase of " + options.home + ": ");
}

Result<void> say_ready(const Options& options) {
    constexpr std::string_view kLine = "ready\n";
    if (!options.ready_fd) {
        return {};
    }
    const ssize_t written = ::write(*options.ready_fd, kLine.data(), kLine.size());
    ::close(*options.ready_fd);
    if (written != static_cast<ssize_t>(kLine.size())) {
        return fail(Kind::io, "--ready-fd: cannot be written to");
    }
    return {};
}

/// Handlers that outlast the limit cannot be interrupted, and need not be: what is acknowledged is
/// durable, and the journal goes on at the next start.
void stop_or_leave(http::Server& server) {
    const auto stopped = server.stop();
    if (!stopped) {
        log(LogLevel::error, "daemon.left", {{"why", stopped.error().what}});
        ::_exit(exit_code_of(stopped.error().kind));
    }
}

/// Follows the chain once a second, for as long as it lives. What fails is tried again: decisions
/// look for themselves, and refuse when there is nothing to see.
class ChainFollower {
public:
    explicit ChainFollower(service::Node& node)
        : thread_([&node](const std::stop_token& stop) { follow(node, stop); }) {}

private:
    static void follow(service::Node& node, const std::stop_token& stop) {
        constexpr auto kPause = std::chrono::seconds(1);
        std::mutex mutex;
        std::condition_variable_any wake;
        std::optional<Kind> last;
        while (!stop.stop_requested()) {
            const auto turned = node.tick();
            const std::optional<Kind> now =
                turned ? std::nullopt : std::optional(turned.error().kind);
            if (now != last && !turned) {  // one line when it changes, not one a second
                log(LogLevel::warning, "chain.away", {{"why", turned.error().what}});
            } else if (now != last) {
                log(LogLevel::info, "chain.back", {});
            }
            last = now;
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, kPause, [] { return false; });
        }
    }

    std::jthread thread_;
};

Result<void> serve(const Options& options,
                   const EndSignals& signals,
                   service::Node& node,
                   std::string listen) {
    MN_TRY(http::Server server,
           http::Server::start(node,
                               {.listen = std::move(listen),
                                .exposure = http::Exposure::any_address,
                                .home = options.home}));
    log(LogLevel::info, "daemon.serving", {{"port", std::to_string(server.port())}});
    MN_DO(say_ready(options));
    {
        const ChainFollower follower(node);
        signals.await();
    }
    stop_or_leave(server);
    return {};
}

}  // namespace

Result<void> run_daemon(const Options& options) {
    const EndSignals signals;  // blocked from here on
    MN_DO(prepare_process(options));
    MN_TRY(std::string listen, choose_listen(options));
    MN_TRY(SecretBytes secret, read_passphrase(options));
    SystemClock clock;
    crypto::SystemRandom random;
    http::PeerClient peers;
    http::RpcTransport chains;
    MN_TRY(
        const std::unique_ptr<service::Node> node,
        service::Node::open({options.home, std::move(secret), {}}, clock, random, peers, &chains));
    MN_DO(peers.present(node->tls_identity()));
    return serve(options, signals, *node, std::move(listen));
}

}  // namespace mednexus::mednexusd
