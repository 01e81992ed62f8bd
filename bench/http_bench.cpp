// What a call from node to node costs over loopback, beside a bare TCP connection for the same
// bytes.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/report.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/core/log.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/http/client.hpp"
#include "mednexus/http/server.hpp"

namespace {

using mednexus::Bytes;
using mednexus::BytesView;
using mednexus::Hash32;
using mednexus::ObjectRoot;
using mednexus::Result;
using mednexus::bench::must;
using mednexus::bench::seconds_now;
namespace json = mednexus::json;
namespace service = mednexus::service;

constexpr int kCalls = 400;
constexpr int kCallers = 4;
constexpr int kObjects = 8;
constexpr std::size_t kBodyBytes = 1024;
constexpr std::size_t kObjectBytes = 16U << 20U;
constexpr double kMib = 1024.0 * 1024.0;

template <typename T, typename Encode>
Bytes der_of(T* value, Encode encode) {
    unsigned char* out = nullptr;
    const int size = encode(value, &out);
    MN_CHECK(size > 0);
    Bytes der(out, out + size);
    OPENSSL_free(out);
    return der;
}

struct Identity {
    Bytes key;
    Bytes certificate;
    Hash32 pin;

    [[nodiscard]] service::TlsIdentity tls() const {
        return {mednexus::SecretBytes(key), certificate};
    }
};

Identity make_identity() {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"),
                                                                  EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> x(X509_new(), X509_free);
    X509_set_version(x.get(), X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(x.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(x.get()), 3600);
    X509_set_pubkey(x.get(), key.get());
    MN_CHECK(X509_sign(x.get(), key.get(), EVP_sha256()) > 0);
    const std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> info(
        EVP_PKEY2PKCS8(key.get()), PKCS8_PRIV_KEY_INFO_free);
    return {der_of(info.get(), i2d_PKCS8_PRIV_KEY_INFO),
            der_of(x.get(), i2d_X509),
            mednexus::crypto::sha256(der_of(key.get(), i2d_PUBKEY))};
}

/// Answers with what it was asked; any caller is a peer.
class EchoNode final : public service::Node {
public:
    explicit EchoNode(const Identity& identity) : identity_(identity) {}

    Result<json::Value> execute(std::string_view /*operation*/, const json::Value& body) override {
        return body;
    }

    Result<json::Value> answer_peer(std::string_view /*peer*/,
                                    std::string_view /*operation*/,
                                    const json::Value& body) override {
        return body;
    }

    Result<Bytes> object_for_peer(std::string_view /*peer*/, const ObjectRoot& /*root*/) override {
        return object_;
    }

    Result<Bytes> blob_for_peer(std::string_view /*peer*/, const Hash32& /*hash*/) override {
        return object_;
    }

    Result<void> tick() override { return {}; }

    Result<Bytes> log_file(std::string_view /*path*/) const override { return object_; }

    Result<std::string> peer_named_by_pin(const Hash32& /*pin*/) const override { return "peer"; }

    service::TlsIdentity tls_identity() const override { return identity_.tls(); }

    std::string metrics() const override { return {}; }

private:
    const Identity& identity_;
    Bytes object_ = Bytes(kObjectBytes, 7);
};

/// A TCP server that reads one number N (8 bytes) and answers N bytes, one connection after
/// another.
class BareServer {
public:
    BareServer() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        MN_CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        MN_CHECK(::listen(listener_, 64) == 0);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        address_ = address;
        thread_ = std::jthread([this] { run(); });
    }

    BareServer(const BareServer&) = delete;
    BareServer& operator=(const BareServer&) = delete;
    BareServer(BareServer&&) = delete;
    BareServer& operator=(BareServer&&) = delete;

    ~BareServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }

    /// Connects, asks for `size` bytes, reads them all, closes.
    void fetch(std::uint64_t size) {
        const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        MN_CHECK(::connect(socket, reinterpret_cast<sockaddr*>(&address_), sizeof address_) == 0);
        MN_CHECK(::send(socket, &size, sizeof size, 0) == sizeof size);
        std::size_t got = 0;
        while (got < size) {
            const ssize_t n = ::recv(socket, buffer_.data(), buffer_.size(), 0);
            MN_CHECK(n > 0);
            got += static_cast<std::size_t>(n);
        }
        ::close(socket);
    }

private:
    void run() {
        const Bytes answer(kObjectBytes, 7);
        for (int socket = 0; (socket = ::accept(listener_, nullptr, nullptr)) >= 0;) {
            std::uint64_t size = 0;
            MN_CHECK(::recv(socket, &size, sizeof size, MSG_WAITALL) == sizeof size);
            for (std::size_t sent = 0; sent < size;) {
                const ssize_t n = ::send(socket, answer.data() + sent, size - sent, MSG_NOSIGNAL);
                MN_CHECK(n > 0);
                sent += static_cast<std::size_t>(n);
            }
            ::close(socket);
        }
    }

    int listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address_{};
    Bytes buffer_ = Bytes(1U << 16U);
    std::jthread thread_;
};

template <typename Work>
double per_second(int count, Work work) {
    const double begun = seconds_now();
    for (int i = 0; i < count; ++i) {
        work();
    }
    return count / (seconds_now() - begun);
}

void must_do(const Result<void>& result) {
    if (!result) {
        mednexus::bench::stop(result.error());
    }
}

class Bench {
public:
    explicit Bench(bool as_json) : as_json_(as_json) { must_do(client_.present(theirs_.tls())); }

    void run() {
        const json::Value body = std::string(kBodyBytes, 'x');
        const double floor = per_second(kCalls, [&] { bare_.fetch(kBodyBytes); });
        const double one = per_second(kCalls, [&] { call(body); });
        report("http.calls",
               "1/s",
               one,
               floor,
               fmt::format("{} bytes each way, 1 caller", kBodyBytes));
        report("http.calls_at_once",
               "1/s",
               calls_at_once(body),
               floor,
               fmt::format("{} bytes each way, {} callers", kBodyBytes, kCallers));
        const double bare_mib =
            per_second(kObjects, [&] { bare_.fetch(kObjectBytes); }) * kObjectBytes / kMib;
        const double our_mib =
            per_second(kObjects, [&] { mednexus::bench::keep(object()); }) * kObjectBytes / kMib;
        report("http.object", "MiB/s", our_mib, bare_mib, "16 MiB, 1 caller");
    }

private:
    void report(const char* name, const char* unit, double ours, double floor, std::string what) {
        mednexus::bench::print(
            {.bench = name,
             .value = ours,
             .unit = unit,
             .floor_or_peer = "TCP connect, the same bytes, close; no TLS, no HTTP",
             .floor_or_peer_value = floor,
             .parameters = std::move(what) + ", new mTLS 1.3 connection per call"},
            as_json_);
    }

    void call(const json::Value& body) {
        mednexus::bench::keep(must(client_.call(address_, "echo", body)));
    }

    Bytes object() { return must(client_.get_object(address_, ObjectRoot())); }

    double calls_at_once(const json::Value& body) {
        const double begun = seconds_now();
        {
            std::vector<std::jthread> callers;
            callers.reserve(kCallers);
            for (int i = 0; i < kCallers; ++i) {
                callers.emplace_back([&] {
                    for (int n = 0; n < kCalls / kCallers; ++n) {
                        call(body);
                    }
                });
            }
        }
        return kCalls / (seconds_now() - begun);
    }

    bool as_json_;
    Identity ours_ = make_identity();
    Identity theirs_ = make_identity();
    EchoNode node_{ours_};
    mednexus::http::Server server_ = must(mednexus::http::Server::start(node_, {}));
    service::PeerAddress address_{
        "north.example", fmt::format("https://127.0.0.1:{}", server_.port()), ours_.pin};
    mednexus::http::PeerClient client_;
    BareServer bare_;
};

}  // namespace

int main(int argc, char** argv) {
    mednexus::set_log_level(mednexus::LogLevel::error);
    Bench(mednexus::bench::wants_json(argc, argv)).run();
    return EXIT_SUCCESS;
}
