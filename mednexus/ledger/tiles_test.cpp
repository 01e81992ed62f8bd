#include "mednexus/ledger/tiles.hpp"

#include "mednexus/ledger/internal/test_support.hpp"

namespace mednexus::ledger {
namespace {

using internal::expect_kind;

std::vector<std::string> files_of(std::uint64_t size) {
    std::vector<std::string> out;
    for (const TileName& name : Tiles(size)) {
        out.push_back(path_of(name));
    }
    return out;
}

std::uint64_t count_in(const std::vector<std::string>& files, std::string_view folder, bool full) {
    return static_cast<std::uint64_t>(
        std::count_if(files.begin(), files.end(), [&](const std::string& file) {
            return file.rfind(folder, 0) == 0 && (file.find(".p/") == std::string::npos) == full;
        }));
}

TEST(Tiles, SpellsAnIndexInGroupsOfThreeDigits) {
    EXPECT_EQ(path_of({.level = 0, .index = 0}), "tile/0/000");
    EXPECT_EQ(path_of({.level = 0, .index = 1234067}), "tile/0/x001/x234/067");
    EXPECT_EQ(path_of({.level = 3, .index = 999}), "tile/3/999");
    EXPECT_EQ(path_of({.level = 1, .index = 1000, .width = 7}), "tile/1/x001/000.p/7");
    EXPECT_EQ(path_of({.kind = TileKind::entries, .index = 5, .width = 255}),
              "tile/entries/005.p/255");
}

TEST(Tiles, ReadsEveryPathThatItWrites) {
    for (const std::uint64_t index :
         {0ULL, 1ULL, 999ULL, 1000ULL, 1234067ULL, 999999999ULL, 72057594037927935ULL}) {
        for (const std::uint32_t width : {1U, 99U, 255U, 256U}) {
            const TileName hashes{.level = 2, .index = index, .width = width};
            const TileName entries{.kind = TileKind::entries, .index = index, .width = width};
            EXPECT_EQ(parse_tile_path(path_of(hashes)), hashes);
            EXPECT_EQ(parse_tile_path(path_of(entries)), entries);
        }
    }
}

TEST(Tiles, RefusesPathsThatAreNotCanonical) {
    for (const char* path : {"",
                             "tile",
                             "tile/",
                             "tile/0",
                             "tile/0/",
                             "tile/0/0",
                             "tile/0/00",
                             "tile/0/0000",
                             "tile/00/000",
                             "tile/8/000",
                             "tile/64/000",
                             "tile/-1/000",
                             "tile/0/x000/001",
                             "tile/0/001/002",
                             "tile/0/x001",
                             "tile/0/x001/",
                             "tile/0/x001/x002",
                             "tile/0/00a",
                             "tile/0/000.p/0",
                             "tile/0/000.p/01",
                             "tile/0/000.p/256",
                             "tile/0/000.p/",
                             "tile/0/000.p",
                             "tile/0/000.p/1/2",
                             "tile/0/000.p/1.p/1",
                             "tile/0/../000",
                             "tile/0/000/",
                             "/tile/0/000",
                             "tile/entries",
                             "tile/entry/000",
                             "tile/0/x001/x002/x003/x004/x005/x006/007",
                             "checkpoint"}) {
        SCOPED_TRACE(path);
        expect_kind(parse_tile_path(path), Kind::invalid);
    }
}

/// tlog-tiles, "Partial Tiles": the example of a tree of 70,000.
TEST(Tiles, NeedsTheFilesOfTheExampleOfSeventyThousand) {
    const auto files = files_of(70000);
    EXPECT_EQ(count_in(files, "tile/entries/", true), 273U);
    EXPECT_EQ(count_in(files, "tile/0/", true), 273U);
    EXPECT_EQ(count_in(files, "tile/1/", true), 1U);
    EXPECT_EQ(count_in(files, "tile/2/", true), 0U);
    EXPECT_THAT(files, ::testing::Contains("tile/entries/273.p/112"));
    EXPECT_THAT(files, ::testing::Contains("tile/0/273.p/112"));
    EXPECT_THAT(files, ::testing::Contains("tile/1/001.p/17"));
    EXPECT_THAT(files, ::testing::Contains("tile/2/000.p/1"));
    EXPECT_EQ(files.size(), 274U + 274U + 2U + 1U);
}

TEST(Tiles, NeedsAFullTileAndOneOfWidthOneForTwoHundredFiftySix) {
    EXPECT_THAT(files_of(256),
                ::testing::ElementsAre("tile/entries/000", "tile/0/000", "tile/1/000.p/1"));
    EXPECT_THAT(files_of(255),
                ::testing::ElementsAre("tile/entries/000.p/255", "tile/0/000.p/255"));
    EXPECT_TRUE(files_of(0).empty());
}

TEST(Tiles, WalksTheFilesOfAnEnormousSizeOneByOne) {
    const std::uint64_t size = (1ULL << 63U) - 1;
    TileName first = *Tiles(size).begin();
    EXPECT_EQ(path_of(first), "tile/entries/000");
    first.index = size / kTileWidth - 1;
    const auto name = next_tile(first, size);
    ASSERT_TRUE(name);
    EXPECT_EQ(name->width, 255U);
}

TEST(Bundle, ReadsBackItsEntries) {
    Bytes bundle;
    append_to_bundle(bundle, bytes_of("a"));
    append_to_bundle(bundle, Bytes(kEntrySizeBytesMax, 7));
    const auto entries = parse_bundle(bundle, 2);
    ASSERT_TRUE(entries);
    EXPECT_EQ(entries->at(0), to_bytes("a"));
    EXPECT_EQ(entries->at(1).size(), kEntrySizeBytesMax);
    EXPECT_EQ(Bytes(bundle.begin(), bundle.begin() + 3), (Bytes{0, 1, 'a'}));
}

TEST(Bundle, RefusesEveryTruncationAndMore) {
    Bytes bundle;
    append_to_bundle(bundle, bytes_of("first"));
    append_to_bundle(bundle, bytes_of("second"));
    for (std::size_t size = 0; size < bundle.size(); ++size) {
        expect_kind(parse_bundle(BytesView(bundle).first(size), 2), Kind::invalid);
    }
    expect_kind(parse_bundle(bundle, 1), Kind::invalid);
    expect_kind(parse_bundle(bundle, 3), Kind::invalid);
    expect_kind(parse_bundle(Bytes{0, 0}, 1), Kind::invalid);
}

TEST(Tile, RefusesAnyOtherLength) {
    EXPECT_EQ(parse_tile(Bytes(64, 1), 2)->size(), 2U);
    for (const std::size_t size : {0U, 1U, 32U, 63U, 65U, 96U}) {
        expect_kind(parse_tile(Bytes(size, 1), 2), Kind::invalid);
    }
}

}  // namespace
}  // namespace mednexus::ledger
