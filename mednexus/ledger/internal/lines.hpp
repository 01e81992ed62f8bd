#pragma once
/// Walks a text line by line; every line must end in LF.
#include <optional>
#include <string_view>

namespace mednexus::ledger::internal {

class Lines {
public:
    explicit Lines(std::string_view text) noexcept : rest_(text) {}

    /// The next line without its LF; nothing at the end, or when the last LF is missing.
    [[nodiscard]] std::optional<std::string_view> next() noexcept {
        const std::size_t end = rest_.find('\n');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        const std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return line;
    }

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

private:
    std::string_view rest_;
};

}  // namespace mednexus::ledger::internal
