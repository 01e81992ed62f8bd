#pragma once
/// Reading JSON objects into typed fields while collecting every issue, not only the first.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/clinical/issue.hpp"
#include "mednexus/clinical/phenopacket.hpp"
#include "mednexus/codec/json.hpp"

namespace mednexus::clinical::internal {

/// Where issues and left-out members of one text gather.
class Findings {
public:
    /// `text` must outlive this. For JSONL, `line` is the line that the text is; 0 for a whole
    /// file.
    explicit Findings(std::string_view text, std::uint64_t line = 0) : text_(text), line_(line) {}

    void issue(const json::Value& at, std::string_view pointer, std::string rule);
    void left_out(std::string_view pointer, std::string kind);

    [[nodiscard]] const std::vector<Issue>& issues() const noexcept { return issues_; }

    [[nodiscard]] std::vector<Issue> take_issues() { return std::move(issues_); }

    [[nodiscard]] std::vector<LeftOut> take_left_out() { return std::move(left_out_); }

private:
    std::string_view text_;
    std::uint64_t line_;
    std::vector<Issue> issues_;
    std::vector<LeftOut> left_out_;
};

/// Splits "line L, column C: rule" of json::parse; `line` replaces L unless it is 0.
[[nodiscard]] Issue issue_of(const Error& error, std::uint64_t line);

enum class Need : std::uint8_t { required, optional };

/// The rule that a text breaks, or nothing.
using TextRule = std::optional<std::string> (*)(std::string_view);

/// One object. A member that is null counts as absent, as in proto3 JSON. What nobody asked for is
/// listed as left out by finish().
class Fields {
public:
    /// `value` and `findings` must outlive this. A value that is no object is an issue, and every
    /// member absent.
    Fields(const json::Value& value, std::string pointer, Findings& findings);

    [[nodiscard]] bool is_object() const noexcept { return object_ != nullptr; }

    /// The member, or null when absent; required and absent is an issue.
    [[nodiscard]] const json::Value* find(std::string_view key, Need need = Need::optional);

    /// Empty when absent or wrong.
    [[nodiscard]] std::string text(std::string_view key, TextRule rule, Need need = Need::optional);
    /// One of `names`; empty when absent or wrong.
    [[nodiscard]] std::string name(std::string_view key,
                                   std::span<const std::string_view> names,
                                   Need need = Need::optional);
    [[nodiscard]] bool flag(std::string_view key);
    /// A number or, as proto3 JSON allows, a string of digits; 0 when absent or wrong.
    [[nodiscard]] std::uint64_t count(std::string_view key,
                                      std::uint64_t max,
                                      Need need = Need::optional);
    /// The items of an array of at most `count_max`; empty when absent or wrong.
    [[nodiscard]] std::span<const json::Value> array(std::string_view key,
                                                     std::size_t count_max,
                                                     Need need = Need::optional);
    /// The member as fields; absent: nothing.
    [[nodiscard]] std::optional<Fields> object(std::string_view key, Need need = Need::optional);

    /// Marks members as known but not held by a Case; those present are listed under `kind`.
    void leave_out(std::string_view kind, std::span<const std::string_view> keys);
    /// Lists the members that nobody asked for as "unknown field".
    void finish();

    void issue(std::string_view key, std::string rule);

    void issue_here(std::string rule) { findings_->issue(*value_, pointer_, std::move(rule)); }

    [[nodiscard]] std::string pointer_to(std::string_view key) const;
    [[nodiscard]] std::string pointer_to(std::string_view key, std::size_t index) const;

    [[nodiscard]] Findings& findings() const noexcept { return *findings_; }

private:
    void wrong_type(std::string_view key, const json::Value& value, std::string_view expected);

    const json::Value* value_;
    const json::Object* object_;
    std::string pointer_;
    Findings* findings_;
    std::vector<std::string_view> asked_;
};

// Text rules for Fields::text.
[[nodiscard]] std::optional<std::string> plain_id(std::string_view text);
[[nodiscard]] std::optional<std::string> label(std::string_view text);
[[nodiscard]] std::optional<std::string> term_id(std::string_view text);
[[nodiscard]] std::optional<std::string> duration(std::string_view text);
[[nodiscard]] std::optional<std::string> timestamp(std::string_view text);
[[nodiscard]] std::optional<std::string> gene_symbol(std::string_view text);

}  // namespace mednexus::clinical::internal
