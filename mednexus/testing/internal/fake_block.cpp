#include "mednexus/testing/internal/fake_block.hpp"

#include <fmt/format.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/testing/internal/fake_header.hpp"

namespace mednexus::testing::internal {

namespace {

constexpr std::uint64_t kGasBase = 50'000;
constexpr std::uint64_t kGasPerByte = 40;

json::Value hex(BytesView bytes) {
    return codec::to_hex_0x(bytes);
}

Outcome run(World& world, const Context& context, const chain::ReadTransaction& read) {
    const chain::Transaction& transaction = read.transaction;
    if (transaction.to) {
        return run_call(world, context, *transaction.to, transaction.data);
    }
    const chain::Address at = chain::created_address(read.sender, transaction.nonce);
    return run_creation(world, at, transaction.data);
}

/// Runs transactions into one block.
class Miner {
public:
    Miner(const BlockPlan& plan, FakeBlock& block, World& world)
        : plan_(plan), block_(block), world_(world) {}

    /// False when its nonce is not the next one.
    [[nodiscard]] bool take(const PooledTransaction& sent) {
        std::uint64_t& nonce = world_.nonces[sent.read.sender];
        if (sent.read.transaction.nonce != nonce) {
            return false;
        }
        ++nonce;
        const Context context{sent.read.sender,
                              static_cast<std::uint64_t>(block_.ref.time.seconds),
                              block_.ref.number,
                              plan_.chain_id};
        Outcome outcome = run(world_, context, sent.read);
        add(sent, std::move(outcome));
        return true;
    }

private:
    void add(const PooledTransaction& sent, Outcome outcome) {
        MinedTransaction mined;
        mined.sent = sent;
        mined.has_succeeded = !outcome.has_reverted;
        mined.gas_used = gas_of(sent.read.transaction.data);
        gas_ += mined.gas_used;
        mined.cumulative_gas = gas_;
        mined.logs = std::move(outcome.logs);
        for (chain::EventLog& log : mined.logs) {
            log.block_number = block_.ref.number;
            log.transaction = sent.read.hash;
            log.log_index = logs_++;
        }
        block_.transactions.push_back(std::move(mined));
    }

    const BlockPlan& plan_;
    FakeBlock& block_;
    World& world_;
    std::uint64_t gas_ = 0;
    std::uint64_t logs_ = 0;
};

/// Takes each transaction when its turn comes, whatever the order of the pool.
void run_pool(Miner& miner, std::vector<PooledTransaction>& pool) {
    for (bool has_taken = true; has_taken;) {
        has_taken = false;
        std::vector<PooledTransaction> left;
        for (PooledTransaction& sent : pool) {
            if (miner.take(sent)) {
                has_taken = true;
            } else {
                left.push_back(std::move(sent));
            }
        }
        pool = std::move(left);
    }
}

void complete_hashes(FakeBlock& block) {
    block.ref.hash = header_hash(block);
    for (MinedTransaction& mined : block.transactions) {
        for (chain::EventLog& log : mined.logs) {
            log.block_hash = block.ref.hash;
        }
    }
}

}  // namespace

std::uint64_t gas_of(BytesView data) {
    return kGasBase + kGasPerByte * data.size();
}

std::shared_ptr<const FakeBlock> make_block(const BlockPlan& plan,
                                            std::vector<PooledTransaction>& left) {
    auto block = std::make_shared<FakeBlock>();
    const FakeBlock* parent = plan.parent;
    block->ref.number = parent == nullptr ? 0 : parent->ref.number + 1;
    block->ref.parent = parent == nullptr ? Hash32{} : parent->ref.hash;
    block->ref.time = plan.time;
    block->extra = to_bytes(fmt::format("branch {}", plan.branch));
    left = plan.pool;
    if (parent != nullptr && left.empty()) {
        block->after = parent->after;
    } else {
        auto world = std::make_shared<World>(parent == nullptr ? World{} : *parent->after);
        Miner miner(plan, *block, *world);
        run_pool(miner, left);
        block->after = std::move(world);
    }
    complete_hashes(*block);
    return block;
}

std::string quantity(std::uint64_t value) {
    return fmt::format("{:#x}", value);
}

json::Value block_json(const FakeBlock& block) {
    json::Object out;
    out.set("hash", hex(block.ref.hash.view()));
    for (const HeaderField& field : header_fields(block)) {
        const std::string digits = codec::to_hex(field.raw);
        const std::size_t start = std::min(digits.find_first_not_of('0'), digits.size());
        const std::string number = start == digits.size() ? "0" : digits.substr(start);
        out.set(std::string(field.name),
                field.is_integer ? json::Value("0x" + number) : hex(field.raw));
    }
    json::Array transactions;
    for (const MinedTransaction& mined : block.transactions) {
        transactions.push_back(hex(mined.sent.read.hash.view()));
    }
    out.set("transactions", std::move(transactions));
    return out;
}

json::Value log_json(const chain::EventLog& log) {
    json::Array topics;
    for (const Hash32& topic : log.topics) {
        topics.push_back(hex(topic.view()));
    }
    json::Object out;
    out.set("address", hex(log.address.view()));
    out.set("topics", std::move(topics));
    out.set("data", hex(log.data));
    out.set("blockNumber", quantity(log.block_number));
    out.set("blockHash", hex(log.block_hash.view()));
    out.set("transactionHash", hex(log.transaction.view()));
    out.set("logIndex", quantity(log.log_index));
    out.set("removed", false);
    return out;
}

json::Value receipt_json(const FakeBlock& block, std::size_t index) {
    const MinedTransaction& mined = block.transactions[index];
    json::Array logs;
    for (const chain::EventLog& log : mined.logs) {
        logs.push_back(log_json(log));
    }
    json::Object out;
    out.set("type", "0x2");
    out.set("transactionHash", hex(mined.sent.read.hash.view()));
    out.set("transactionIndex", quantity(index));
    out.set("blockHash", hex(block.ref.hash.view()));
    out.set("blockNumber", quantity(block.ref.number));
    out.set("from", hex(mined.sent.read.sender.view()));
    out.set("gasUsed", quantity(mined.gas_used));
    out.set("cumulativeGasUsed", quantity(mined.cumulative_gas));
    out.set("status", quantity(mined.has_succeeded ? 1 : 0));
    out.set("logsBloom", hex(bloom_of(mined.logs)));
    out.set("logs", std::move(logs));
    return out;
}

}  // namespace mednexus::testing::internal
