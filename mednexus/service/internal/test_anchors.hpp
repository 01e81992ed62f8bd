#pragma once
/// Anchors a told story on a chain in memory, for the tests of bundles: receipts, proofs and
/// headers are what a node would give.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "mednexus/chain/client.hpp"
#include "mednexus/chain/contracts.hpp"
#include "mednexus/codec/base64.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/note.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/bundle_story.hpp"
#include "mednexus/testing/fake_chain.hpp"
#include "mednexus/testing/manual_clock.hpp"

namespace mednexus::service::internal {

class AnchorChain {
public:
    AnchorChain() { chain_.deploy(); }

    /// Has the institution anchor this state of its log; gives the number of the block.
    std::uint64_t anchor(const std::string& name, std::uint64_t size, const Hash32& root) {
        const Hash32 seed = crypto::sha256(bytes_of("account " + name));
        const Secret<32> key = *Secret<32>::from(seed.view());
        if (accredited_.insert(name).second) {
            chain_.accredit(name, *crypto::evm_address_of(key), seed, {1'900'000'000});
        }
        chain_.send(key, chain_.deployment().anchors, chain::anchor_call(size, root));
        return chain_.height();
    }

    /// Anchors every checkpoint, each in a block of its own, and then mines `later` blocks.
    BundleAnchors anchor_all(const std::vector<LogEvidence>& evidence, std::uint64_t later = 2) {
        std::map<std::string, std::uint64_t> blocks;
        for (const LogEvidence& one : evidence) {
            const auto note = codec::parse_note(one.checkpoint);
            MN_CHECK(note.has_value());
            const auto checkpoint = ledger::parse_checkpoint_text(note->text);
            MN_CHECK(checkpoint.has_value());
            blocks[one.institution] = anchor(one.institution, checkpoint->size, checkpoint->root);
        }
        chain_.mine(later);
        return part(blocks);
    }

    /// The part that proves what the last transaction of each of these blocks did, with headers up
    /// to the newest.
    [[nodiscard]] BundleAnchors part(const std::map<std::string, std::uint64_t>& blocks) {
        const chain::Client client(chain_, "");
        std::uint64_t from = chain_.height();
        for (const auto& [name, block] : blocks) {
            from = std::min(from, block);
        }
        BundleAnchors out;
        out.chain_id = testing::FakeChain::kChainId;
        out.contract = chain_.deployment().anchors;
        for (std::uint64_t number = from; number <= chain_.height(); ++number) {
            out.headers.push_back(client.full_block_at(number)->header_rlp);
        }
        for (const auto& [name, block] : blocks) {
            const auto receipts = *client.raw_receipts_at(block);
            const Hash32 root = client.full_block_at(block)->receipts_root;
            out.receipts.push_back(
                {name, block - from, *chain::prove_receipt(receipts, receipts.size() - 1, root)});
        }
        return out;
    }

    [[nodiscard]] Hash32 hash_of(std::uint64_t block) {
        return chain::Client(chain_, "").block_at(block)->hash;
    }

    /// The lines of a policy that trusts the newest block.
    [[nodiscard]] std::string policy_lines() { return policy_lines(chain_.height()); }

    [[nodiscard]] std::string policy_lines(std::uint64_t trusted) {
        return "chain-id " + std::to_string(testing::FakeChain::kChainId) + "\nanchor " +
               codec::to_hex_0x(chain_.deployment().anchors.view()) + "\ntrusted-block " +
               codec::to_hex_0x(hash_of(trusted).view()) + "\n";
    }

    [[nodiscard]] testing::FakeChain& chain() { return chain_; }

private:
    testing::ManualClock clock_{{1'770'000'000}};
    testing::FakeChain chain_{clock_};
    std::set<std::string> accredited_;
};

}  // namespace mednexus::service::internal
