#pragma once
/// Names and contents of the files of a log. Source: C2SP tlog-tiles; docs/formats/log.md.
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::ledger {

inline constexpr std::uint32_t kTileWidth = 256;  ///< hashes in a full tile, entries in a bundle
inline constexpr std::uint32_t kTileHeight = 8;
inline constexpr std::size_t kTileSizeBytes = 8192;
static_assert(kTileWidth == 1U << kTileHeight && kTileSizeBytes == std::size_t{kTileWidth} * 32);
inline constexpr std::uint32_t kTileLevelMax = 7;  ///< sizes stay below 2^63
inline constexpr std::size_t kEntrySizeBytesMax = 65535;
inline constexpr std::size_t kBundleSizeBytesMax =
    std::size_t{kTileWidth} * (2 + kEntrySizeBytesMax);

enum class TileKind : std::uint8_t { hashes, entries };

/// One tile or entry bundle. A width below 256 is a partial one.
struct TileName {
    TileKind kind = TileKind::hashes;
    std::uint32_t level = 0;  ///< 0 for entries
    std::uint64_t index = 0;
    std::uint32_t width = kTileWidth;  ///< 1..256
    friend bool operator==(const TileName&, const TileName&) = default;
};

/// "tile/<L>/<N>[.p/<W>]" or "tile/entries/<N>[.p/<W>]"; N in groups of three digits, all but the
/// last marked x.
[[nodiscard]] std::string path_of(const TileName& name);

/// The folder that holds the partial forms of this tile, "…/<N>.p".
[[nodiscard]] std::string partial_folder_of(const TileName& name);

/// The inverse of path_of. Errors: invalid for every other text (leading zeros, width 0 or 256, …).
[[nodiscard]] Result<TileName> parse_tile_path(std::string_view path);

/// Walks the files that a log of this size needs: bundles, then level 0, then the upper levels.
/// A walk, not a list: the size may come from a stranger's checkpoint.
///     for (const TileName& name : Tiles(size)) …
class Tiles {
public:
    class Iterator {
    public:
        Iterator(std::uint64_t size, const std::optional<TileName>& name)
            : size_(size), name_(name.value_or(TileName{})), is_end_(!name) {}

        [[nodiscard]] const TileName& operator*() const noexcept { return name_; }

        Iterator& operator++();

        friend bool operator==(const Iterator& it, std::default_sentinel_t /*end*/) noexcept {
            return it.is_end_;
        }

    private:
        std::uint64_t size_;
        TileName name_;
        bool is_end_;
    };

    explicit Tiles(std::uint64_t size) noexcept : size_(size) {}

    [[nodiscard]] Iterator begin() const;

    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

private:
    std::uint64_t size_;
};

/// The tile after this one; nothing after the last.
[[nodiscard]] std::optional<TileName> next_tile(const TileName& name, std::uint64_t size);

/// Appends u16 length ‖ entry. Needs: 1..65535 bytes.
void append_to_bundle(Bytes& bundle, BytesView entry);

/// Errors   invalid: not exactly `count` entries, an empty entry, bytes left over
[[nodiscard]] Result<std::vector<Bytes>> parse_bundle(BytesView bundle, std::uint32_t count);

/// Errors   invalid: not exactly `width` hashes of 32 bytes
[[nodiscard]] Result<std::vector<Hash32>> parse_tile(BytesView tile, std::uint32_t width);

}  // namespace mednexus::ledger
