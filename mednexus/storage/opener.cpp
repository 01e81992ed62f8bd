#include <algorithm>

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

/// A run of opened segments.
struct Window {
    std::uint64_t offset = 0;  ///< in the unedited plaintext
    Bytes plain;

    [[nodiscard]] bool contains(std::uint64_t position) const {
        return position >= offset && position - offset < plain.size();
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
        Bytes out;
        out.reserve(static_cast<std::size_t>(count));
        Window window;
        for (internal::Kept part : kept_) {
            if (offset >= part.count) {  // wholly before the wanted range
                offset -= part.count;
                continue;
            }
            part.offset += offset;
            part.count = std::min(part.count - offset, count - out.size());
            offset = 0;
            MN_DO(append_part(out, window, part));
            if (out.size() == count) {
                break;
            }
        }
        MN_CHECK(out.size() == count);
        return out;
    }

private:
    [[nodiscard]] Result<void> append_part(Bytes& out, Window& window, internal::Kept part) const {
        while (part.count > 0) {
            if (!window.contains(part.offset)) {
                MN_TRY(window, open_window(part));
            }
            const auto from = static_cast<std::size_t>(part.offset - window.offset);
            const auto count = static_cast<std::size_t>(
                std::min<std::uint64_t>(part.count, window.plain.size() - from));
            append(out, BytesView(window.plain).subspan(from, count));
            part.offset += count;
            part.count -= count;
        }
        return {};
    }

    /// Opens the segments that hold the part, or as many of its first ones as a window may have.
    [[nodiscard]] Result<Window> open_window(const internal::Kept& part) const {
        const std::uint64_t first = part.offset / kSegmentPlainSizeBytes;
        const std::uint64_t last = (part.offset + part.count - 1) / kSegmentPlainSizeBytes;
        const std::uint64_t segments = std::min(last - first + 1, kWindowSegmentsMax);
        const std::uint64_t begin = first * kSegmentSealedSizeBytes;
        const std::uint64_t end =
            std::min(begin + segments * kSegmentSealedSizeBytes, body_.size_bytes());
        MN_TRY(const Bytes sealed, body_.read(begin, end - begin));
        MN_CHECK(sealed.size() == end - begin);

        Window window{.offset = first * kSegmentPlainSizeBytes, .plain = {}};
        for (BytesView rest = sealed; !rest.empty();) {
            const std::size_t size = std::min(rest.size(), kSegmentSealedSizeBytes);
            auto plain = internal::open_segment(keys_, rest.first(size));
            if (!plain) {
                const std::uint64_t index = first + window.plain.size() / kSegmentPlainSizeBytes;
                return fail_in("crypt4gh.open: segment " + std::to_string(index), plain.error());
            }
            append(window.plain, *plain);
            rest = rest.subspan(size);
        }
        return window;
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

Opener::Opener(Opener&&) noexcept = default;
Opener& Opener::operator=(Opener&&) noexcept = default;
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
