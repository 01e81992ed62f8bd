/// Opening a home, and handing operations to where they are done.
#include "mednexus/service/node.hpp"

#include <array>
#include <fstream>
#include <sstream>

#include "mednexus/core/check.hpp"
#include "mednexus/core/log.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/compute_desk.hpp"
#include "mednexus/service/internal/consortium_parts.hpp"
#include "mednexus/service/internal/index_mirror.hpp"
#include "mednexus/service/internal/index_turns.hpp"
#include "mednexus/service/internal/node_index.hpp"
#include "mednexus/service/internal/node_open.hpp"
#include "mednexus/service/internal/node_state.hpp"

namespace mednexus::service {

namespace internal {

namespace {

/// Whose homes have an operation. Source: docs/adr/0111-two-roles.md
enum class For : std::uint8_t { institution, compute, both };

template <typename Handler>
struct Entry {
    std::string_view name;
    Handler handler;
    For whom = For::institution;
};

constexpr std::array<Entry<Operation>, 36> kOperations{{
    {"agreement.add", &agreement_add},
    {"agreement.list", &agreement_list},
    {"agreement.propose", &agreement_propose},
    {"agreement.sign", &agreement_sign},
    {"bundle.anchor", &bundle_anchor},
    {"case.add", &case_add},
    {"case.erase", &case_erase},
    {"case.list", &case_list},
    {"case.share", &case_share},
    {"case.show", &case_show},
    {"chain.items", &chain_items},
    {"chain.status", &chain_status},
    {"consent.explain", &consent_explain},
    {"consent.grant", &consent_grant},
    {"consent.revoke", &consent_revoke},
    {"consortium.add", &consortium_add},
    {"consortium.end", &consortium_end},
    {"consortium.found", &consortium_found},
    {"consortium.propose", &consortium_propose},
    {"consortium.renew", &consortium_renew},
    {"consortium.sign", &consortium_sign},
    {"consortium.status", &consortium_status},
    {"index.status", &index_status},
    {"index.sync", &index_sync},
    {"log.anchor", &log_anchor},
    {"log.disperse", &log_disperse},
    {"log.export", &log_export, For::both},
    {"log.prove", &log_prove, For::both},
    {"log.rebuild", &log_rebuild},
    {"log.rebuilt", &log_rebuilt},
    {"log.status", &log_status, For::both},
    {"match", &match},
    {"peer.add", &peer_add, For::both},
    {"peer.list", &peer_list, For::both},
    {"status", &status, For::both},
    {"workflow.list", &workflow_list, For::both},
}};

constexpr std::array<Entry<PeerOperation>, 12> kPeerOperations{{
    {"anchored", &answer_anchored},
    {"compute.epoch", &compute_epoch, For::compute},
    {"compute.index", &compute_index, For::compute},
    {"compute.publish", &compute_publish, For::compute},
    {"compute.score", &compute_score, For::compute},
    {"consortium.session", &answer_session},
    {"da.held", &answer_da_held},
    {"da.shard", &answer_da_shard},
    {"da.store", &answer_da_store},
    {"match", &answer_match},
    {"offer", &answer_offer},
    {"share", &answer_share},
}};

bool is_for(For whom, Role role) noexcept {
    return whom == For::both || (whom == For::compute) == (role == Role::compute);
}

template <typename Table>
auto handler_named(const Table& table, std::string_view name, Role role)
    -> Result<decltype(table.front().handler)> {
    for (const auto& entry : table) {
        if (entry.name == name && is_for(entry.whom, role)) {
            return entry.handler;
        }
        if (entry.name == name) {
            return fail(Kind::denied,
                        "operation " + std::string(name) + ": not in a home of role " +
                            std::string(name_of(role)));
        }
    }
    return fail(Kind::invalid, "operation: unknown");
}

/// One line for each request, without its content. Operators get their answer on their terminal, so
/// theirs is for debugging.
template <typename T>
void log_request(std::string_view event, std::string_view operation, const Result<T>& result) {
    log(event == "peer" ? LogLevel::info : LogLevel::debug,
        event,
        {{"operation", std::string(operation.substr(0, 32))},
         {"outcome", result ? "ok" : std::string(name_of(result.error().kind))}});
}

class NodeImpl final : public Node {
public:
    explicit NodeImpl(NodeState state) : state_(std::move(state)) {}

    Result<json::Value> execute(std::string_view operation, const json::Value& arguments) override {
        MN_TRY(const Operation handler, handler_named(kOperations, operation, role()));
        auto result = handler(state_, arguments);
        log_request("operator", operation, result);
        return result;
    }

    Result<json::Value> answer_peer(std::string_view peer_name,
                                    std::string_view operation,
                                    const json::Value& body) override {
        MN_TRY(const PeerOperation handler, handler_named(kPeerOperations, operation, role()));
        auto result = handler(state_, std::string(peer_name), body);
        log_request("peer", operation, result);
        return result;
    }

    Result<Bytes> object_for_peer(std::string_view peer_name, const ObjectRoot& root) override {
        MN_TRY(const bool is_shared, state_.database->is_shared(root, peer_name));
        if (!is_shared) {
            return fail(Kind::denied, "object " + hex_of(root) + ": not shared with this peer");
        }
        MN_TRY(const storage::ObjectRef ref, state_.objects->stat(root));
        return storage::get_bytes(*state_.objects, ref, kObjectSizeBytesMax);
    }

    Result<Bytes> blob_for_peer(std::string_view peer_name, const Hash32& hash) override {
        return state_.blobs->get_for(peer_name, hash, state_.clock.now());
    }

    Result<void> tick() override {
        MN_DO(state_.blobs->drop_ended(state_.clock.now()));
        const auto followed =
            state_.chain ? state_.chain->turn().map([](const ChainEvidence&) {}) : Result<void>();
        if (role() == Role::institution) {
            MN_DO(index_turn(state_));
        }
        return followed;
    }

    Result<Bytes> log_file(std::string_view path) const override { return state_.log->file(path); }

    Result<std::string> peer_named_by_pin(const Hash32& tls_pin) const override {
        return state_.directory->name_by_pin(tls_pin);
    }

    TlsIdentity tls_identity() const override {
        return {state_.keys.tls.private_key.clone(), state_.keys.tls.certificate};
    }

    std::string metrics() const override {
        const auto cases = state_.database->count_cases();
        return state_.metrics->text(state_.log->size(), cases.value_or(0));
    }

    [[nodiscard]] NodeState& state() noexcept { return state_; }

private:
    [[nodiscard]] Role role() const noexcept { return state_.config.role; }

    /// A sealed case: a phenopacket and the overhead of its segments.
    static constexpr std::uint64_t kObjectSizeBytesMax =
        storage::sealed_size_of(clinical::kPhenopacketBytesMax);

    NodeState state_;
};

/// A file of the ontology folder, which is not ours and not under the home.
Result<std::string> read_ontology_file(const std::string& folder, std::string_view name) {
    std::ifstream file(folder + "/" + std::string(name), std::ios::binary);
    if (!file) {
        return fail(Kind::not_found, "ontology: no " + std::string(name));
    }
    std::stringstream content;
    content << file.rdbuf();
    return std::move(content).str();
}

Result<std::optional<Clinic>> open_clinic(const std::string& folder) {
    if (folder.empty()) {
        return std::optional<Clinic>();
    }
    MN_TRY(clinical::Hpo hpo, clinical::load_hpo([&](std::string_view name) {
               return read_ontology_file(folder, name);
           }));
    MN_TRY(clinical::VectorProfile profile,
           clinical::VectorProfile::make(hpo.ontology, hpo.annotations, &crypto::sha256));
    return std::optional<Clinic>(Clinic{std::move(hpo), std::move(profile)});
}

Result<std::unique_ptr<ChainLink>> open_chain(const HomeConfig& config,
                                              chain::Transport* chains,
                                              Database& database,
                                              const Secret<32>& account,
                                              Clock& clock) {
    if (!config.chain) {
        return std::unique_ptr<ChainLink>();
    }
    MN_CHECK(chains != nullptr);  // who opens homes brings every port
    return ChainLink::open(*config.chain, *chains, database, account, clock);
}

Result<Card> read_own_card(const Disk& disk, const Keys& keys) {
    MN_TRY(const Bytes raw, disk.read("card.note", kDocumentSizeBytesMax));
    auto card = parse_card(text_of(raw));
    if (!card) {
        return fail(Kind::corrupt, "home: card.note: " + card.error().what);
    }
    if (card->identity != keys.identity.verifier() || card->log != keys.log.verifier()) {
        return fail(Kind::corrupt, "home: card.note names other keys than the key store holds");
    }
    return card;
}

}  // namespace

Result<std::unique_ptr<Node>> open_node(const NodeOptions& options,
                                        Clock& clock,
                                        Random& random,
                                        PeerTransport& peers,
                                        chain::Transport* chains,
                                        const Seams& seams) {
    MN_DO(need_home(options.home));
    MN_TRY(HomeLock lock, HomeLock::take(options.home));
    MN_TRY(std::unique_ptr<Disk> disk, open_posix_disk(options.home));
    if (seams.wrap_disk) {
        disk = seams.wrap_disk(std::move(disk));
    }
    MN_TRY(HomeConfig config, read_home_config(options.home));
    MN_TRY(const auto keystore,
           open_file_keystore(*disk, {options.passphrase.clone(), {}}, random));
    MN_TRY(Keys keys, load_keys(*keystore, config.name));
    MN_TRY(Card card, read_own_card(*disk, keys));
    MN_TRY(auto database, Database::open(options.home + "/node.sqlite", keys.home, random));
    MN_TRY(auto log, ledger::Log::open(*disk, {keys.log.name, keys.log.seed.clone()}));
    MN_TRY(std::optional<Clinic> clinic,
           open_clinic(options.ontology_dir.empty() ? config.ontology : options.ontology_dir));
    auto journal = std::make_unique<Journal>(*database, clock, random);
    journal->set_observer(seams.observer);
    auto objects = storage::make_local_store(*disk);
    auto shards = std::make_unique<da::ShardStore>(*disk, "da/held");
    MN_TRY(auto blobs, BlobStore::open(*disk, *database));
    MN_TRY(auto ring, compute::Ring::make(options.ring));
    MN_TRY(auto chain, open_chain(config, chains, *database, keys.account, clock));
    NodeState state{.clock = clock,
                    .random = random,
                    .peers = peers,
                    .config = std::move(config),
                    .lock = std::move(lock),
                    .disk = std::move(disk),
                    .keys = std::move(keys),
                    .database = std::move(database),
                    .journal = std::move(journal),
                    .log = std::move(log),
                    .objects = std::move(objects),
                    .shards = std::move(shards),
                    .blobs = std::move(blobs),
                    .directory = std::make_unique<Directory>(std::move(card)),
                    .clinic = std::move(clinic),
                    .chain = std::move(chain),
                    .ring = std::move(ring),
                    .desk = nullptr,
                    .mirror = nullptr,
                    .turns = nullptr};
    if (state.config.role == Role::compute) {
        state.desk = std::make_shared<ComputeDesk>(state.ring, options.compute);
    } else {
        state.mirror = std::make_shared<IndexMirror>(state.ring);
        state.turns = std::make_shared<IndexTurns>();
    }
    MN_DO(load_documents(state));
    MN_DO(resume(state));
    return std::unique_ptr<Node>(std::make_unique<NodeImpl>(std::move(state)));
}

NodeState& state_of(Node& node) {
    auto* const opened = dynamic_cast<NodeImpl*>(&node);
    MN_CHECK(opened != nullptr);
    return opened->state();
}

}  // namespace internal

Result<std::unique_ptr<Node>> Node::open(NodeOptions options,
                                         Clock& clock,
                                         Random& random,
                                         PeerTransport& peers,
                                         chain::Transport* chains) {
    return internal::open_node(options, clock, random, peers, chains, {});
}

}  // namespace mednexus::service
