#pragma once
/// What the `chain` commands share: which folder, which node, whose key.
#include <memory>
#include <optional>
#include <string>

#include "apps/mednexus/chain_tools/sender.hpp"
#include "apps/mednexus/home.hpp"
#include "apps/mednexus/parser.hpp"
#include "apps/mednexus/terminal.hpp"
#include "mednexus/chain/client.hpp"
#include "mednexus/chain/contracts.hpp"
#include "mednexus/http/rpc_transport.hpp"

namespace mednexus::cli {

struct ChainOptions {
    std::string dir;
    std::string rpc;
    std::string accreditor;
    std::optional<std::uint32_t> tip_gwei;
    HomeOptions passphrase;
};

/// --dir.
void declare_chain_dir(Parser& parser, ChainOptions& options);
/// --dir and --rpc.
void declare_chain(Parser& parser, ChainOptions& options);
/// Also --accreditor, --passphrase-file, --passphrase-fd and --tip-gwei.
void declare_accreditor(Parser& parser, ChainOptions& options);

/// A node to talk to.
class ChainDesk {
public:
    /// Errors: unavailable: no node was named or started; with a hint.
    [[nodiscard]] static Result<std::unique_ptr<ChainDesk>> open(const ChainOptions& options,
                                                                 Terminal& terminal);

    [[nodiscard]] const chain::Client& client() const { return client_; }

    [[nodiscard]] http::RpcTransport& transport() { return transport_; }

    [[nodiscard]] const std::string& folder() const { return folder_; }

    [[nodiscard]] const std::string& url() const { return url_; }

    [[nodiscard]] std::string accreditor_path(const ChainOptions& options) const;

    /// With --tip-gwei, or what the chain is known to ask for.
    [[nodiscard]] Result<chain_tools::Sender> sender(const ChainOptions& options,
                                                     const Secret<32>& key) const;

    /// chain.json of the folder. Errors: not_found, with a hint; conflict: of another chain.
    [[nodiscard]] Result<chain::Deployment> deployment(Terminal& terminal) const;

private:
    ChainDesk(std::string folder, std::string url)
        : folder_(std::move(folder)), url_(std::move(url)), client_(transport_, url_) {}

    std::string folder_;
    std::string url_;
    http::RpcTransport transport_;
    chain::Client client_;
};

/// Everything an accreditor's act needs, opened; then sends `data` to the institutions' registry.
/// Errors: as above; the contract's refusal is denied.
struct AccreditorAct {
    std::unique_ptr<ChainDesk> desk;
    chain::Deployment at;
    std::unique_ptr<chain_tools::Sender> sender;
};

[[nodiscard]] Result<AccreditorAct> open_act(const ChainOptions& options, Terminal& terminal);

/// {"block":…,"institution":…,"transaction":…} of a registry's change.
[[nodiscard]] json::Object act_json(std::string_view name, const chain::Receipt& receipt);

/// Days from now, "YYYY-MM-DD" or "YYYY-MM-DDTHH:MM:SSZ". Errors: invalid: none of these, or past.
[[nodiscard]] Result<UnixTime> parse_expiry(const std::string& text, UnixTime now);

}  // namespace mednexus::cli
