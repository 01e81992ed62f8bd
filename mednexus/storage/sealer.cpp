#include <algorithm>
#include <optional>

#include "mednexus/storage/crypt4gh.hpp"
#include "mednexus/storage/internal/payload.hpp"
#include "mednexus/storage/internal/recipients.hpp"
#include "mednexus/storage/internal/segment.hpp"

namespace mednexus::storage {

class Sealer::Impl {
public:
    Impl(ByteSource& plain, Random& random, crypto::AeadKey key, Header header)
        : plain_(plain), random_(random), key_(std::move(key)), header_(std::move(header)) {}

    [[nodiscard]] const Header& header() const noexcept { return header_; }

    Result<std::size_t> read(std::span<std::uint8_t> out) {
        if (failure_) {
            return tl::unexpected(*failure_);  // bytes may be lost: going on would skip them
        }
        if (position_ == segment_.size() && !out.empty()) {
            auto filled = fill();
            if (!filled) {
                failure_ = filled.error();
                return tl::unexpected(*failure_);
            }
        }
        const std::size_t count = std::min(out.size(), segment_.size() - position_);
        std::copy_n(segment_.begin() + static_cast<std::ptrdiff_t>(position_), count, out.begin());
        position_ += count;
        return count;
    }

private:
    /// Seals the next segment; leaves none at the end of the plaintext.
    Result<void> fill() {
        Bytes plain(kSegmentPlainSizeBytes);
        MN_TRY(const std::size_t count, read_full(plain_, plain));
        if (count == 0 && is_first_) {
            return fail(Kind::invalid, "crypt4gh.seal: empty content cannot be an object");
        }
        is_first_ = false;
        position_ = 0;
        segment_.clear();
        if (count > 0) {
            segment_ = internal::seal_segment(key_, BytesView(plain).first(count), random_);
        }
        return {};
    }

    ByteSource& plain_;
    Random& random_;
    crypto::AeadKey key_;
    Header header_;
    Bytes segment_;             ///< sealed bytes that are being handed out
    std::size_t position_ = 0;  ///< how many of them are
    bool is_first_ = true;
    std::optional<Error> failure_;
};

Result<Sealer> Sealer::make(ByteSource& plain, Recipients recipients, Random& random) {
    crypto::AeadKey key;
    random.fill(key.mutable_reveal());
    const SecretBytes payload = internal::encode_data_key(key);
    MN_TRY(Header header, internal::make_header(std::span(&payload, 1), recipients, random));
    return Sealer(std::make_unique<Impl>(plain, random, std::move(key), std::move(header)));
}

Sealer::Sealer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Sealer::Sealer(Sealer&&) noexcept = default;
Sealer& Sealer::operator=(Sealer&&) noexcept = default;
Sealer::~Sealer() = default;

const Header& Sealer::header() const noexcept {
    return impl_->header();
}

Result<std::size_t> Sealer::read(std::span<std::uint8_t> out) {
    return impl_->read(out);
}

Result<Sealed> seal(BytesView plain, Recipients recipients, Random& random) {
    MemorySource source(plain);
    MN_TRY(Sealer sealer, Sealer::make(source, recipients, random));
    Bytes body(static_cast<std::size_t>(sealed_size_of(plain.size())));
    if (body.empty()) {
        body.resize(1);  // so that the sealer is asked, and refuses
    }
    MN_TRY(const std::size_t count, read_full(sealer, body));
    body.resize(count);
    return Sealed{.header = sealer.header(), .body = std::move(body)};
}

}  // namespace mednexus::storage
