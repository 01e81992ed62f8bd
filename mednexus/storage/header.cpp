#include <algorithm>

#include "mednexus/codec/cursor.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/storage/crypt4gh.hpp"
#include "mednexus/storage/internal/packet.hpp"

namespace mednexus::storage {
namespace {

constexpr std::string_view kMagic = "crypt4gh";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kPacketFramingBytes = 8;  // its length and its method

Failure refuse(const std::string& why) {
    return fail(Kind::invalid, "crypt4gh.header: " + why);
}

Result<HeaderPacket> parse_packet(codec::Cursor& cursor) {
    MN_TRY(const std::uint32_t length, cursor.u32_le());
    if (length < kPacketFramingBytes || length > kHeaderSizeBytesMax) {
        return refuse("packet length " + std::to_string(length));
    }
    MN_TRY(const std::uint32_t method, cursor.u32_le());
    MN_TRY(const BytesView content, cursor.take(length - kPacketFramingBytes));
    if (method == internal::kMethodX25519ChaCha20Poly1305 &&
        content.size() < internal::kPacketOverheadBytes) {
        return refuse("packet shorter than its key, nonce and tag");
    }
    return HeaderPacket{.encryption_method = method, .content = to_bytes(content)};
}

Result<std::uint32_t> parse_preamble(codec::Cursor& cursor) {
    MN_TRY(const BytesView magic, cursor.take(kMagic.size()));
    if (text_of(magic) != kMagic) {
        return refuse("not a crypt4gh file");
    }
    MN_TRY(const std::uint32_t version, cursor.u32_le());
    if (version != kVersion) {
        return refuse("version " + std::to_string(version) + " is not supported");
    }
    MN_TRY(const std::uint32_t count, cursor.u32_le());
    if (count == 0 || count > kHeaderPacketsMax) {
        return refuse(std::to_string(count) + " packets, allowed 1 to 256");
    }
    return count;
}

Result<Header> parse_front(codec::Cursor& cursor) {
    MN_TRY(const std::uint32_t count, parse_preamble(cursor));
    Header header;
    for (std::uint32_t i = 0; i < count; ++i) {
        MN_TRY(HeaderPacket packet, parse_packet(cursor));
        header.packets.push_back(std::move(packet));
        if (cursor.position() > kHeaderSizeBytesMax) {
            return refuse("larger than 1 MiB");
        }
    }
    return header;
}

}  // namespace

Result<Header> parse_header(BytesView raw) {
    codec::Cursor cursor(raw);
    MN_TRY(Header header, parse_front(cursor));
    if (cursor.remaining() > 0) {
        return refuse(std::to_string(cursor.remaining()) + " bytes after the last packet");
    }
    return header;
}

Result<Container> parse_container(BytesView file) {
    codec::Cursor cursor(file);
    MN_TRY(Header header, parse_front(cursor));
    return Container{.header = std::move(header), .body = file.subspan(cursor.position())};
}

Bytes encode_header(const Header& header) {
    MN_CHECK(!header.packets.empty());
    MN_CHECK(header.packets.size() <= kHeaderPacketsMax);
    Bytes out = to_bytes(kMagic);
    codec::append_le(out, kVersion);
    codec::append_le(out, static_cast<std::uint32_t>(header.packets.size()));
    for (const HeaderPacket& packet : header.packets) {
        const std::size_t length = kPacketFramingBytes + packet.content.size();
        MN_CHECK(length <= kHeaderSizeBytesMax);
        codec::append_le(out, static_cast<std::uint32_t>(length));
        codec::append_le(out, packet.encryption_method);
        append(out, packet.content);
    }
    return out;
}

}  // namespace mednexus::storage
