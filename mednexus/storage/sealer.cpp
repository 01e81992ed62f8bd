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
        : plain_source_(plain), random_(random), key_(std::move(key)), header_(std::move(header)) {}

    [[nodiscard]] const Header& header() const noexcept { return header_; }

    Result<std::size_t> read(std::span<std::uint8_t> out) {
        if (failure_) {
            return tl::unexpected(*failure_);  // bytes may be lost: going on would skip them
        }
        if (position_ == segment_size_ && out.size() >= kSegmentSealedSizeBytes) {
            return seal_next(out);  // straight to where it is wanted
        }
        if (position_ == segment_size_ && !out.empty()) {
            MN_TRY(segment_size_, seal_next(segment_));
            position_ = 0;
        }
        const std::size_t count = std::min(out.size(), segment_size_ - position_);
        std::copy_n(segment_.begin() + static_cast<std::ptrdiff_t>(position_), count, out.begin());
        position_ += count;
        return count;
    }

private:
    /// Seals the next segment to the front of `out`; returns its size, 0 at the end. An error
    /// stays.
    Result<std::size_t> seal_next(std::span<std::uint8_t> out) {
        auto count = read_full(plain_source_, plain_);
        if (count && *count == 0 && is_first_) {
            count = fail(Kind::invalid, "crypt4gh.seal: empty content cannot be an object");
        }
        if (!count) {
            failure_ = count.error();
            return count;
        }
        is_first_ = false;
        if (*count == 0) {
            return 0U;
        }
        const std::size_t size = *count + kSegmentOverheadBytes;
        internal::seal_segment(key_, BytesView(plain_).first(*count), random_, out.first(size));
        return size;
    }

    ByteSource& plain_source_;
    Random& random_;
    crypto::AeadKey key_;
    Header header_;
    Bytes plain_ = Bytes(kSegmentPlainSizeBytes);
    Bytes segment_ = Bytes(kSegmentSealedSizeBytes);  ///< handed out in pieces
    std::size_t segment_size_ = 0;
    std::size_t position_ = 0;  ///< how much of it was handed out
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

Sealer::Sealer(Sealer&& other) noexcept = default;
Sealer& Sealer::operator=(Sealer&& other) noexcept = default;
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
