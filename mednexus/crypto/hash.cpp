#include "mednexus/crypto/hash.hpp"

#include <array>

#include <openssl/evp.h>
#include <sodium.h>

#include "mednexus/core/check.hpp"
#include "mednexus/crypto/internal/sodium.hpp"

namespace mednexus::crypto {

namespace {

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

/// Fetched once: an EVP_MD that each call fetches again costs more than a small hash.
const EVP_MD* sha256_method() {
    static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    MN_CHECK(method != nullptr);
    return method;
}

Context make_context() {
    Context out(EVP_MD_CTX_new());
    MN_CHECK(out != nullptr);
    return out;
}

void begin(EVP_MD_CTX* context) {
    MN_CHECK(EVP_DigestInit_ex(context, sha256_method(), nullptr) == 1);
}

void feed(EVP_MD_CTX* context, BytesView data) {
    MN_CHECK(EVP_DigestUpdate(context, data.data(), data.size()) == 1);
}

Hash32 end(EVP_MD_CTX* context) {
    Hash32 out;
    unsigned size = 0;
    MN_CHECK(EVP_DigestFinal_ex(context, out.mutable_array().data(), &size) == 1);
    MN_CHECK(size == Hash32::kSizeBytes);
    return out;
}

/// One context per thread, ready for a new message: setting one up costs as much as a small hash.
EVP_MD_CTX* begin_on_this_thread() {
    thread_local const Context context = make_context();
    begin(context.get());
    return context.get();
}

constexpr std::array<std::uint8_t, 1> kLeafPrefix{0x00};
constexpr std::array<std::uint8_t, 1> kNodePrefix{0x01};

}  // namespace

Hash32 sha256(BytesView data) {
    EVP_MD_CTX* const context = begin_on_this_thread();
    feed(context, data);
    return end(context);
}

Hash32 rfc6962_leaf(BytesView data) {
    EVP_MD_CTX* const context = begin_on_this_thread();
    feed(context, kLeafPrefix);
    feed(context, data);
    return end(context);
}

Hash32 rfc6962_node(const Hash32& left, const Hash32& right) {
    EVP_MD_CTX* const context = begin_on_this_thread();
    feed(context, kNodePrefix);
    feed(context, left.view());
    feed(context, right.view());
    return end(context);
}

struct Sha256::Impl {
    Context context = make_context();
    bool finished = false;
};

Sha256::Sha256() : impl_(std::make_unique<Impl>()) {
    begin(impl_->context.get());
}

Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(BytesView data) {
    MN_CHECK(!impl_->finished);
    feed(impl_->context.get(), data);
}

Hash32 Sha256::finish() {
    MN_CHECK(!impl_->finished);
    impl_->finished = true;
    return end(impl_->context.get());
}

Secret<64> blake2b_512(BytesView data) {
    internal::need_sodium();
    Secret<64> out;
    const int status = crypto_generichash_blake2b(
        out.mutable_reveal().data(), out.reveal().size(), data.data(), data.size(), nullptr, 0);
    MN_CHECK(status == 0);
    return out;
}

bool equal_in_constant_time(BytesView a, BytesView b) noexcept {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace mednexus::crypto
