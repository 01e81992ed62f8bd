#pragma once
/// One call to one contract of the model, and the functions of each contract by selector.
/// Threads: values.
#include <span>

#include "mednexus/codec/abi.hpp"
#include "mednexus/testing/internal/fake_world.hpp"

namespace mednexus::testing::internal {

/// What a function returns, or the data it reverts with.
using Ran = tl::expected<Bytes, Bytes>;

struct Call {
    World* world;
    ContractState* self;
    chain::Address address;  ///< of self
    Context context;
    BytesView arguments;
    std::vector<chain::EventLog> logs;
};

struct Function {
    std::string_view signature;
    Ran (*run)(Call& call);
};

[[nodiscard]] std::span<const Function> institution_functions();
[[nodiscard]] std::span<const Function> consent_functions();
[[nodiscard]] std::span<const Function> case_functions();
[[nodiscard]] std::span<const Function> anchor_functions();

/// A custom error with its arguments.
[[nodiscard]] tl::unexpected<Bytes> revert(std::string_view signature,
                                           const abi::Writer& arguments = {});

/// An argument, or the empty revert of a Solidity decoder.
template <typename T>
[[nodiscard]] tl::expected<T, Bytes> argument(Result<T> read) {
    if (!read) {
        return tl::unexpected(Bytes{});
    }
    return *std::move(read);
}

/// `topics` without the event's own.
void emit(Call& call,
          std::string_view signature,
          std::vector<Hash32> topics,
          const abi::Writer& data = {});

[[nodiscard]] Hash32 topic_of(const chain::Address& address);

/// The caller's institution, active in this block. Reverts: NotAnInstitution, NotActive.
[[nodiscard]] tl::expected<Hash32, Bytes> active_caller(const Call& call);
[[nodiscard]] tl::expected<Hash32, Bytes> require_active(const ContractState& registry,
                                                         const Context& context,
                                                         const chain::Address& account);

[[nodiscard]] tl::expected<void, Bytes> check_batch(std::size_t count);

inline constexpr std::size_t kItemsMax = 1024;  ///< that a decoder takes; contracts refuse over 64

}  // namespace mednexus::testing::internal
