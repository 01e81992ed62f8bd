#include "mednexus/chain/internal/rpc_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace mednexus::chain::internal {

namespace {

constexpr std::size_t kDigitsOf64Bits = 16;
constexpr std::size_t kDigitsOf256Bits = 64;

Result<std::string_view> hex_text(const json::Value& value) {
    const std::string* text = value.as_string();
    if (text == nullptr || !text->starts_with("0x")) {
        return fail(Kind::invalid, "expected text that begins with 0x");
    }
    return std::string_view(*text).substr(2);
}

bool is_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// The digits of a quantity, checked.
Result<std::string_view> quantity_digits(const json::Value& value, std::size_t digits_max) {
    MN_TRY(const std::string_view digits, hex_text(value));
    const bool has_leading_zero = digits.size() > 1 && digits.front() == '0';
    if (digits.empty() || has_leading_zero || !std::ranges::all_of(digits, is_digit)) {
        return fail(Kind::invalid, "not a quantity");
    }
    if (digits.size() > digits_max) {
        return fail(Kind::invalid, "quantity over " + std::to_string(digits_max * 4) + " bits");
    }
    return digits;
}

}  // namespace

Result<std::uint64_t> parse_quantity(const json::Value& value) {
    MN_TRY(const std::string_view digits, quantity_digits(value, kDigitsOf64Bits));
    std::uint64_t out = 0;
    constexpr int kBase = 16;
    std::from_chars(digits.data(), digits.data() + digits.size(), out, kBase);
    return out;
}

Result<Bytes> parse_big_quantity(const json::Value& value) {
    MN_TRY(const std::string_view digits, quantity_digits(value, kDigitsOf256Bits));
    if (digits == "0") {
        return Bytes{};
    }
    return codec::parse_hex(digits.size() % 2 == 0 ? std::string(digits)
                                                   : "0" + std::string(digits));
}

Result<Bytes> parse_data(const json::Value& value) {
    MN_TRY(const std::string_view digits, hex_text(value));
    if (!std::ranges::all_of(digits, is_digit)) {
        return fail(Kind::invalid, "not hex data");
    }
    return codec::parse_hex(digits);
}

std::string write_quantity(std::uint64_t value) {
    constexpr int kBase = 16;
    std::array<char, kDigitsOf64Bits> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, kBase);
    return "0x" + std::string(digits.data(), end.ptr);
}

Result<Members> Members::of(const json::Value& value) {
    const json::Object* object = value.as_object();
    if (object == nullptr) {
        return fail(Kind::invalid, "expected an object, got " + std::string(value.type_name()));
    }
    return Members(*object);
}

Result<std::uint64_t> Members::quantity(std::string_view key) const {
    return read(key, parse_quantity);
}

Result<Bytes> Members::big_quantity(std::string_view key) const {
    return read(key, parse_big_quantity);
}

Result<Bytes> Members::data(std::string_view key) const {
    return read(key, parse_data);
}

Result<const json::Array*> Members::array(std::string_view key) const {
    return read(key, [](const json::Value& value) -> Result<const json::Array*> {
        const json::Array* array = value.as_array();
        if (array == nullptr) {
            return fail(Kind::invalid, "expected an array");
        }
        return array;
    });
}

bool Members::has(std::string_view key) const {
    const json::Value* value = object_->find(key);
    return value != nullptr && !value->is_null();
}

bool Members::is_true(std::string_view key) const {
    const json::Value* value = object_->find(key);
    const bool* truth = value == nullptr ? nullptr : value->as_bool();
    return truth != nullptr && *truth;
}

}  // namespace mednexus::chain::internal
