#pragma once
/// Strict reading of what JSON-RPC answers hold, and writing of what requests take. Source: the
/// execution API's schemas: a quantity is "0x" and hex digits without leading zeros; data is "0x"
/// and two digits per byte. Threads: free functions.
#include "mednexus/chain/types.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"

namespace mednexus::chain::internal {

/// Errors: invalid: no such text, or over 64 bits.
[[nodiscard]] Result<std::uint64_t> parse_quantity(const json::Value& value);

/// Big-endian bytes without leading zeros (zero: none), as RLP takes integers.
/// Errors: invalid: no such text, or over 256 bits.
[[nodiscard]] Result<Bytes> parse_big_quantity(const json::Value& value);

/// Errors: invalid: no such text.
[[nodiscard]] Result<Bytes> parse_data(const json::Value& value);

/// Exactly F's bytes. Errors: invalid.
template <typename F>
[[nodiscard]] Result<F> parse_fixed(const json::Value& value) {
    MN_TRY(const Bytes raw, parse_data(value));
    return F::from(raw);
}

[[nodiscard]] std::string write_quantity(std::uint64_t value);

/// The members of one object; errors name the member. `value` must outlive it.
class Members {
public:
    /// Errors: invalid: not an object.
    [[nodiscard]] static Result<Members> of(const json::Value& value);

    [[nodiscard]] Result<std::uint64_t> quantity(std::string_view key) const;
    [[nodiscard]] Result<Bytes> big_quantity(std::string_view key) const;
    [[nodiscard]] Result<Bytes> data(std::string_view key) const;
    [[nodiscard]] Result<const json::Array*> array(std::string_view key) const;
    /// False when absent or null.
    [[nodiscard]] bool has(std::string_view key) const;
    /// False when absent or anything but true.
    [[nodiscard]] bool is_true(std::string_view key) const;

    template <typename F>
    [[nodiscard]] Result<F> fixed(std::string_view key) const {
        return read(key, parse_fixed<F>);
    }

private:
    explicit Members(const json::Object& object) : object_(&object) {}

    template <typename Parse>
    [[nodiscard]] auto read(std::string_view key, Parse parse) const
        -> decltype(parse(std::declval<const json::Value&>())) {
        const json::Value* value = object_->find(key);
        if (value == nullptr) {
            return fail(Kind::invalid, std::string(key) + ": missing");
        }
        auto parsed = parse(*value);
        if (!parsed) {
            return fail_in(key, parsed.error());
        }
        return parsed;
    }

    const json::Object* object_;
};

}  // namespace mednexus::chain::internal
