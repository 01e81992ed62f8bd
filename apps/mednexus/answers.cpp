#include "apps/mednexus/answers.hpp"

#include <fmt/format.h>

#include "apps/mednexus/terminal.hpp"

namespace mednexus::cli {
namespace {

const json::Value* member(const json::Value& object, std::string_view key) {
    return object.as_object() == nullptr ? nullptr : object.as_object()->find(key);
}

std::string text_of_value(const json::Value& value) {
    if (const auto* text = value.as_string(); text != nullptr) {
        return printable(*text);
    }
    return printable(json::write_canonical(value));
}

}  // namespace

std::string shown(const json::Value& object, std::string_view key) {
    const auto* value = member(object, key);
    return value == nullptr ? "-" : text_of_value(*value);
}

const json::Array& elements(const json::Value& object, std::string_view key) {
    static const json::Array none;
    const auto* value = member(object, key);
    return value == nullptr || value->as_array() == nullptr ? none : *value->as_array();
}

std::string joined(const json::Value& object, std::string_view key) {
    std::string out;
    for (const auto& element : elements(object, key)) {
        out += fmt::format("{}{}", out.empty() ? "" : ", ", text_of_value(element));
    }
    return out;
}

Result<std::string> string_of(const json::Value& object, std::string_view key) {
    const auto* value = member(object, key);
    if (value == nullptr || value->as_string() == nullptr) {
        return fail(Kind::internal, fmt::format("the node's answer has no text '{}'", key));
    }
    return *value->as_string();
}

}  // namespace mednexus::cli
