#include "mednexus/compute/internal/sampler.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "mednexus/codec/cursor.hpp"
#include "mednexus/compute/internal/tables.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/chacha20.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::compute::internal {

namespace {

enum class What : std::uint32_t {
    uniform = 1,
    ternary = 2,
    noise = 3,
    smudging = 4,
    mask = 5,
    box = 6
};

/// One ChaCha20 stream, 4 KiB at a time.
class Keystream {
public:
    static constexpr std::size_t kChunkBytes = 4096;

    Keystream(const Secret<32>& key, What what, std::uint32_t number, std::uint32_t prime)
        : key_(key) {
        Bytes name;
        codec::append_le(name, static_cast<std::uint32_t>(what));
        codec::append_le(name, number);
        codec::append_le(name, prime);
        std::copy(name.begin(), name.end(), nonce_.begin());
    }

    ~Keystream() { wipe(chunk_); }

    Keystream(const Keystream&) = delete;
    Keystream& operator=(const Keystream&) = delete;

    /// The next chunk; valid until the next call.
    std::span<const std::uint8_t, kChunkBytes> next() {
        crypto::chacha20_keystream(key_.reveal(), nonce_, block_, chunk_);
        block_ += kChunkBytes / crypto::kChaCha20BlockBytes;
        return chunk_;
    }

private:
    const Secret<32>& key_;
    crypto::ChaCha20Nonce nonce_{};
    std::uint32_t block_ = 0;
    std::array<std::uint8_t, kChunkBytes> chunk_{};
};

constexpr std::size_t kChunkWords = Keystream::kChunkBytes / 4;

void load_words(std::span<const std::uint8_t> bytes, std::span<std::uint32_t> words) {
    const std::uint8_t* const raw = bytes.data();
    for (std::size_t i = 0; i < words.size(); ++i) {
        words[i] = std::uint32_t{raw[4 * i]} | std::uint32_t{raw[4 * i + 1]} << 8U |
                   std::uint32_t{raw[4 * i + 2]} << 16U | std::uint32_t{raw[4 * i + 3]} << 24U;
    }
}

/// Words below p. Which words are skipped says nothing about those that are kept.
void fill_below(Keystream& stream, std::uint32_t p, std::span<std::uint32_t> out) {
    const std::uint32_t mask = (1U << static_cast<unsigned>(std::bit_width(p - 1))) - 1;
    SecretWords words(kChunkWords);
    std::size_t count = 0;
    while (count < out.size()) {
        load_words(stream.next(), words.view());
        for (std::size_t at = 0; at < kChunkWords && count < out.size(); ++at) {
            const std::uint32_t value = words.view()[at] & mask;
            out[count] = value;
            count += value < p ? 1 : 0;
        }
    }
}

/// Bits set, without a table.
constexpr std::uint32_t count_bits(std::uint32_t x) noexcept {
    x -= (x >> 1U) & 0x55555555U;
    x = (x & 0x33333333U) + ((x >> 2U) & 0x33333333U);
    x = (x + (x >> 4U)) & 0x0F0F0F0FU;
    x += x >> 8U;
    return (x + (x >> 16U)) & 0x3FU;
}

}  // namespace

Sampler::Sampler(const Ring& ring, BytesView seed, std::string_view label, BytesView context) {
    Bytes name = to_bytes("mednexus/score/v1/");
    append(name, bytes_of(label));
    name.push_back(0);
    append(name, ring.id().view());
    append(name, context);
    Hash32 key = crypto::hmac_sha256(seed, name);
    std::copy(key.array().begin(), key.array().end(), key_.mutable_reveal().begin());
    wipe(key.mutable_array());
}

void Sampler::uniform(std::uint32_t number,
                      std::uint32_t prime_index,
                      std::uint32_t p,
                      std::span<std::uint32_t> out) const {
    Keystream stream(key_, What::uniform, number, prime_index);
    fill_below(stream, p, out);
}

void Sampler::mask(std::uint32_t number, std::uint32_t t, std::span<std::uint32_t> out) const {
    Keystream stream(key_, What::mask, number, 0);
    fill_below(stream, t, out);
}

void Sampler::ternary(std::uint32_t number, std::span<std::int32_t> out) const {
    Keystream stream(key_, What::ternary, number, 0);
    std::size_t count = 0;
    while (count < out.size()) {
        for (const std::uint8_t byte : stream.next()) {
            for (unsigned shift = 0; shift < 8 && count < out.size(); shift += 2) {
                const std::int32_t value = (byte >> shift) & 3;
                // 2 is 1 0 and becomes -1
                out[count] = (value & 1) - (value >> 1);
                count += value != 3 ? 1 : 0;
            }
        }
    }
}

void Sampler::noise(std::uint32_t number, std::span<std::int32_t> out) const {
    constexpr std::uint32_t kMask = (1U << kNoiseBits) - 1;
    Keystream stream(key_, What::noise, number, 0);
    SecretWords words(kChunkWords);
    for (std::size_t at = 0; at < out.size(); at += kChunkWords / 2) {
        load_words(stream.next(), words.view());
        const std::size_t size = std::min(kChunkWords / 2, out.size() - at);
        const std::uint32_t* const drawn = words.view().data();
        std::int32_t* const to = out.data() + at;
        for (std::size_t i = 0; i < size; ++i) {
            to[i] = static_cast<std::int32_t>(count_bits(drawn[2 * i] & kMask) -
                                              count_bits(drawn[2 * i + 1] & kMask));
        }
    }
}

void Sampler::smudging(std::uint32_t number, std::span<std::uint32_t> limbs) const {
    constexpr std::size_t kDrawWords = 9;  // three numbers of three limbs
    constexpr std::uint32_t kTopMask = (1U << (kSmudgingBits + 1 - 64)) - 1;
    const std::size_t size = limbs.size() / 3;
    // Draws do not divide a chunk, so the stream is taken whole.
    Keystream stream(key_, What::smudging, number, 0);
    const std::size_t chunks = (size * kDrawWords + kChunkWords - 1) / kChunkWords;
    SecretWords words(chunks * kChunkWords);
    for (std::size_t i = 0; i < chunks; ++i) {
        load_words(stream.next(), words.view().subspan(i * kChunkWords, kChunkWords));
    }
    const std::uint32_t* const drawn = words.view().data();
    for (std::size_t n = 0; n < size; ++n) {
        const std::uint32_t* const x = drawn + n * kDrawWords;
        const std::uint64_t low = std::uint64_t{x[0]} + x[3] + x[6];
        const std::uint64_t middle = std::uint64_t{x[1]} + x[4] + x[7] + (low >> 32U);
        const std::uint64_t high = std::uint64_t{x[2] & kTopMask} + (x[5] & kTopMask) +
                                   (x[8] & kTopMask) + (middle >> 32U);
        limbs[n] = static_cast<std::uint32_t>(low);
        limbs[size + n] = static_cast<std::uint32_t>(middle);
        limbs[2 * size + n] = static_cast<std::uint32_t>(high);
    }
}

void Sampler::box(std::uint32_t number, unsigned bits, std::span<std::int64_t> out) const {
    const std::uint64_t mask = (std::uint64_t{2} << bits) - 1;
    const std::int64_t half = std::int64_t{1} << bits;
    Keystream stream(key_, What::box, number, 0);
    SecretWords words(kChunkWords);
    for (std::size_t at = 0; at < out.size(); at += kChunkWords / 2) {
        load_words(stream.next(), words.view());
        const std::size_t size = std::min(kChunkWords / 2, out.size() - at);
        const std::uint32_t* const drawn = words.view().data();
        std::int64_t* const to = out.data() + at;
        for (std::size_t i = 0; i < size; ++i) {
            const std::uint64_t both = std::uint64_t{drawn[2 * i]} | std::uint64_t{drawn[2 * i + 1]}
                                                                         << 32U;
            to[i] = static_cast<std::int64_t>(both & mask) - half;
        }
    }
}

Hash32 Sampler::public_seed() const {
    std::array<std::uint8_t, 32> raw{};
    std::copy(key_.reveal().begin(), key_.reveal().end(), raw.begin());
    return Hash32(raw);
}

}  // namespace mednexus::compute::internal
