#pragma once
/// Command line options by name, and what comes after them. Usage texts are written by hand, so a
/// parser knows none of its own. Threads: one.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/result.hpp"

namespace mednexus::cli {

/// The words after the command.
using Args = std::span<const std::string>;

enum class Need : std::uint8_t { optional, required };

/// Targets must outlive parse(). Names are written as people type them: "--home", "-o,--output".
class Parser {
public:
    Parser();
    ~Parser();
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    void flag(const std::string& names, bool& target);
    void text(const std::string& names, std::string& target, Need need = Need::optional);
    void number(const std::string& names, std::uint32_t& target);
    void maybe_number(const std::string& names, std::optional<std::uint32_t>& target);
    /// May be repeated; each takes one word.
    void texts(const std::string& names, std::vector<std::string>& target, Need need);
    /// One word without a name; `name` stands in the error text.
    void word(const std::string& name, std::string& target, Need need = Need::required);
    /// The words that are left, at least one.
    void words(const std::string& name, std::vector<std::string>& target);
    void exclude(const std::string& one, const std::string& other);

    /// Errors   invalid: what is wrong with the words; a usage error (exit 64)
    [[nodiscard]] Result<void> parse(Args args);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mednexus::cli
