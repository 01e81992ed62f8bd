#include "mednexus/clinical/internal/fields.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mednexus/clinical/internal/grammar.hpp"
#include "mednexus/clinical/ontology.hpp"

namespace mednexus::clinical::internal {

namespace {

constexpr std::size_t kPointerSegmentBytesMax = 64;
constexpr std::size_t kPointerBytesMax = 512;
constexpr std::string_view kHpoPrefix = "HP:";

/// One reference token of RFC 6901, cut to a printable length. The cut may not split a code point.
std::string pointer_token(std::string_view key) {
    std::size_t size = std::min(key.size(), kPointerSegmentBytesMax);
    while (size > 0 && size < key.size() &&
           (static_cast<unsigned char>(key[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    std::string out;
    const bool is_hidden = has_control_character(key);
    for (const char c : key.substr(0, size)) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '~' || c == '/') {
            out += c == '~' ? "~0" : "~1";
        } else {
            out += is_hidden && (byte < 0x20 || byte >= 0x7F) ? '?' : c;
        }
    }
    return out;
}

}  // namespace

void Findings::issue(const json::Value& at, std::string_view pointer, std::string rule) {
    if (issues_.size() >= kIssuesMax) {
        return;
    }
    json::Place place = json::place_of(text_, at.offset());
    if (line_ != 0) {
        place.line = line_;
    }
    const std::string where = fmt::format("line {}, column {}", place.line, place.column);
    issues_.push_back({pointer.empty()
                           ? where
                           : fmt::format("{} ({})", where, pointer.substr(0, kPointerBytesMax)),
                       std::move(rule)});
}

void Findings::left_out(std::string_view pointer, std::string kind) {
    if (left_out_.size() < kLeftOutMax) {
        left_out_.push_back({std::string(pointer.substr(0, kPointerBytesMax)), std::move(kind)});
    }
}

Issue issue_of(const Error& error, std::uint64_t line) {
    const std::size_t end = error.what.find(": ");
    if (!error.what.starts_with("line ") || end == std::string::npos) {
        return {line == 0 ? "line 1, column 1" : fmt::format("line {}, column 1", line),
                error.what};
    }
    Issue issue{error.what.substr(0, end), error.what.substr(end + 2)};
    const std::size_t comma = issue.place.find(',');
    if (line != 0 && comma != std::string::npos) {
        issue.place = fmt::format("line {}{}", line, issue.place.substr(comma));
    }
    return issue;
}

Fields::Fields(const json::Value& value, std::string pointer, Findings& findings)
    : value_(&value),
      object_(value.as_object()),
      pointer_(std::move(pointer)),
      findings_(&findings) {
    if (object_ == nullptr) {
        issue_here(fmt::format("expected an object, found {}", value.type_name()));
    }
}

const json::Value* Fields::find(std::string_view key, Need need) {
    if (object_ == nullptr) {
        return nullptr;
    }
    asked_.push_back(key);
    const json::Value* member = object_->find(key);
    if (member != nullptr && !member->is_null()) {
        return member;
    }
    if (need == Need::required) {
        issue_here(fmt::format("member \"{}\" is required", key));
    }
    return nullptr;
}

std::string Fields::text(std::string_view key, TextRule rule, Need need) {
    const json::Value* member = find(key, need);
    if (member == nullptr) {
        return {};
    }
    const std::string* text = member->as_string();
    if (text == nullptr) {
        wrong_type(key, *member, "a string");
        return {};
    }
    if (text->empty() && need == Need::optional) {
        return {};  // the default of proto3: the same as absent
    }
    if (auto fault = rule(*text)) {
        findings_->issue(*member, pointer_to(key), *std::move(fault));
        return {};
    }
    if (text->empty()) {
        findings_->issue(*member, pointer_to(key), "a required text is not empty");
    }
    return *text;
}

std::string Fields::name(std::string_view key, std::span<const std::string_view> names, Need need) {
    const json::Value* member = find(key, need);
    if (member == nullptr) {
        return {};
    }
    const std::string* text = member->as_string();
    if (text == nullptr) {
        wrong_type(key, *member, "the name of an enumerator");
        return {};
    }
    if (std::find(names.begin(), names.end(), *text) == names.end()) {
        findings_->issue(
            *member, pointer_to(key), fmt::format("expected one of {}", fmt::join(names, ", ")));
        return {};
    }
    return *text;
}

bool Fields::flag(std::string_view key) {
    const json::Value* member = find(key);
    if (member == nullptr) {
        return false;
    }
    const bool* flag = member->as_bool();
    if (flag == nullptr) {
        wrong_type(key, *member, "true or false");
        return false;
    }
    return *flag;
}

std::uint64_t Fields::count(std::string_view key, std::uint64_t max, Need need) {
    const json::Value* member = find(key, need);
    if (member == nullptr) {
        return 0;
    }
    std::string_view digits;
    if (const json::Number* number = member->as_number()) {
        digits = number->text;
    } else if (const std::string* text = member->as_string()) {
        digits = *text;
    } else {
        wrong_type(key, *member, "a number");
        return 0;
    }
    constexpr std::size_t kDigitsMax = 18;
    std::uint64_t value = max;
    bool is_fine = is_digits(digits) && digits.size() <= kDigitsMax;
    if (is_fine) {
        const auto parsed = json::to_int64(json::Number{std::string(digits)});
        value = parsed ? static_cast<std::uint64_t>(*parsed) : 0;
        is_fine = parsed.has_value() && value <= max;
    }
    if (!is_fine) {
        findings_->issue(
            *member, pointer_to(key), fmt::format("expected a whole number from 0 to {}", max));
        return 0;
    }
    return value;
}

std::span<const json::Value> Fields::array(std::string_view key, std::size_t count_max, Need need) {
    const json::Value* member = find(key, need);
    if (member == nullptr) {
        return {};
    }
    const json::Array* array = member->as_array();
    if (array == nullptr) {
        wrong_type(key, *member, "an array");
        return {};
    }
    if (array->size() > count_max) {
        findings_->issue(*member,
                         pointer_to(key),
                         fmt::format("has {} items, allowed are {}", array->size(), count_max));
        return {};
    }
    return *array;
}

std::optional<Fields> Fields::object(std::string_view key, Need need) {
    const json::Value* member = find(key, need);
    if (member == nullptr) {
        return std::nullopt;
    }
    Fields fields(*member, pointer_to(key), *findings_);
    return fields.is_object() ? std::optional(std::move(fields)) : std::nullopt;
}

void Fields::leave_out(std::string_view kind, std::span<const std::string_view> keys) {
    for (const std::string_view key : keys) {
        if (find(key) != nullptr) {
            findings_->left_out(pointer_to(key), std::string(kind));
        }
    }
}

void Fields::finish() {
    if (object_ == nullptr) {
        return;
    }
    for (const auto& [key, member] : object_->members()) {
        if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) {
            findings_->left_out(pointer_to(key), "unknown field");
        }
    }
}

void Fields::issue(std::string_view key, std::string rule) {
    const json::Value* member = object_ == nullptr ? nullptr : object_->find(key);
    findings_->issue(member == nullptr ? *value_ : *member, pointer_to(key), std::move(rule));
}

std::string Fields::pointer_to(std::string_view key) const {
    return pointer_ + "/" + pointer_token(key);
}

std::string Fields::pointer_to(std::string_view key, std::size_t index) const {
    return fmt::format("{}/{}/{}", pointer_, pointer_token(key), index);
}

void Fields::wrong_type(std::string_view key, const json::Value& value, std::string_view expected) {
    findings_->issue(
        value, pointer_to(key), fmt::format("expected {}, found {}", expected, value.type_name()));
}

std::optional<std::string> plain_id(std::string_view text) {
    return id_fault(text);
}

std::optional<std::string> label(std::string_view text) {
    return label_fault(text);
}

std::optional<std::string> term_id(std::string_view text) {
    if (auto fault = id_fault(text)) {
        return fault;
    }
    if (text.starts_with(kHpoPrefix) && !parse_term_id(text)) {
        return "an HPO id is \"HP:\" and seven digits";
    }
    if (!is_curie(text)) {
        return "a term id is a CURIE, PREFIX:LOCAL";
    }
    return std::nullopt;
}

std::optional<std::string> duration(std::string_view text) {
    return is_duration(text) ? std::nullopt
                             : std::optional<std::string>("an age is an ISO 8601 duration");
}

std::optional<std::string> timestamp(std::string_view text) {
    return is_timestamp(text) ? std::nullopt
                              : std::optional<std::string>("a time is an RFC 3339 date-time");
}

std::optional<std::string> gene_symbol(std::string_view text) {
    return is_gene_symbol(text)
               ? std::nullopt
               : std::optional<std::string>("a gene symbol is 1 to 64 letters, digits, -._@");
}

}  // namespace mednexus::clinical::internal
