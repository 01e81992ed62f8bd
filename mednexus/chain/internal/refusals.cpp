#include "mednexus/chain/internal/refusals.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/codec/hex.hpp"

namespace mednexus::chain::internal {

namespace {

constexpr std::int64_t kReverted = 3;                  // geth, erigon, reth, anvil
constexpr std::int64_t kServerError = -32000;          // geth: most refusals of the pool
constexpr std::int64_t kTransactionRejected = -32003;  // EIP-1474; anvil
constexpr std::int64_t kInvalidParameters = -32602;
constexpr std::int64_t kLimitExceeded = -32005;

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::ranges::transform(
        out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

bool says_any(const RpcError& error, std::span<const std::string_view> phrases) {
    const std::string text = lower_case(error.message);
    return std::ranges::any_of(
        phrases, [&](std::string_view phrase) { return text.find(phrase) != std::string::npos; });
}

/// The node's words, bounded and on one line: they come from outside.
std::string quote(const RpcError& error) {
    constexpr std::size_t kSizeBytesMax = 200;
    std::string text = error.message.substr(0, kSizeBytesMax);
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < ' ' || c > '~'; }, '_');
    return "the node says " + std::to_string(error.code) + " \"" + text + "\"";
}

bool is_revert(const RpcError& error) {
    constexpr std::array<std::string_view, 2> kPhrases{"execution reverted", "vm exception"};
    return error.code == kReverted || says_any(error, kPhrases);
}

}  // namespace

Error error_of(std::string_view method, const RpcError& error) {
    const std::string name = std::string(method) + ": ";
    if (!is_revert(error)) {
        return {Kind::internal, name + quote(error)};
    }
    const auto data = codec::parse_hex(error.data);
    return {Kind::denied, name + (data ? describe_revert(*data) : quote(error))};
}

bool says_already_known(const RpcError& error) {
    // geth and reth; anvil; besu; nethermind
    constexpr std::array<std::string_view, 4> kPhrases{
        "already known", "already imported", "known transaction", "alreadyknown"};
    return says_any(error, kPhrases);
}

Error error_of_sending(const RpcError& error) {
    constexpr std::string_view kMethod = "eth_sendRawTransaction: ";
    constexpr std::array<std::string_view, 5> kConflict{
        "nonce too low", "nonce is too low", "oldnonce", "replacement", "same nonce"};
    constexpr std::array<std::string_view, 3> kFull{"pool is full", "pool full", "limit exceeded"};
    const std::string text = std::string(kMethod) + quote(error);
    if (says_any(error, kConflict)) {
        return {Kind::conflict, text};
    }
    if (error.code == kLimitExceeded || says_any(error, kFull)) {
        return {Kind::unavailable, text};
    }
    const bool is_about_content = error.code == kServerError ||
                                  error.code == kTransactionRejected ||
                                  error.code == kInvalidParameters || is_revert(error);
    return {is_about_content ? Kind::denied : Kind::internal, text};
}

}  // namespace mednexus::chain::internal
