#include "mednexus/crypto/signed_note.hpp"

#include "mednexus/codec/base64.hpp"
#include "mednexus/codec/cursor.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::crypto {

namespace {

/// type ‖ key: what a vkey's base64 holds and its id is over.
Bytes encoded_key(const NoteVerifier& verifier) {
    Bytes out{static_cast<std::uint8_t>(verifier.type)};
    append(out, verifier.key.view());
    return out;
}

Result<NoteKeyType> parse_type(std::uint8_t type) {
    switch (type) {
        case static_cast<std::uint8_t>(NoteKeyType::ed25519):
            return NoteKeyType::ed25519;
        case static_cast<std::uint8_t>(NoteKeyType::cosignature):
            return NoteKeyType::cosignature;
        default:
            return fail(Kind::invalid, "vkey: unknown key type " + std::to_string(type));
    }
}

/// name, hex id and base64 key; base64 has '+' too, so only the first two separate.
struct VkeyParts {
    std::string_view name;
    std::string_view id;
    std::string_view key;
};

Result<VkeyParts> split_vkey(std::string_view text) {
    const std::size_t first = text.find('+');
    const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos) {
        return fail(Kind::invalid, "vkey: expected name+id+key");
    }
    return VkeyParts{.name = text.substr(0, first),
                     .id = text.substr(first + 1, second - first - 1),
                     .key = text.substr(second + 1)};
}

/// The message of a cosignature: C2SP tlog-cosignature, "Format".
std::string cosigned_message(std::uint64_t time, std::string_view text) {
    return "cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string(text);
}

Result<void> verify_bare(const NoteVerifier& key, BytesView signature, std::string_view text) {
    const auto parsed = Ed25519Signature::from(signature);
    if (!parsed) {
        return fail(Kind::denied, "note: a signature of the wrong length");
    }
    return ed25519_verify(key.key, bytes_of(text), *parsed);
}

/// The signature is of the shape that the key's type asks for, and the key's over `text`.
Result<void> verify_one(const NoteVerifier& key, BytesView signature, std::string_view text) {
    if (key.type == NoteKeyType::ed25519) {
        return verify_bare(key, signature, text);
    }
    codec::Cursor cursor(signature);
    const auto time = cursor.u64_be();
    if (!time) {
        return fail(Kind::denied, "note: a signature of the wrong length");
    }
    return verify_bare(key, *cursor.take(cursor.remaining()), cosigned_message(*time, text));
}

/// The known keys with their ids, so that each id is computed once.
struct KnownKey {
    const NoteVerifier* verifier;
    std::uint32_t id;
    bool has_signed = false;
};

std::vector<KnownKey> with_ids(std::span<const NoteVerifier> known) {
    std::vector<KnownKey> out;
    out.reserve(known.size());
    for (const NoteVerifier& verifier : known) {
        out.push_back({.verifier = &verifier, .id = key_id_of(verifier)});
    }
    return out;
}

Result<void> verify_against(std::vector<KnownKey>& keys,
                            const codec::NoteSignature& signature,
                            std::string_view text) {
    for (KnownKey& key : keys) {
        if (key.id != signature.key_id || key.verifier->name != signature.name) {
            continue;
        }
        const auto verified = verify_one(*key.verifier, signature.signature, text);
        if (!verified) {
            return fail(Kind::denied, "note: the signature of " + signature.name + " is false");
        }
        key.has_signed = true;
    }
    return {};
}

}  // namespace

std::uint32_t key_id_of(const NoteVerifier& verifier) {
    Bytes data = to_bytes(verifier.name);
    data.push_back('\n');
    append(data, encoded_key(verifier));
    const Hash32 digest = sha256(data);
    const auto id = codec::Cursor(digest.view()).u32_be();
    MN_CHECK(id.has_value());
    return *id;
}

std::string write_vkey(const NoteVerifier& verifier) {
    Bytes id;
    codec::append_be(id, key_id_of(verifier));
    return verifier.name + "+" + codec::to_hex(id) + "+" + codec::to_base64(encoded_key(verifier));
}

Result<NoteVerifier> parse_vkey(std::string_view text) {
    MN_TRY(const VkeyParts parts, split_vkey(text));
    if (!codec::is_note_name(parts.name)) {
        return fail(Kind::invalid, "vkey: not a key name");
    }
    MN_TRY(const Bytes encoded, codec::parse_base64(parts.key));
    codec::Cursor cursor(encoded);
    MN_TRY(const std::uint8_t type_byte, cursor.u8());
    MN_TRY(const NoteKeyType type, parse_type(type_byte));
    MN_TRY(const BytesView key_bytes, cursor.take(cursor.remaining()));
    MN_TRY(const Ed25519PublicKey key, Ed25519PublicKey::from(key_bytes));
    NoteVerifier out{.name = std::string(parts.name), .type = type, .key = key};
    if (write_vkey(out) != text) {  // also refuses another spelling of the same id
        return fail(Kind::invalid, "vkey: the id does not belong to the key");
    }
    return out;
}

NoteVerifier NoteSigner::verifier() const {
    return {.name = name, .type = NoteKeyType::ed25519, .key = ed25519_public_of(seed)};
}

codec::NoteSignature sign_note(const NoteSigner& signer, std::string_view text) {
    MN_CHECK(text.ends_with('\n'));
    return {.name = signer.name,
            .key_id = key_id_of(signer.verifier()),
            .signature = to_bytes(ed25519_sign(signer.seed, bytes_of(text)).view())};
}

std::string make_signed_note(const NoteSigner& signer, std::string_view text) {
    return codec::write_note({.text = std::string(text), .signatures = {sign_note(signer, text)}});
}

Result<std::vector<std::size_t>> verify_note(const codec::Note& note,
                                             std::span<const NoteVerifier> known) {
    std::vector<KnownKey> keys = with_ids(known);
    for (const codec::NoteSignature& signature : note.signatures) {
        MN_DO(verify_against(keys, signature, note.text));
    }
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i].has_signed) {
            out.push_back(i);
        }
    }
    if (out.empty()) {
        return fail(Kind::denied, "note: no signature of a known key");
    }
    return out;
}

}  // namespace mednexus::crypto
