#include <algorithm>

#include "mednexus/codec/json.hpp"

namespace mednexus::json {

namespace {

std::string joined(std::string_view path, std::string_view key) {
    std::string out(path);
    out.push_back('.');
    out.append(key);
    return out;
}

Failure wrong_type(std::string_view path, std::string_view wanted, const Value& value) {
    return fail(Kind::invalid,
                std::string(path) + ": expected " + std::string(wanted) + ", found " +
                    std::string(value.type_name()));
}

}  // namespace

Reader::Reader(const Value& value, std::string path)
    : object_(value.as_object()), path_(std::move(path)) {}

Result<const Value*> Reader::member(std::string_view key) {
    if (object_ == nullptr) {
        return fail(Kind::invalid, path_ + ": expected object");
    }
    const Value* const value = optional(key);
    if (value == nullptr) {
        return fail(Kind::invalid, joined(path_, key) + ": missing");
    }
    return value;
}

Result<std::string> Reader::string(std::string_view key) {
    MN_TRY(const Value* const value, member(key));
    if (const std::string* text = value->as_string()) {
        return *text;
    }
    return wrong_type(joined(path_, key), "string", *value);
}

Result<std::int64_t> Reader::integer(std::string_view key) {
    MN_TRY(const Value* const value, member(key));
    const Number* const number = value->as_number();
    if (number == nullptr) {
        return wrong_type(joined(path_, key), "number", *value);
    }
    const Result<std::int64_t> out = to_int64(*number);
    if (!out) {
        return fail_in(joined(path_, key), out.error());
    }
    return *out;
}

Result<bool> Reader::boolean(std::string_view key) {
    MN_TRY(const Value* const value, member(key));
    if (const bool* flag = value->as_bool()) {
        return *flag;
    }
    return wrong_type(joined(path_, key), "boolean", *value);
}

Result<const Array*> Reader::array(std::string_view key) {
    MN_TRY(const Value* const value, member(key));
    if (const Array* items = value->as_array()) {
        return items;
    }
    return wrong_type(joined(path_, key), "array", *value);
}

Result<const Value*> Reader::object(std::string_view key) {
    MN_TRY(const Value* const value, member(key));
    if (value->as_object() != nullptr) {
        return value;
    }
    return wrong_type(joined(path_, key), "object", *value);
}

Result<std::vector<std::string>> Reader::strings(std::string_view key) {
    MN_TRY(const Array* const items, array(key));
    std::vector<std::string> out;
    out.reserve(items->size());
    for (const Value& item : *items) {
        const std::string* const text = item.as_string();
        if (text == nullptr) {
            const std::string place = "[" + std::to_string(out.size()) + "]";
            return wrong_type(joined(path_, key) + place, "string", item);
        }
        out.push_back(*text);
    }
    return out;
}

const Value* Reader::optional(std::string_view key) {
    asked_.emplace_back(key);
    return object_ == nullptr ? nullptr : object_->find(key);
}

Result<void> Reader::finish() const {
    if (object_ == nullptr) {
        return fail(Kind::invalid, path_ + ": expected object");
    }
    for (const auto& [key, value] : object_->members()) {
        if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) {
            return fail(Kind::invalid, joined(path_, key) + ": unknown member");
        }
    }
    return {};
}

}  // namespace mednexus::json
