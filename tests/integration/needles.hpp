#pragma once
/// Many byte strings looked for at once, in files and in copies of a process's memory. Threads:
/// one.
#include <array>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sys/types.h>

#include "mednexus/core/bytes.hpp"

namespace mednexus::integration {

class Needles {
public:
    Needles();

    /// `what` names it in findings and may come several times. Shorter than 8 bytes: a failed test,
    /// because chance would find it.
    void add(const std::string& what, BytesView bytes);
    /// A key as raw bytes, hex of both cases and base64.
    void add_key(const std::string& what, BytesView key);
    /// Every window of 32 entries that is not nearly empty, as signed bytes, as little-endian
    /// 32-bit integers and as hex.
    void add_vector(const std::string& what, std::span<const std::int8_t> entries);
    /// A word; a short one, which chance would find, as an id or label in JSON.
    void add_word(std::string_view word);

    [[nodiscard]] std::size_t size() const noexcept { return needles_.size(); }

    /// Whose bytes are there.
    [[nodiscard]] std::set<std::string> found_in(BytesView hay) const;
    /// The same; a file that cannot be read is a failed test.
    [[nodiscard]] std::set<std::string> found_in_file(const std::string& path) const;
    /// Of every file below a folder, as "file: what".
    [[nodiscard]] std::set<std::string> found_below(const std::string& folder) const;

private:
    struct Needle {
        std::string what;
        Bytes bytes;
    };

    /// Eight bytes of a needle, and where they stand in it.
    struct Anchor {
        std::size_t needle = 0;
        std::size_t offset = 0;
    };

    std::vector<Needle> needles_;
    std::unordered_multimap<std::uint64_t, Anchor> anchors_;
    std::vector<bool> filter_;  ///< by the hash of an anchor: false where none has it
};

/// Copies all memory that a process may read into a file, one region after the other; the process
/// stands still meanwhile. Gives the number of bytes; 0: not permitted, or it ended.
[[nodiscard]] std::uint64_t copy_memory(pid_t pid, const std::string& file);

}  // namespace mednexus::integration
