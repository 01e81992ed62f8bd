#include "apps/mednexus/operator.hpp"

#include <utility>

#include <fmt/format.h>

#include "mednexus/core/clock.hpp"
#include "mednexus/crypto/system_random.hpp"
#include "mednexus/http/client.hpp"
#include "mednexus/http/rpc_transport.hpp"
#include "mednexus/service/node.hpp"

namespace mednexus::cli {
namespace {

class DaemonOperator final : public Operator {
public:
    explicit DaemonOperator(http::OperatorClient client) : client_(std::move(client)) {}

    Result<json::Value> execute(std::string_view operation, const json::Value& arguments) override {
        return client_.execute(operation, arguments);
    }

private:
    http::OperatorClient client_;
};

class LocalOperator final : public Operator {
public:
    Result<void> open(service::NodeOptions options) {
        MN_TRY(node_, service::Node::open(std::move(options), clock_, random_, peers_, &chains_));
        return peers_.present(node_->tls_identity());
    }

    Result<json::Value> execute(std::string_view operation, const json::Value& arguments) override {
        return node_->execute(operation, arguments);
    }

private:
    SystemClock clock_;
    crypto::SystemRandom random_;
    http::PeerClient peers_;
    http::RpcTransport chains_;
    std::unique_ptr<service::Node> node_;  // last: it uses the others
};

}  // namespace

Result<std::unique_ptr<Operator>> open_operator(const HomeOptions& options, Terminal& terminal) {
    MN_DO(require_home(options, terminal));
    http::OperatorClient client(options.home);
    MN_TRY(const bool is_daemon, client.is_answering());
    if (is_daemon) {
        return std::make_unique<DaemonOperator>(std::move(client));
    }
    MN_TRY(SecretBytes passphrase, read_passphrase(options, Passphrase::existing, terminal));
    auto local = std::make_unique<LocalOperator>();
    const auto opened = local->open(
        {.home = options.home, .passphrase = std::move(passphrase), .ontology_dir = {}});
    if (!opened) {
        if (opened.error().kind == Kind::busy) {
            terminal.hint("another process holds this home; wait for it, or stop it");
        }
        return tl::unexpected(opened.error());
    }
    return local;
}

Result<json::Value> execute(const HomeOptions& options,
                            Terminal& terminal,
                            std::string_view operation,
                            const json::Value& arguments) {
    MN_TRY(const auto node, open_operator(options, terminal));
    return node->execute(operation, arguments);
}

}  // namespace mednexus::cli
