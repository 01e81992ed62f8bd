// Programs of others against our server: they know HTTP and TLS, not us.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "mednexus/http/internal/testing/house.hpp"

namespace mednexus::http {
namespace {

using internal::House;
using internal::TestIdentity;
using testing::HasSubstr;
using testing::StartsWith;

bool has_program(const std::string& name) {
    return std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0;  // NOLINT
}

std::string output_of(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen((command + " 2>&1").c_str(), "r"),
                                                     ::pclose);
    std::string out;
    std::array<char, 4096> part{};
    while (const std::size_t got = std::fread(part.data(), 1, part.size(), pipe.get())) {
        out.append(part.data(), got);
    }
    return out;
}

/// The PEM file that such programs read, removed at the end.
class PemFile {
public:
    explicit PemFile(const TestIdentity& identity) {
        std::string pattern = (std::filesystem::temp_directory_path() / "mnx-pem-XXXXXX").string();
        const int descriptor = ::mkstemp(pattern.data());
        path_ = pattern;
        const std::unique_ptr<FILE, int (*)(FILE*)> file(::fdopen(descriptor, "w"), std::fclose);
        const unsigned char* at = identity.certificate.data();
        X509* certificate = d2i_X509(nullptr, &at, static_cast<long>(identity.certificate.size()));
        PEM_write_X509(file.get(), certificate);
        X509_free(certificate);
        const BytesView key = identity.private_key.reveal();
        at = key.data();
        EVP_PKEY* parsed = d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(key.size()));
        PEM_write_PKCS8PrivateKey(file.get(), parsed, nullptr, nullptr, 0, nullptr, nullptr);
        EVP_PKEY_free(parsed);
    }

    ~PemFile() { std::filesystem::remove(path_); }

    PemFile(const PemFile&) = delete;
    PemFile& operator=(const PemFile&) = delete;
    PemFile(PemFile&&) = delete;
    PemFile& operator=(PemFile&&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

std::string curl(const House& house, const std::string& pem, const std::string& rest) {
    return output_of("curl -s -S -i -k --noproxy '*' --max-time 20 --cert " + pem + " --key " +
                     pem + " " + rest + " https://127.0.0.1:" + std::to_string(house.port()));
}

TEST(ForeignClient, CurlIsServed) {
    if (!has_program("curl")) {
        GTEST_SKIP() << "curl is not installed";
    }
    const House house;
    const PemFile pem(house.peer);
    const std::string health = curl(house, pem.path(), "--request-target /v1/health");
    EXPECT_THAT(health, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(health, HasSubstr(R"({"status":"serving"})"));
    const std::string echo =
        curl(house, pem.path(), "--request-target /v1/peer/echo --json '{\"n\": 1.0}'");
    EXPECT_THAT(echo, HasSubstr(R"({"body":{"n":1.0},"operation":"echo","who":"south.example"})"));
}

TEST(ForeignClient, CurlThatAsksBeforeSendingAMebibyteIsToldToGoOn) {
    if (!has_program("curl")) {
        GTEST_SKIP() << "curl is not installed";
    }
    const House house;
    const PemFile pem(house.peer);
    const std::string body = pem.path() + ".json";
    std::ofstream(body) << "[\"" << std::string(2U << 20U, 'x') << "\"]";
    const std::string answer =
        curl(house,
             pem.path(),
             "-o /dev/null -D - -H 'Expect: 100-continue' --request-target /v1/peer/echo --json @" +
                 body);
    std::filesystem::remove(body);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 100 "));
    EXPECT_THAT(answer, HasSubstr("HTTP/1.1 200 "));
}

TEST(ForeignClient, CurlWithAStrangersKeyIsRefused) {
    if (!has_program("curl")) {
        GTEST_SKIP() << "curl is not installed";
    }
    const House house;
    const PemFile pem(internal::make_test_identity());
    EXPECT_THAT(curl(house, pem.path(), "--request-target /v1/health"),
                StartsWith("HTTP/1.1 403 "));
}

TEST(ForeignClient, OpensslSeesTheProfile) {
    if (!has_program("openssl")) {
        GTEST_SKIP() << "openssl is not installed";
    }
    const House house;
    const PemFile pem(house.peer);
    const std::string connect =
        "openssl s_client -connect 127.0.0.1:" + std::to_string(house.port()) + " -cert " +
        pem.path() + " -key " + pem.path() + " </dev/null";
    const std::string modern = output_of(connect + " -tls1_3");
    EXPECT_THAT(modern, HasSubstr("New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384"));
    EXPECT_THAT(modern, testing::Not(HasSubstr("New Session Ticket")));
    EXPECT_THAT(output_of(connect + " -tls1_2"), HasSubstr("protocol version"));
}

}  // namespace
}  // namespace mednexus::http
