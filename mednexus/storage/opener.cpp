#include <algorithm>
#include <optional>

#include "mednexus/core/check.hpp"
#include "mednexus/storage/crypt4gh.hpp"
#include "mednexus/storage/internal/edit_list.hpp"
#include "mednexus/storage/internal/segment.hpp"
#include "mednexus/storage/internal/unlock.hpp"

namespace mednexus::storage {
namespace {

/// Segments fetched from the body at once. 64 of them are 4 MiB: few enough to hold, and enough
/// that a store which verifies blocks of 256 KiB reads hardly any block twice.
constexpr std::uint64_t kWindowSegmentsMax = 64;

/// A run of sealed segments, and the last one of them that was opened only for a part.
struct Window {
    std::uint64_t first = 0;  ///< segment index
    Bytes sealed;
    std::optional<std::uint64_t> opened;
    Bytes plain;

    [[nodiscard]] bool contains(std::uint64_t segment) const {
        return segment >= first && (segment - first) * kSegmentSealedSizeBytes < sealed.size();
    }

    [[nodiscard]] BytesView segment_bytes(std::uint64_t segment) const {
        const std::uint64_t begin = (segment - first) * kSegmentSealedSizeBytes;
        const BytesView rest = BytesView(sealed).subspan(static_cast<std::size_t>(begin));
        return rest.first(std::min(rest.size(), kSegmentSealedSizeBytes));
    }
};

}  // namespace

class Opener::Impl {
public:
    Impl(std::vector<crypto::AeadKey> keys, const ByteRange& body, std::vector<internal::Kept> kept)
        : keys_(std::move(keys)), body_(body), kept_(std::move(kept)) {
        for (const internal::Kept& part : kept_) {
            size_bytes_ += part.count;
        }
    }

    [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_bytes_; }

    [[nodiscard]] Result<Bytes> read(std::uint64_t offset, std::uint64_t count) const {
        Bytes out(static_cast<std::size_t>(count));
        std::span<std::uint8_t> left(out);
        Window window;
        for (internal::Kept part : kept_) {
            if (left.empty()) {
                break;
            }
            if (offset >= part.count) {  // wholly before the wanted range
                offset -= part.count;
                continue;
            }
            part.offset += offset;
            part.count = std::min<std::uint64_t>(part.count - offset, left.size());
            offset = 0;
            const auto size = static_cast<std::size_t>(part.count);
            MN_DO(read_part(window, part, left.first(size)));
            left = left.subspan(size);
        }
        MN_CHECK(left.empty());
        return out;
    }

private:
    /// Fills `out` with the part, segment by segment.
    [[nodiscard]] Result<void> read_part(Window& window,
                                         internal::Kept part,
                                         std::span<std::uint8_t> out) const {
        const std::uint64_t last = (part.offset + part.count - 1) / kSegmentPlainSizeBytes;
        while (!out.empty()) {
            const std::uint64_t segment = part.offset / kSegmentPlainSizeBytes;
            if (!window.contains(segment)) {
                MN_TRY(window, fetch(segment, last));
            }
            const auto from = static_cast<std::size_t>(part.offset % kSegmentPlainSizeBytes);
            MN_TRY(const std::size_t count, open_from(window, segment, from, out));
            part.offset += count;
            out = out.subspan(count);
        }
        return {};
    }

    /// The sealed segments from `segment` to `last`, or as many of the first as a window may have.
    [[nodiscard]] Result<Window> fetch(std::uint64_t segment, std::uint64_t last) const {
        const std::uint64_t segments = std::min(last - segment + 1, kWindowSegmentsMax);
        const std::uint64_t begin = segment * kSegmentSealedSizeBytes;
        const std::uint64_t end =
            std::min(begin + segments * kSegmentSealedSizeBytes, body_.size_bytes());
        MN_TRY(Bytes sealed, body_.read(begin, end - begin));
        MN_CHECK(sealed.size() == end - begin);
        return Window{.first = segment, .sealed = std::move(sealed), .opened = {}, .plain = {}};
    }

    /// Copies the segment's plaintext from `from` on to the front of `out`; returns how much.
    [[nodiscard]] Result<std::size_t> open_from(Window& window,
                                                std::uint64_t segment,
                                                std::size_t from,
                                                std::span<std::uint8_t> out) const {
        const BytesView sealed = window.segment_bytes(segment);
        const std::size_t size = sealed.size() - kSegmentOverheadBytes;
        const std::size_t count = std::min(size - from, out.size());
        if (count == size) {
            MN_DO(open_one(segment, sealed, out.first(size)));
            return size;
        }
        if (window.opened != segment) {
            window.opened.reset();
            window.plain.resize(size);
            MN_DO(open_one(segment, sealed, window.plain));
            window.opened = segment;
        }
        std::copy_n(window.plain.begin() + static_cast<std::ptrdiff_t>(from), count, out.begin());
        return count;
    }

    [[nodiscard]] Result<void> open_one(std::uint64_t segment,
                                        BytesView sealed,
                                        std::span<std::uint8_t> out) const {
        const auto opened = internal::open_segment(keys_, sealed, out);
        if (!opened) {
            return fail_in("crypt4gh.open: segment " + std::to_string(segment), opened.error());
        }
        return {};
    }

    std::vector<crypto::AeadKey> keys_;
    const ByteRange& body_;
    std::vector<internal::Kept> kept_;
    std::uint64_t size_bytes_ = 0;
};

Result<Opener> Opener::make(const Header& header,
                            const crypto::X25519SecretKey& secret,
                            const ByteRange& body) {
    auto unlocked = internal::unlock(header, secret);
    if (!unlocked) {
        return fail_in("crypt4gh.open", unlocked.error());
    }
    const auto size = internal::plain_size_of(body.size_bytes());
    if (!size) {
        return fail_in("crypt4gh.open", size.error());
    }
    auto kept = internal::kept_by(unlocked->edit_lengths.value_or(internal::EditLengths{}), *size);
    return Opener(std::make_unique<const Impl>(std::move(unlocked->keys), body, std::move(kept)));
}

Opener::Opener(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Opener::Opener(Opener&& other) noexcept = default;
Opener& Opener::operator=(Opener&& other) noexcept = default;
Opener::~Opener() = default;

std::uint64_t Opener::size_bytes() const noexcept {
    return impl_->size_bytes();
}

Result<Sensitive<Bytes>> Opener::read(std::uint64_t offset, std::uint64_t count) const {
    if (!is_within(offset, count, size_bytes())) {
        return fail(Kind::invalid, "crypt4gh.open: range outside the plaintext");
    }
    MN_TRY(Bytes plain, impl_->read(offset, count));
    return Sensitive<Bytes>(std::move(plain));
}

Result<Sensitive<Bytes>> open(const Header& header,
                              BytesView body,
                              const crypto::X25519SecretKey& secret) {
    const MemoryRange range(body);
    MN_TRY(const Opener opener, Opener::make(header, secret, range));
    return opener.read(0, opener.size_bytes());
}

}  // namespace mednexus::storage
