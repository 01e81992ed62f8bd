#pragma once
/// Crypt4GH version 1 with a detached header: the body (data segments) is the stored object, the
/// header (who may read it) is a record of its own. See docs/formats/crypt4gh.md and
/// docs/adr/0001-detached-headers.md.
/// Source   GA4GH File Encryption Standard (samtools/hts-specs, crypt4gh.tex), sections 3 and 4
#include <memory>
#include <span>
#include <vector>

#include "mednexus/core/random.hpp"
#include "mednexus/core/sensitive.hpp"
#include "mednexus/crypto/x25519.hpp"
#include "mednexus/storage/stream.hpp"

namespace mednexus::storage {

inline constexpr std::uint32_t kHeaderPacketsMax = 256;
inline constexpr std::size_t kHeaderSizeBytesMax = 1'048'576;
inline constexpr std::size_t kSegmentPlainSizeBytes = 65'536;
inline constexpr std::size_t kSegmentOverheadBytes = 12 + 16;  ///< nonce and tag
inline constexpr std::size_t kSegmentSealedSizeBytes =
    kSegmentPlainSizeBytes + kSegmentOverheadBytes;
static_assert(kSegmentSealedSizeBytes == 65'564);

/// Bytes of the sealed body of `plain` bytes.
[[nodiscard]] constexpr std::uint64_t sealed_size_of(std::uint64_t plain) noexcept {
    const std::uint64_t segments = (plain + kSegmentPlainSizeBytes - 1) / kSegmentPlainSizeBytes;
    return plain + segments * kSegmentOverheadBytes;
}

/// One encrypted packet, whoever it is for.
struct HeaderPacket {
    std::uint32_t encryption_method = 0;  ///< 0 is X25519_chacha20_ietf_poly1305
    Bytes content;                        ///< writer's public key ‖ nonce ‖ ciphertext ‖ tag
    friend bool operator==(const HeaderPacket&, const HeaderPacket&) = default;
};

/// A header whose framing is sound. What its packets say is known only to those who can open one.
struct Header {
    std::vector<HeaderPacket> packets;
    friend bool operator==(const Header&, const Header&) = default;
};

/// Reads a header and nothing after it.
///
/// Lengths  at most kHeaderSizeBytesMax bytes, 1 .. kHeaderPacketsMax packets
/// Errors   invalid: magic, version, counts, a packet length out of place, bytes left over
[[nodiscard]] Result<Header> parse_header(BytesView raw);

/// The bytes that parse_header reads; header ‖ body is a standard Crypt4GH file.
[[nodiscard]] Bytes encode_header(const Header& header);

/// Splits a standard Crypt4GH file. `body` points into `file`. Errors: as parse_header.
struct Container {
    Header header;
    BytesView body;
};

[[nodiscard]] Result<Container> parse_container(BytesView file);

/// Who may read: 1 .. kHeaderPacketsMax public keys.
using Recipients = std::span<const crypto::X25519PublicKey>;

/// Seals what it reads from `plain`, one segment in memory at a time, under a fresh data key.
/// Threads: one at a time.
class Sealer final : public ByteSource {
public:
    /// Errors   invalid: no recipient, too many, or one whose key is of small order
    [[nodiscard]] static Result<Sealer> make(ByteSource& plain,
                                             Recipients recipients,
                                             Random& random);
    Sealer(const Sealer&) = delete;
    Sealer& operator=(const Sealer&) = delete;
    Sealer(Sealer&& other) noexcept;
    Sealer& operator=(Sealer&& other) noexcept;
    ~Sealer() override;

    [[nodiscard]] const Header& header() const noexcept;

    /// The next bytes of the body.
    /// Errors   invalid: `plain` is empty (an empty body would have no 0G root); the source's own
    [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> out) override;

private:
    class Impl;
    explicit Sealer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// The plaintext of a body, readable in any order; only the touched segments are opened.
/// Threads: const calls may run at once if the body's may.
class Opener {
public:
    /// Needs    `body` outlives the Opener
    /// Errors   denied: no packet opens with this key; invalid: a packet that opens says what this
    ///          version does not support, or contradicts another; corrupt: a body of such a length
    ///          cannot be
    [[nodiscard]] static Result<Opener> make(const Header& header,
                                             const crypto::X25519SecretKey& secret,
                                             const ByteRange& body);
    Opener(const Opener&) = delete;
    Opener& operator=(const Opener&) = delete;
    Opener(Opener&& other) noexcept;
    Opener& operator=(Opener&& other) noexcept;
    ~Opener();

    /// Bytes of plaintext, after the edit list if the header has one.
    [[nodiscard]] std::uint64_t size_bytes() const noexcept;

    /// Exactly `count` bytes of plaintext. Memory: `count` and one segment.
    /// Errors   invalid outside 0 .. size_bytes(); corrupt: a segment's tag does not match; the
    ///          body's own
    [[nodiscard]] Result<Sensitive<Bytes>> read(std::uint64_t offset, std::uint64_t count) const;

private:
    class Impl;
    explicit Opener(std::unique_ptr<const Impl> impl);
    std::unique_ptr<const Impl> impl_;
};

/// A body in memory and the header that opens it.
struct Sealed {
    Header header;
    Bytes body;
};

/// Errors   invalid: empty plaintext; recipients as Sealer::make
[[nodiscard]] Result<Sealed> seal(BytesView plain, Recipients recipients, Random& random);

/// Errors   as Opener::make and Opener::read
[[nodiscard]] Result<Sensitive<Bytes>> open(const Header& header,
                                            BytesView body,
                                            const crypto::X25519SecretKey& secret);

/// The header with one more reader; the body stays as it is. Packets of others stay as they are.
///
/// Errors   denied: `secret` opens nothing here; invalid: too many packets, key of small order
[[nodiscard]] Result<Header> add_recipient(const Header& header,
                                           const crypto::X25519SecretKey& secret,
                                           const crypto::X25519PublicKey& recipient,
                                           Random& random);

/// A header that exactly `recipients` can read: how a reader is removed. Packets do not say whom
/// they are for, so the caller names those who stay. One who was removed and kept the old header,
/// or the data key from it, can still read the old body: only a new seal under a new key ends that.
///
/// Errors   as add_recipient
[[nodiscard]] Result<Header> rewrap_for(const Header& header,
                                        const crypto::X25519SecretKey& secret,
                                        Recipients recipients,
                                        Random& random);

}  // namespace mednexus::storage
