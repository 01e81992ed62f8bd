#include <algorithm>
#include <array>
#include <charconv>

#include "mednexus/codec/json.hpp"

namespace mednexus::json {

namespace {

template <typename Members>
auto find_member(Members& members, std::string_view key) {
    return std::find_if(
        members.begin(), members.end(), [&](const auto& member) { return member.first == key; });
}

}  // namespace

const Value* Object::find(std::string_view key) const noexcept {
    const auto found = find_member(members_, key);
    return found == members_.end() ? nullptr : &found->second;
}

void Object::set(std::string key, Value value) {
    const auto found = find_member(members_, key);
    if (found == members_.end()) {
        members_.emplace_back(std::move(key), std::move(value));
    } else {
        found->second = std::move(value);
    }
}

/// Order matters: two objects that differ only in it are different texts, though not canonically.
bool operator==(const Object& a, const Object& b) {
    return a.members_ == b.members_;
}

Value::Value(bool value) : storage_(value) {}

Value::Value(std::string value) : storage_(std::move(value)) {}

Value::Value(std::string_view value) : storage_(std::string(value)) {}

Value::Value(const char* value) : storage_(std::string(value)) {}

Value::Value(Array value) : storage_(std::move(value)) {}

Value::Value(Object value) : storage_(std::move(value)) {}

Value::Value(Number value) : storage_(std::move(value)) {}

Value::Value(std::int64_t value) : storage_(Number{std::to_string(value)}) {}

Value::Value(std::uint64_t value) : storage_(Number{std::to_string(value)}) {}

Value::Value(int value) : storage_(Number{std::to_string(value)}) {}

bool Value::is_null() const noexcept {
    return std::holds_alternative<Null>(storage_);
}

const bool* Value::as_bool() const noexcept {
    return std::get_if<bool>(&storage_);
}

const Number* Value::as_number() const noexcept {
    return std::get_if<Number>(&storage_);
}

const std::string* Value::as_string() const noexcept {
    return std::get_if<std::string>(&storage_);
}

const Array* Value::as_array() const noexcept {
    return std::get_if<Array>(&storage_);
}

const Object* Value::as_object() const noexcept {
    return std::get_if<Object>(&storage_);
}

Array* Value::as_array() noexcept {
    return std::get_if<Array>(&storage_);
}

Object* Value::as_object() noexcept {
    return std::get_if<Object>(&storage_);
}

std::string_view Value::type_name() const noexcept {
    constexpr std::array<std::string_view, 6> kNames{
        "null", "boolean", "number", "string", "array", "object"};
    static_assert(kNames.size() == std::variant_size_v<Storage>);
    return kNames[storage_.index()];
}

bool operator==(const Value& a, const Value& b) {
    return a.storage_ == b.storage_;
}

Place place_of(std::string_view text, std::size_t offset) noexcept {
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const std::size_t last_break = before.rfind('\n');
    const std::size_t line_start = last_break == std::string_view::npos ? 0 : last_break + 1;
    return {.line = static_cast<std::size_t>(lines) + 1, .column = before.size() - line_start + 1};
}

Result<std::int64_t> to_int64(const Number& number) {
    std::int64_t out = 0;
    const char* const end = number.text.data() + number.text.size();
    const auto [stop, error] = std::from_chars(number.text.data(), end, out);
    if (error == std::errc::result_out_of_range) {
        return fail(Kind::invalid, "the number does not fit 64 bits");
    }
    if (error != std::errc{} || stop != end) {
        return fail(Kind::invalid, "the number is no plain integer");
    }
    return out;
}

}  // namespace mednexus::json
