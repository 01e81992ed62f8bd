#include "mednexus/ledger/tiles.hpp"

#include <algorithm>
#include <optional>

#include "mednexus/codec/cursor.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/ledger/internal/decimal.hpp"

namespace mednexus::ledger {

namespace {

constexpr std::string_view kPrefix = "tile/";
constexpr std::string_view kEntries = "entries";
constexpr std::size_t kGroupDigits = 3;

std::string three_digits(std::uint64_t value) {
    std::string digits = std::to_string(value);
    return std::string(kGroupDigits - digits.size(), '0') + digits;
}

std::string index_path(std::uint64_t index) {
    std::string path = three_digits(index % 1000);
    for (index /= 1000; index > 0; index /= 1000) {
        path.insert(0, "x" + three_digits(index % 1000) + "/");
    }
    return path;
}

std::string full_path_of(const TileName& name) {
    const std::string level =
        name.kind == TileKind::entries ? std::string(kEntries) : std::to_string(name.level);
    return std::string(kPrefix) + level + "/" + index_path(name.index);
}

/// Takes the text up to '/', and the '/', off the front; everything when there is none.
std::string_view take_part(std::string_view& rest) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

bool take_level(std::string_view& rest, TileName& name) {
    const std::string_view part = take_part(rest);
    if (part == kEntries) {
        name.kind = TileKind::entries;
        return true;
    }
    const auto level = internal::parse_decimal(part);
    if (!level || *level > kTileLevelMax) {
        return false;
    }
    name.level = static_cast<std::uint32_t>(*level);
    return true;
}

/// Reads ".p/W" off the end.
bool take_width(std::string_view& rest, TileName& name) {
    const std::size_t dot = rest.find(".p/");
    if (dot == std::string_view::npos) {
        return true;
    }
    const auto width = internal::parse_decimal(rest.substr(dot + 3));
    if (!width || *width == 0 || *width >= kTileWidth) {
        return false;
    }
    name.width = static_cast<std::uint32_t>(*width);
    rest = rest.substr(0, dot);
    return true;
}

std::optional<std::uint64_t> digits_of(std::string_view group) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (group.size() != kGroupDigits || !std::all_of(group.begin(), group.end(), is_digit)) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (const char c : group) {
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

bool take_index(std::string_view rest, TileName& name) {
    constexpr std::size_t kGroupsMax = 6;  // 10^18 < 2^63
    for (std::size_t groups = 1; groups <= kGroupsMax; ++groups) {
        const bool is_last = rest.find('/') == std::string_view::npos;
        std::string_view group = take_part(rest);
        if (!is_last && (group.empty() || group.front() != 'x')) {
            return false;
        }
        group.remove_prefix(is_last ? 0 : 1);
        const auto value = digits_of(group);
        if (!value || (groups == 1 && !is_last && *value == 0)) {
            return false;
        }
        name.index = name.index * 1000 + *value;
        if (is_last) {
            return true;
        }
    }
    return false;
}

/// The tile at name.index with the width that this size gives it; nothing beyond the end.
std::optional<TileName> with_width(TileName name, std::uint64_t size) {
    const std::uint64_t count = size >> (kTileHeight * name.level);
    if (name.index > count / kTileWidth || name.index * kTileWidth == count) {
        return std::nullopt;
    }
    const std::uint64_t rest = count - name.index * kTileWidth;
    name.width = static_cast<std::uint32_t>(std::min<std::uint64_t>(rest, kTileWidth));
    return name;
}

}  // namespace

std::string partial_folder_of(const TileName& name) {
    return full_path_of(name) + ".p";
}

std::string path_of(const TileName& name) {
    MN_CHECK(name.width >= 1);
    MN_CHECK(name.width <= kTileWidth);
    MN_CHECK(name.level <= kTileLevelMax);
    return name.width == kTileWidth ? full_path_of(name)
                                    : partial_folder_of(name) + "/" + std::to_string(name.width);
}

Result<TileName> parse_tile_path(std::string_view path) {
    TileName name;
    std::string_view rest = path;
    if (rest.substr(0, kPrefix.size()) != kPrefix) {
        return fail(Kind::invalid, "ledger: not the path of a tile");
    }
    rest.remove_prefix(kPrefix.size());
    if (!take_level(rest, name) || !take_width(rest, name) || !take_index(rest, name) ||
        path_of(name) != path) {
        return fail(Kind::invalid, "ledger: not the path of a tile");
    }
    return name;
}

Tiles::Iterator Tiles::begin() const {
    return {size_, with_width({.kind = TileKind::entries}, size_)};
}

Tiles::Iterator& Tiles::Iterator::operator++() {
    *this = Iterator(size_, next_tile(name_, size_));
    return *this;
}

std::optional<TileName> next_tile(const TileName& name, std::uint64_t size) {
    TileName next = name;
    ++next.index;
    if (const auto beside = with_width(next, size)) {
        return beside;
    }
    const bool is_from_entries = name.kind == TileKind::entries;
    next = {.kind = TileKind::hashes, .level = is_from_entries ? 0 : name.level + 1, .index = 0};
    return next.level > kTileLevelMax ? std::nullopt : with_width(next, size);
}

void append_to_bundle(Bytes& bundle, BytesView entry) {
    MN_CHECK(!entry.empty());
    MN_CHECK(entry.size() <= kEntrySizeBytesMax);
    codec::append_be(bundle, static_cast<std::uint16_t>(entry.size()));
    append(bundle, entry);
}

Result<std::vector<Bytes>> parse_bundle(BytesView bundle, std::uint32_t count) {
    codec::Cursor cursor(bundle);
    std::vector<Bytes> entries;
    for (std::uint32_t i = 0; i < count; ++i) {
        MN_TRY(const std::uint16_t size_bytes, cursor.u16_be());
        if (size_bytes == 0) {
            return fail(Kind::invalid, "entry " + std::to_string(i) + " of the bundle is empty");
        }
        MN_TRY(const BytesView entry, cursor.take(size_bytes));
        entries.push_back(to_bytes(entry));
    }
    if (cursor.remaining() != 0) {
        return fail(Kind::invalid, "bytes after the last of " + std::to_string(count) + " entries");
    }
    return entries;
}

Result<std::vector<Hash32>> parse_tile(BytesView tile, std::uint32_t width) {
    if (tile.size() != std::size_t{width} * Hash32::kSizeBytes) {
        return fail(Kind::invalid,
                    "expected " + std::to_string(width) + " hashes, got " +
                        std::to_string(tile.size()) + " bytes");
    }
    std::vector<Hash32> hashes;
    hashes.reserve(width);
    for (std::size_t at = 0; at < tile.size(); at += Hash32::kSizeBytes) {
        MN_TRY(const Hash32 hash, Hash32::from(tile.subspan(at, Hash32::kSizeBytes)));
        hashes.push_back(hash);
    }
    return hashes;
}

}  // namespace mednexus::ledger
