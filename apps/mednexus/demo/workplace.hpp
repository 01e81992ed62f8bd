#pragma once
/// The folder in which the demo works: made fresh, and left with what is worth keeping.
///
///     inputs/      the ontology and the cases       logs/     what every program said
///     homes/       one home per institution         cards/    what they show each other
///     passphrases/ one folder each                  chain/    the local chain's folder
///     match.mnx, trust.policy: the outcome
#include <string>
#include <string_view>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::demo {

class Workplace {
public:
    /// `folder` empty: a fresh one under $TMPDIR. Errors: conflict: it holds something; io
    [[nodiscard]] static Result<Workplace> make(const std::string& folder);

    [[nodiscard]] const std::string& folder() const noexcept { return folder_; }

    /// Absolute path of something below the folder.
    [[nodiscard]] std::string path(std::string_view relative) const;
    /// Writes a whole new file below the folder, mode 0600, and makes the folders above it.
    /// Errors: io.
    [[nodiscard]] Result<void> write(std::string_view relative, BytesView bytes) const;
    /// Errors: io, not_found.
    [[nodiscard]] Result<std::string> read(std::string_view relative) const;
    [[nodiscard]] Result<void> rename(std::string_view from, std::string_view to) const;
    [[nodiscard]] bool exists(std::string_view relative) const;

    /// Removes everything but match.mnx and trust.policy; without these, the folder too.
    void remove_all_but_outcome() const;

private:
    explicit Workplace(std::string folder) : folder_(std::move(folder)) {}

    std::string folder_;
};

}  // namespace mednexus::demo
