#pragma once
/// What a case consists of: its sealed objects, and commitments to what is inside them.
/// See docs/formats/manifest.md. Threads: plain data and functions.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::service {

inline constexpr std::size_t kManifestSizeBytesMax = 65536;
inline constexpr std::size_t kManifestObjectsMax = 64;
inline constexpr std::string_view kPhenopacketMediaType =
    "application/vnd.ga4gh.phenopacket.v2+json";

struct ManifestObject {
    std::string media_type;
    ObjectRoot root;  ///< of the sealed body
    std::uint64_t sealed_size_bytes = 0;
    std::uint64_t plain_size_bytes = 0;
    Hash32 plain_commitment;
    Hash32 key_commitment;
    friend bool operator==(const ManifestObject&, const ManifestObject&) = default;
};

struct Manifest {
    Hash32 salt;
    std::vector<ManifestObject> objects;
    friend bool operator==(const Manifest&, const Manifest&) = default;
};

/// Canonical JSON.
[[nodiscard]] std::string write_manifest(const Manifest& manifest);
/// Errors   invalid: not canonical, unknown members, out of bounds
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view text);
/// Keccak-256 of the canonical bytes.
[[nodiscard]] Hash32 manifest_id(std::string_view canonical);

/// SHA-256("mednexus/plaintext/v1" ‖ salt ‖ SHA-256(plain)).
[[nodiscard]] Hash32 commit_to_plaintext(const Hash32& salt, BytesView plain);
/// SHA-256("mednexus/object-key/v1" ‖ salt ‖ the header that was made with the object).
[[nodiscard]] Hash32 commit_to_key(const Hash32& salt, BytesView header);

}  // namespace mednexus::service
