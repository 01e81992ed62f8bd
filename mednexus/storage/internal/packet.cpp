#include "mednexus/storage/internal/packet.hpp"

#include "mednexus/crypto/aead.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::storage::internal {
namespace {

/// The key that writer and reader agree on: the first half of
/// BLAKE2b-512(shared point ‖ reader's public key ‖ writer's public key).
crypto::AeadKey packet_key(const Secret<32>& shared_point,
                           const crypto::X25519PublicKey& reader,
                           const crypto::X25519PublicKey& writer) {
    Bytes material;
    material.reserve(96);  // so that growing leaves no copy behind
    append(material, shared_point.reveal());
    append(material, reader.view());
    append(material, writer.view());
    const Secret<64> hash = crypto::blake2b_512(material);
    wipe(material);
    crypto::AeadKey key;
    std::copy_n(hash.reveal().begin(), 32, key.mutable_reveal().begin());
    return key;
}

}  // namespace

Result<HeaderPacket> seal_packet(BytesView payload,
                                 const crypto::X25519PublicKey& reader,
                                 Random& random) {
    const crypto::X25519SecretKey writer_secret = crypto::make_x25519_secret(random);
    const crypto::X25519PublicKey writer = crypto::x25519_public_of(writer_secret);
    MN_TRY(const Secret<32> shared_point, crypto::x25519(writer_secret, reader));
    const auto nonce = random_id<crypto::AeadNonce>(random);
    const crypto::AeadKey key = packet_key(shared_point, reader, writer);

    HeaderPacket packet{.encryption_method = kMethodX25519ChaCha20Poly1305, .content = {}};
    append(packet.content, writer.view());
    append(packet.content, nonce.view());
    append(packet.content, crypto::aead_seal(key, nonce, {}, payload));
    return packet;
}

std::optional<SecretBytes> open_packet(const HeaderPacket& packet, const ReaderKey& reader) {
    if (packet.encryption_method != kMethodX25519ChaCha20Poly1305 ||
        packet.content.size() < kPacketOverheadBytes) {
        return std::nullopt;
    }
    const BytesView content(packet.content);
    const auto writer = *crypto::X25519PublicKey::from(content.first(32));
    const auto nonce = *crypto::AeadNonce::from(content.subspan(32, 12));
    const auto shared_point = crypto::x25519(reader.secret, writer);
    if (!shared_point) {
        return std::nullopt;  // a writer's key of small order comes from no honest writer
    }
    const crypto::AeadKey key = packet_key(*shared_point, reader.public_key, writer);
    auto payload = crypto::aead_open(key, nonce, {}, content.subspan(44));
    if (!payload) {
        return std::nullopt;
    }
    return SecretBytes(*std::move(payload));
}

}  // namespace mednexus::storage::internal
