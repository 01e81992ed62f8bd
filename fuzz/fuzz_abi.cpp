// abi::Reader over a tuple with every type it knows: what it accepts is written back byte for byte.
#include <cstdint>

#include "mednexus/codec/abi.hpp"
#include "mednexus/core/check.hpp"

namespace {

using namespace mednexus;
using Address = Fixed<struct FuzzAddressTag, 20>;

constexpr std::size_t kCountMax = 64;
constexpr std::size_t kSizeMax = 1024;

Result<void> read_rows(abi::Reader& reader, abi::Writer& writer) {
    MN_TRY(std::vector<abi::Reader> rows, reader.tuples(2, kCountMax));
    std::vector<abi::Writer> copies;
    for (abi::Reader& row : rows) {
        MN_TRY(const Hash32 word, row.word());
        MN_TRY(const std::uint64_t integer, row.integer(32));
        MN_DO(row.finish());
        copies.push_back(abi::Writer().word(word).integer(integer));
    }
    writer.tuples(copies);
    return {};
}

/// (bytes32, address, uint64, bool, string, bytes32[], bytes[], (bytes32, uint32)[])
Result<Bytes> copy(BytesView raw) {
    abi::Reader reader(raw, 8);
    abi::Writer writer;
    MN_TRY(const Hash32 word, reader.word());
    MN_TRY(const Address address, reader.address<Address>());
    MN_TRY(const std::uint64_t integer, reader.integer(64));
    MN_TRY(const bool flag, reader.boolean());
    MN_TRY(const std::string text, reader.string(kSizeMax));
    MN_TRY(const std::vector<Hash32> words, reader.words(kCountMax));
    MN_TRY(const std::vector<BytesView> views, reader.byte_strings(kCountMax, kSizeMax));
    std::vector<Bytes> strings;
    strings.reserve(views.size());
    for (const BytesView view : views) {
        strings.push_back(to_bytes(view));
    }
    writer.word(word).address(address).integer(integer).boolean(flag).string(text).words(words);
    writer.byte_strings(strings);
    MN_DO(read_rows(reader, writer));
    MN_DO(reader.finish());
    return writer.encode();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView raw{data, size};
    if (const auto copied = copy(raw)) {
        MN_CHECK(*copied == to_bytes(raw));
    }
    return 0;
}
