#include "mednexus/testing/fake_chain.hpp"

#include <mutex>
#include <optional>
#include <utility>

#include "mednexus/chain/transaction.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/testing/internal/fake_node.hpp"

namespace mednexus::testing {

namespace {

Secret<32> make_accreditor_key() {
    const Hash32 seed = crypto::sha256(bytes_of("mednexus/fake-chain/accreditor"));
    return *Secret<32>::from(seed.view());
}

}  // namespace

class FakeChain::Snapshot {
public:
    internal::Blocks blocks;
    std::vector<internal::PooledTransaction> pool;
};

class FakeChain::Impl {
public:
    Impl(const Clock& clock, std::uint64_t chain_id)
        : node(clock, chain_id), key(make_accreditor_key()) {}

    /// Whether the call that just arrived meets a fault set for it.
    [[nodiscard]] static bool is_due(std::uint64_t call, std::uint64_t fault) {
        return fault != 0 && call == fault;
    }

    Hash32 send(const Secret<32>& from, std::optional<chain::Address> to, const Bytes& data) {
        chain::Transaction transaction;
        transaction.chain_id = node.chain_id_;
        transaction.nonce = node.next_nonce(crypto::evm_address_of(from).value());
        transaction.gas_limit = internal::gas_of(data);
        transaction.to = to;
        transaction.data = data;
        const chain::SignedTransaction ready = chain::sign(transaction, from).value();
        const chain::RpcAnswer answer = node.answer(
            "eth_sendRawTransaction", json::Array{json::Value(codec::to_hex_0x(ready.raw))});
        MN_CHECK(!answer.error);
        return ready.hash;
    }

    chain::Address create(chain::Contract contract, const chain::Address& argument) {
        const chain::Address owner = accreditor();
        const chain::Address created = chain::created_address(owner, node.next_nonce(owner));
        send(key, std::nullopt, internal::stand_in_code(contract, argument));
        return created;
    }

    [[nodiscard]] chain::Address accreditor() const { return crypto::evm_address_of(key).value(); }

    mutable std::mutex mutex;
    internal::FakeNode node;
    Secret<32> key;
    std::optional<chain::Deployment> deployed;
    std::function<void(std::string_view)> hook;
    bool is_down = false;
    std::uint64_t calls = 0;
    std::uint64_t fails_at = 0;  ///< as counted by calls; 0: never
    std::uint64_t loses_at = 0;
};

FakeChain::FakeChain(const Clock& clock, std::uint64_t chain_id)
    : impl_(std::make_unique<Impl>(clock, chain_id)) {}

FakeChain::~FakeChain() = default;

Result<chain::RpcAnswer> FakeChain::call(const std::string& /*url*/,
                                         std::string_view method,
                                         const json::Value& params) {
    std::unique_lock lock(impl_->mutex);
    const auto hook = impl_->hook;
    lock.unlock();
    if (hook) {
        hook(method);
    }
    lock.lock();
    const std::uint64_t number = ++impl_->calls;
    if (impl_->is_down || Impl::is_due(number, impl_->fails_at)) {
        return fail(Kind::unavailable, "fake chain: connection refused");
    }
    impl_->node.catch_up();
    chain::RpcAnswer answer = impl_->node.answer(method, params);
    if (Impl::is_due(number, impl_->loses_at)) {
        return fail(Kind::unavailable, "fake chain: time limit");
    }
    return answer;
}

chain::Deployment FakeChain::deploy() {
    using chain::Contract;
    const std::scoped_lock lock(impl_->mutex);
    MN_CHECK(!impl_->deployed);
    const bool was_automine = std::exchange(impl_->node.is_automine_, false);
    chain::Deployment at;
    at.chain_id = impl_->node.chain_id_;
    at.from_block = impl_->node.newest().ref.number + 1;
    at.institutions = impl_->create(Contract::institutions, impl_->accreditor());
    at.consents = impl_->create(Contract::consents, at.institutions);
    at.cases = impl_->create(Contract::cases, at.institutions);
    at.anchors = impl_->create(Contract::anchors, at.institutions);
    impl_->send(impl_->key, at.institutions, chain::add_accreditor_call(impl_->accreditor()));
    impl_->node.mine();
    impl_->node.is_automine_ = was_automine;
    impl_->deployed = at;
    return at;
}

chain::Deployment FakeChain::deployment() const {
    const std::scoped_lock lock(impl_->mutex);
    MN_CHECK(impl_->deployed.has_value());
    return *impl_->deployed;
}

const Secret<32>& FakeChain::accreditor_key() const {
    return impl_->key;
}

chain::Address FakeChain::accreditor() const {
    return impl_->accreditor();
}

Hash32 FakeChain::send(const Secret<32>& key, const chain::Address& to, const Bytes& data) {
    const std::scoped_lock lock(impl_->mutex);
    return impl_->send(key, to, data);
}

void FakeChain::accredit(std::string_view card_name,
                         const chain::Address& account,
                         const Hash32& card,
                         UnixTime expires,
                         std::string_view endpoint) {
    const chain::Accreditation accreditation{
        chain::institution_id(card_name), account, card, std::string(endpoint), expires};
    send(impl_->key, deployment().institutions, chain::accredit_call(accreditation));
}

void FakeChain::set_standing(std::string_view card_name, chain::Standing standing) {
    send(impl_->key,
         deployment().institutions,
         chain::standing_call(chain::institution_id(card_name), standing));
}

void FakeChain::renew(std::string_view card_name, UnixTime expires) {
    send(impl_->key,
         deployment().institutions,
         chain::renew_call(chain::institution_id(card_name), expires));
}

void FakeChain::mine(std::uint64_t count) {
    const std::scoped_lock lock(impl_->mutex);
    for (std::uint64_t i = 0; i < count; ++i) {
        impl_->node.mine();
    }
}

void FakeChain::set_automine(bool is_on) {
    const std::scoped_lock lock(impl_->mutex);
    impl_->node.is_automine_ = is_on;
}

void FakeChain::mine_when_older_than(std::int64_t seconds) {
    const std::scoped_lock lock(impl_->mutex);
    impl_->node.block_seconds_ = seconds;
}

std::uint64_t FakeChain::height() const {
    const std::scoped_lock lock(impl_->mutex);
    return impl_->node.newest().ref.number;
}

void FakeChain::reorganise(std::uint64_t depth, Orphans orphans) {
    const std::scoped_lock lock(impl_->mutex);
    impl_->node.reorganise(depth, orphans == Orphans::keep_in_pool);
}

void FakeChain::restart(std::uint64_t lost_blocks) {
    const std::scoped_lock lock(impl_->mutex);
    impl_->node.lose(lost_blocks);
}

std::shared_ptr<const FakeChain::Snapshot> FakeChain::snapshot() const {
    const std::scoped_lock lock(impl_->mutex);
    auto out = std::make_shared<Snapshot>();
    out->blocks = impl_->node.blocks_;
    out->pool = impl_->node.pool_;
    return out;
}

void FakeChain::restore(const Snapshot& snapshot) {
    const std::scoped_lock lock(impl_->mutex);
    impl_->node.blocks_ = snapshot.blocks;
    impl_->node.pool_ = snapshot.pool;
}

void FakeChain::go_down() {
    const std::scoped_lock lock(impl_->mutex);
    impl_->is_down = true;
}

void FakeChain::come_up() {
    const std::scoped_lock lock(impl_->mutex);
    impl_->is_down = false;
}

void FakeChain::answer_with_chain_id(std::uint64_t chain_id) {
    const std::scoped_lock lock(impl_->mutex);
    impl_->node.told_chain_id_ = chain_id;
}

void FakeChain::freeze_time() {
    const std::scoped_lock lock(impl_->mutex);
    impl_->node.is_time_frozen_ = true;
}

void FakeChain::fail_call(std::uint64_t n) {
    const std::scoped_lock lock(impl_->mutex);
    impl_->fails_at = n == 0 ? 0 : impl_->calls + n;
}

void FakeChain::lose_answer(std::uint64_t n) {
    const std::scoped_lock lock(impl_->mutex);
    impl_->loses_at = n == 0 ? 0 : impl_->calls + n;
}

void FakeChain::before_call(std::function<void(std::string_view method)> hook) {
    const std::scoped_lock lock(impl_->mutex);
    impl_->hook = std::move(hook);
}

std::uint64_t FakeChain::calls() const {
    const std::scoped_lock lock(impl_->mutex);
    return impl_->calls;
}

}  // namespace mednexus::testing
