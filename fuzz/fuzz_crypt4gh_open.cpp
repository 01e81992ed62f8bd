/// Opens a file whose first byte chooses what is fuzzed: 0, a whole file; 1, the payload of a
/// packet that does open (two bytes of length, payload, body). The reader's key is the byte 7, 32
/// times.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "mednexus/core/check.hpp"
#include "mednexus/crypto/aead.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/storage/crypt4gh.hpp"

namespace {

using namespace mednexus;

/// Fixed bytes, so that a finding repeats.
class FixedRandom final : public Random {
public:
    void fill(std::span<std::uint8_t> out) override {
        std::fill(out.begin(), out.end(), std::uint8_t{9});
    }
};

crypto::X25519SecretKey reader_secret() {
    return *crypto::X25519SecretKey::from(Bytes(32, 7));
}

/// A packet that the reader opens, from the format page: section 2.
storage::HeaderPacket packet_of(BytesView payload) {
    const auto writer_secret = *crypto::X25519SecretKey::from(Bytes(32, 9));
    const auto writer = crypto::x25519_public_of(writer_secret);
    const auto reader = crypto::x25519_public_of(reader_secret());
    Bytes material = to_bytes(crypto::x25519(writer_secret, reader)->reveal());
    append(material, reader.view());
    append(material, writer.view());
    const auto hash = crypto::blake2b_512(material);
    const auto key = *crypto::AeadKey::from(hash.reveal().first<32>());
    Bytes content = to_bytes(writer.view());
    append(content, Bytes(12));
    append(content, crypto::aead_seal(key, crypto::AeadNonce{}, {}, payload));
    return {.encryption_method = 0, .content = std::move(content)};
}

void open_fully(const storage::Header& header, BytesView body) {
    const storage::MemoryRange range(body);
    const auto opener = storage::Opener::make(header, reader_secret(), range);
    if (!opener) {
        return;
    }
    const auto whole = opener->read(0, opener->size_bytes());
    if (whole) {
        MN_CHECK(whole->reveal().size() == opener->size_bytes());
    }
    MN_CHECK(!opener->read(opener->size_bytes(), 1));
}

void open_payload(BytesView input) {
    if (input.size() < 2) {
        return;
    }
    const std::size_t length = std::min<std::size_t>(input[0] + 256U * input[1], input.size() - 2);
    const storage::HeaderPacket packet = packet_of(input.subspan(2, length));
    FixedRandom random;
    const std::vector reader{crypto::x25519_public_of(reader_secret())};
    auto sealed = *storage::seal(bytes_of("plain"), reader, random);
    sealed.header.packets.push_back(packet);
    open_fully(sealed.header, sealed.body);
    open_fully(storage::Header{.packets = {packet}}, input.subspan(2 + length));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView input(data, size);
    if (size > 0 && input[0] == 1) {
        open_payload(input.subspan(1));
    } else if (size > 0) {
        const auto file = storage::parse_container(input.subspan(1));
        if (file) {
            open_fully(file->header, file->body);
        }
    }
    return 0;
}
