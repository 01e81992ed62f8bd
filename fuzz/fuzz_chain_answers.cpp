/// What a node answers, to every question of chain::Client. The first byte chooses the question.
#include <array>
#include <cstdint>

#include "mednexus/chain/client.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

namespace {

using namespace mednexus;  // NOLINT(google-build-using-namespace): a program of one page

/// Gives the same answer to everything.
class OneAnswer final : public chain::Transport {
public:
    explicit OneAnswer(json::Value answer) : answer_(std::move(answer)) {}

    Result<chain::RpcAnswer> call(const std::string& /*url*/,
                                  std::string_view /*method*/,
                                  const json::Value& /*params*/) override {
        return chain::RpcAnswer{answer_, std::nullopt};
    }

private:
    json::Value answer_;
};

void ask(const chain::Client& client, std::uint8_t question) {
    constexpr std::uint64_t kNumber = 5;
    constexpr std::uint8_t kQuestions = 6;
    switch (question % kQuestions) {
        case 0: {
            const auto block = client.full_block_at(kNumber);
            MN_CHECK(!block || crypto::keccak256(block->header_rlp) == block->ref.hash);
            break;
        }
        case 1: {
            const chain::LogFilter filter{.from_block = 0, .to_block = kNumber, .addresses = {{}}};
            const auto logs = client.logs(filter);
            MN_CHECK(!logs || logs->empty() || logs->back().block_number <= kNumber);
            break;
        }
        case 2: {
            const auto receipt = client.receipt_of(Hash32{});
            MN_CHECK(!receipt || !*receipt || (*receipt)->transaction == Hash32{});
            break;
        }
        case 3:
            (void)client.raw_receipts_at(kNumber);
            break;
        case 4:
            (void)client.fees();
            break;
        default:
            (void)client.chain_id();
            break;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const BytesView text(data + 1, size - 1);
    auto answer = json::parse(text_of(text));
    if (answer) {
        OneAnswer transport(*std::move(answer));
        ask(chain::Client(transport, "http://127.0.0.1:1"), data[0]);
    }
    return 0;
}
