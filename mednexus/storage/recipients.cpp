#include "mednexus/storage/internal/recipients.hpp"

#include <numeric>

#include "mednexus/storage/internal/unlock.hpp"

namespace mednexus::storage {
namespace internal {
namespace {

constexpr std::size_t kPreambleSizeBytes = 16;

std::size_t size_bytes_of(const Header& header) {
    std::size_t total = kPreambleSizeBytes;
    for (const HeaderPacket& packet : header.packets) {
        total += 8 + packet.content.size();
    }
    return total;
}

}  // namespace

Result<void> append_packets(Header& header,
                            std::span<const SecretBytes> payloads,
                            const crypto::X25519PublicKey& reader,
                            Random& random) {
    for (const SecretBytes& payload : payloads) {
        MN_TRY(HeaderPacket packet, seal_packet(payload.reveal(), reader, random));
        header.packets.push_back(std::move(packet));
    }
    if (header.packets.size() > kHeaderPacketsMax || size_bytes_of(header) > kHeaderSizeBytesMax) {
        return fail(Kind::invalid, "crypt4gh.header: more than 256 packets or 1 MiB");
    }
    return {};
}

Result<Header> make_header(std::span<const SecretBytes> payloads,
                           Recipients recipients,
                           Random& random) {
    if (recipients.empty()) {
        return fail(Kind::invalid, "crypt4gh.header: no recipient");
    }
    Header header;
    for (const crypto::X25519PublicKey& recipient : recipients) {
        MN_DO(append_packets(header, payloads, recipient, random));
    }
    return header;
}

}  // namespace internal

Result<Header> add_recipient(const Header& header,
                             const crypto::X25519SecretKey& secret,
                             const crypto::X25519PublicKey& recipient,
                             Random& random) {
    MN_TRY(const internal::Unlocked unlocked, internal::unlock(header, secret));
    Header out = header;
    MN_DO(internal::append_packets(out, unlocked.payloads, recipient, random));
    return out;
}

Result<Header> rewrap_for(const Header& header,
                          const crypto::X25519SecretKey& secret,
                          Recipients recipients,
                          Random& random) {
    MN_TRY(const internal::Unlocked unlocked, internal::unlock(header, secret));
    return internal::make_header(unlocked.payloads, recipients, random);
}

}  // namespace mednexus::storage
