#include "mednexus/codec/json.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "mednexus/codec/utf8.hpp"
#include "mednexus/core/fence.hpp"

namespace mednexus::json {

namespace {

/// A broken assertion of the vendor throws into the fence around parse(): it does not end the node.
[[noreturn]] void assertion_failed() {
    throw std::logic_error("rapidjson");
}

}  // namespace

}  // namespace mednexus::json

#define RAPIDJSON_ASSERT(x) ((x) ? static_cast<void>(0) : mednexus::json::assertion_failed())

// RapidJSON's stack adds to a null pointer before its first growth. That is undefined by the letter
// and harmless; clang's sanitizer would end every fuzz run there.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#if defined(__clang__)
#pragma clang attribute pop
#endif

namespace mednexus::json {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// What is wrong, and the byte at which it is.
struct Complaint {
    std::size_t offset = 0;
    std::string_view rule;
};

Failure refused(std::string_view text, const Complaint& complaint) {
    const Place place = place_of(text, complaint.offset);
    return fail(Kind::invalid,
                "line " + std::to_string(place.line) + ", column " + std::to_string(place.column) +
                    ": " + std::string(complaint.rule));
}

std::string_view rule_of(rapidjson::ParseErrorCode code) {
    switch (code) {
        case rapidjson::kParseErrorDocumentEmpty:
            return "no value";
        case rapidjson::kParseErrorDocumentRootNotSingular:
            return "more than one value";
        case rapidjson::kParseErrorObjectMissName:
            return "a member begins with its name in quotes";
        case rapidjson::kParseErrorObjectMissColon:
            return "a colon follows the name of a member";
        case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
            return "a comma or closing brace follows a member";
        case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
            return "a comma or closing bracket follows an element";
        case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
            return "four hexadecimal digits follow \\u";
        case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
            return "lone surrogate";
        case rapidjson::kParseErrorStringEscapeInvalid:
            return "unknown escape or bare control character in a string";
        case rapidjson::kParseErrorStringMissQuotationMark:
            return "string without an end";
        case rapidjson::kParseErrorNumberTooBig:
            return "number beyond the range of a double";
        case rapidjson::kParseErrorNumberMissFraction:
            return "digits follow a decimal point";
        case rapidjson::kParseErrorNumberMissExponent:
            return "digits follow an exponent";
        default:
            return "not a value";
    }
}

bool is_between_tokens(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':';
}

/// The second member of the first pair of equal keys, by place in the object; nothing if unique.
std::optional<std::size_t> find_duplicate(
    const std::vector<std::pair<std::string, Value>>& members) {
    std::vector<std::size_t> order(members.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto key = [&](std::size_t i) -> const std::string& { return members[i].first; };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const int compared = key(a).compare(key(b));
        return compared < 0 || (compared == 0 && a < b);
    });
    std::optional<std::size_t> first;
    for (std::size_t i = 1; i < order.size(); ++i) {
        if (key(order[i - 1]) == key(order[i])) {
            first = std::min(order[i], first.value_or(order[i]));
        }
    }
    return first;
}

}  // namespace

/// Receives RapidJSON's events and builds the Value; false from an event ends the parse, with the
/// reason in complaint(). The method names are the vendor's.
// NOLINTBEGIN(readability-identifier-naming)
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
public:
    Builder(std::string_view text, const rapidjson::MemoryStream& stream, const Limits& limits)
        : text_(text), stream_(stream), limits_(limits), token_end_(stream.Tell()) {}

    bool Null() { return add({}, take_scalar()); }

    bool Bool(bool value) { return add(value, take_scalar()); }

    bool RawNumber(const char* digits, rapidjson::SizeType length, bool /*copy*/) {
        return add(Number{std::string(digits, length)}, take_scalar());
    }

    bool String(const char* characters, rapidjson::SizeType length, bool /*copy*/) {
        const std::size_t offset = take_scalar();
        return check_string({characters, length}, offset) &&
               add(std::string(characters, length), offset);
    }

    bool Key(const char* characters, rapidjson::SizeType length, bool /*copy*/) {
        const std::size_t offset = take_scalar();
        if (!check_string({characters, length}, offset)) {
            return false;
        }
        open_.back().key.assign(characters, length);
        open_.back().key_offsets.push_back(offset);
        return true;
    }

    bool StartObject() { return open(Object{}); }

    bool StartArray() { return open(Array{}); }

    bool EndObject(rapidjson::SizeType /*count*/) {
        const Frame& frame = open_.back();
        const auto duplicate = find_duplicate(frame.container.as_object()->members());
        if (duplicate) {
            return refuse(frame.key_offsets[*duplicate], "the object has this key already");
        }
        return close();
    }

    bool EndArray(rapidjson::SizeType /*count*/) { return close(); }

    // NOLINTEND(readability-identifier-naming)
    [[nodiscard]] const std::optional<Complaint>& complaint() const noexcept { return complaint_; }

    [[nodiscard]] Value take() { return std::move(root_); }

private:
    /// An array or object whose end has not come yet.
    struct Frame {
        Value container;
        std::string key;                       ///< of the member whose value comes next
        std::vector<std::size_t> key_offsets;  ///< one per member, for the duplicate's place
    };

    bool refuse(std::size_t offset, std::string_view rule) {
        complaint_ = Complaint{.offset = offset, .rule = rule};
        return false;
    }

    /// The offset of the first byte of the token that follows the last one.
    [[nodiscard]] std::size_t next_token() const {
        std::size_t begin = token_end_;
        while (begin < text_.size() && is_between_tokens(text_[begin])) {
            ++begin;
        }
        return begin;
    }

    /// Where the scalar began that the vendor has just read to its end.
    std::size_t take_scalar() {
        const std::size_t begin = next_token();
        token_end_ = stream_.Tell();
        return begin;
    }

    /// Where the bracket or brace stands that this event is about (the vendor may not have taken it
    /// from the stream yet).
    std::size_t take_bracket() {
        const std::size_t begin = next_token();
        token_end_ = begin + 1;
        return begin;
    }

    /// The text as a whole is UTF-8, so only escapes, which always make a string shorter, can bring
    /// in what is not: RapidJSON 1.1 lets a lone low surrogate through.
    bool check_string(std::string_view decoded, std::size_t offset) {
        const std::size_t written = token_end_ - offset - 2;
        if (decoded.size() != written && codec::first_invalid_utf8(decoded)) {
            return refuse(offset, "lone surrogate");
        }
        return true;
    }

    bool count_value(std::size_t offset) {
        if (++values_ > limits_.values_max) {
            return refuse(offset, "more values than allowed");
        }
        return true;
    }

    bool open(Value container) {
        const std::size_t offset = take_bracket();
        if (open_.size() >= limits_.depth_max) {
            return refuse(offset, "nested deeper than allowed");
        }
        container.offset_ = offset;
        open_.push_back({std::move(container), {}, {}});
        return count_value(offset);
    }

    bool close() {
        take_bracket();
        Value value = std::move(open_.back().container);
        open_.pop_back();
        put(std::move(value));
        return true;
    }

    bool add(Value value, std::size_t offset) {
        value.offset_ = offset;
        put(std::move(value));
        return count_value(offset);
    }

    void put(Value value) {
        if (open_.empty()) {
            root_ = std::move(value);
        } else if (Array* array = open_.back().container.as_array()) {
            array->push_back(std::move(value));
        } else {
            Object& object = *open_.back().container.as_object();
            object.members_.emplace_back(std::move(open_.back().key), std::move(value));
        }
    }

    std::string_view text_;
    const rapidjson::MemoryStream& stream_;
    Limits limits_;
    std::vector<Frame> open_;
    Value root_;
    std::size_t values_ = 0;
    std::size_t token_end_;  ///< where the last token ended
    std::optional<Complaint> complaint_;
};

namespace {

/// What can be said without the grammar. NUL is looked for here because RapidJSON takes it for the
/// end of the text.
std::optional<Complaint> check_bytes(std::string_view text, const Limits& limits) {
    if (text.size() > limits.size_bytes_max) {
        return Complaint{.offset = limits.size_bytes_max, .rule = "longer than allowed"};
    }
    if (const auto at = codec::first_invalid_utf8(text)) {
        return Complaint{.offset = *at, .rule = "not UTF-8"};
    }
    if (const std::size_t at = text.find('\0'); at != std::string_view::npos) {
        return Complaint{.offset = at, .rule = "NUL byte"};
    }
    return std::nullopt;
}

Result<Value> parse_checked(std::string_view text, std::size_t begin, const Limits& limits) {
    constexpr unsigned kFlags = rapidjson::kParseNumbersAsStringsFlag |
                                rapidjson::kParseIterativeFlag |
                                rapidjson::kParseValidateEncodingFlag;
    rapidjson::MemoryStream stream(text.data(), text.size());
    stream.src_ += begin;
    Builder builder(text, stream, limits);
    rapidjson::Reader reader;
    const rapidjson::ParseResult parsed = reader.Parse<kFlags>(stream, builder);
    if (const auto& complaint = builder.complaint()) {
        return refused(text, *complaint);
    }
    if (parsed.IsError()) {
        return refused(text, {.offset = parsed.Offset(), .rule = rule_of(parsed.Code())});
    }
    return builder.take();
}

}  // namespace

Result<Value> parse(std::string_view text, const Limits& limits) {
    if (const auto complaint = check_bytes(text, limits)) {
        return refused(text, *complaint);
    }
    const std::size_t begin = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    return fenced("json.parse", [&] { return parse_checked(text, begin, limits); });
}

}  // namespace mednexus::json
