#include <algorithm>
#include <utility>

#include "mednexus/codec/json.hpp"

namespace mednexus::json {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

/// The two-character escape of RFC 8785 section 3.2.2.2, or 0.
char short_escape_of(char c) noexcept {
    switch (c) {
        case '"':
        case '\\':
            return c;
        case '\b':
            return 'b';
        case '\t':
            return 't';
        case '\n':
            return 'n';
        case '\f':
            return 'f';
        case '\r':
            return 'r';
        default:
            return 0;
    }
}

void write_string(std::string& out, std::string_view text) {
    out.push_back('"');
    for (const char c : text) {
        const auto code = static_cast<std::uint8_t>(c);
        if (const char escape = short_escape_of(c); escape != 0) {
            out.push_back('\\');
            out.push_back(escape);
        } else if (code < 0x20) {
            out.append("\\u00");
            out.push_back(kHexDigits[code >> 4U]);
            out.push_back(kHexDigits[code & 0x0FU]);
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
}

/// Orders the bytes of UTF-8 as UTF-16 code units do: characters above U+FFFF (lead bytes F0..F4)
/// are surrogate pairs there and come before U+E000..U+FFFF (lead bytes EE, EF).
std::uint8_t utf16_weight(char c) noexcept {
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte < 0xEE) {
        return byte;
    }
    return static_cast<std::uint8_t>(byte < 0xF0 ? byte + 5 : byte - 2);
}

bool utf16_less(std::string_view a, std::string_view b) {
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(), [](char left, char right) {
            return utf16_weight(left) < utf16_weight(right);
        });
}

using Member = std::pair<std::string, Value>;

std::vector<const Member*> in_canonical_order(const Object& object) {
    std::vector<const Member*> out;
    out.reserve(object.size());
    for (const Member& member : object.members()) {
        out.push_back(&member);
    }
    std::sort(out.begin(), out.end(), [](const Member* a, const Member* b) {
        return utf16_less(a->first, b->first);
    });
    return out;
}

/// Everything but arrays and objects.
void write_scalar(std::string& out, const Value& value) {
    if (const bool* flag = value.as_bool()) {
        out.append(*flag ? "true" : "false");
    } else if (const Number* number = value.as_number()) {
        out.append(number->text);
    } else if (const std::string* text = value.as_string()) {
        write_string(out, *text);
    } else {
        out.append("null");
    }
}

// Recursion in both writers is bounded by the depth of the value, which parse() bounds by
// depth_max.

void write_compact(std::string& out, const Value& value) {  // NOLINT(misc-no-recursion)
    if (const Array* array = value.as_array()) {
        char before = '[';
        for (const Value& item : *array) {
            out.push_back(std::exchange(before, ','));
            write_compact(out, item);
        }
        out.append(array->empty() ? "[]" : "]");
    } else if (const Object* object = value.as_object()) {
        char before = '{';
        for (const Member* member : in_canonical_order(*object)) {
            out.push_back(std::exchange(before, ','));
            write_string(out, member->first);
            out.push_back(':');
            write_compact(out, member->second);
        }
        out.append(object->size() == 0 ? "{}" : "}");
    } else {
        write_scalar(out, value);
    }
}

void new_line(std::string& out, std::size_t depth) {
    out.push_back('\n');
    out.append(2 * depth, ' ');
}

void write_indented(std::string& out, const Value& value, std::size_t depth);

void write_items(std::string& out, const Array& array, std::size_t depth) {
    char before = '[';
    for (const Value& item : array) {
        out.push_back(std::exchange(before, ','));
        new_line(out, depth + 1);
        write_indented(out, item, depth + 1);
    }
    new_line(out, depth);
    out.push_back(']');
}

void write_members(std::string& out, const Object& object, std::size_t depth) {
    char before = '{';
    for (const auto& [key, item] : object.members()) {
        out.push_back(std::exchange(before, ','));
        new_line(out, depth + 1);
        write_string(out, key);
        out.append(": ");
        write_indented(out, item, depth + 1);
    }
    new_line(out, depth);
    out.push_back('}');
}

void write_indented(std::string& out, const Value& value, std::size_t depth) {
    const Array* const array = value.as_array();
    const Object* const object = value.as_object();
    if (array != nullptr && !array->empty()) {
        write_items(out, *array, depth);
    } else if (object != nullptr && object->size() > 0) {
        write_members(out, *object, depth);
    } else {
        write_compact(out, value);
    }
}

}  // namespace

std::string write_canonical(const Value& value) {
    std::string out;
    write_compact(out, value);
    return out;
}

std::string write_pretty(const Value& value) {
    std::string out;
    write_indented(out, value, 0);
    out.push_back('\n');
    return out;
}

}  // namespace mednexus::json
