#include "mednexus/storage/internal/unlock.hpp"

#include "mednexus/storage/internal/packet.hpp"

namespace mednexus::storage::internal {
namespace {

Result<void> take(Unlocked& into, Payload payload) {
    if (auto* key = std::get_if<crypto::AeadKey>(&payload)) {
        into.keys.push_back(std::move(*key));
        return {};
    }
    if (into.edit_lengths) {
        return fail(Kind::invalid, "more than one edit list");
    }
    into.edit_lengths = std::get<EditLengths>(std::move(payload));
    return {};
}

}  // namespace

Result<Unlocked> unlock(const Header& header, const crypto::X25519SecretKey& secret) {
    const ReaderKey reader{secret, crypto::x25519_public_of(secret)};
    Unlocked out;
    for (const HeaderPacket& packet : header.packets) {
        std::optional<SecretBytes> raw = open_packet(packet, reader);
        if (!raw) {
            continue;
        }
        MN_TRY(Payload payload, parse_payload(raw->reveal()));
        MN_DO(take(out, std::move(payload)));
        out.payloads.push_back(*std::move(raw));
    }
    if (out.keys.empty()) {
        return fail(Kind::denied, "no header packet gives this key a data key");
    }
    return out;
}

}  // namespace mednexus::storage::internal
