// What sealing, naming and keeping cost beside what no implementation can do without: the vendor's
// raw cipher, the vendor's raw hash, and a plain write with fsync, on the same bytes in the same
// run.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <limits>
#include <vector>

#include <cryptopp/keccak.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sodium.h>
#include <unistd.h>

#include "bench/report.hpp"
#include "mednexus/crypto/system_random.hpp"
#include "mednexus/storage/storage.hpp"

namespace {

using mednexus::Bytes;
using mednexus::BytesView;
using mednexus::Result;
using mednexus::bench::best_seconds;
using mednexus::bench::keep;
using mednexus::bench::must;
using mednexus::bench::seconds_now;
namespace crypto = mednexus::crypto;
namespace storage = mednexus::storage;

constexpr std::size_t kBigBytes = 64U << 20U;
constexpr std::size_t kSmallBytes = 10'000;
constexpr int kSmallObjects = 200;
constexpr int kRounds = 3;
constexpr std::size_t kSealedBlock = 65'536 + crypto_aead_chacha20poly1305_IETF_ABYTES;

/// A folder that goes at the end.
class Folder {
public:
    Folder() : path_((std::filesystem::temp_directory_path() / "mednexus-bench-XXXXXX").string()) {
        if (::mkdtemp(path_.data()) == nullptr) {
            std::abort();
        }
    }

    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    Folder(Folder&&) = delete;
    Folder& operator=(Folder&&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

double mib_per_second(std::size_t bytes, const std::function<void()>& work) {
    return static_cast<double>(bytes) / (1U << 20U) / best_seconds(kRounds, work);
}

struct RawCipher {
    Bytes key = Bytes(32, 1);
    Bytes nonce = Bytes(12, 2);
    Bytes sealed = Bytes(kSealedBlock);
    Bytes plain = Bytes(65'536);

    void seal(BytesView block) {
        crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(),
                                                  nullptr,
                                                  block.data(),
                                                  block.size(),
                                                  nullptr,
                                                  0,
                                                  nullptr,
                                                  nonce.data(),
                                                  key.data());
        keep(sealed);
    }

    void open() {
        const int outcome = crypto_aead_chacha20poly1305_ietf_decrypt(plain.data(),
                                                                      nullptr,
                                                                      nullptr,
                                                                      sealed.data(),
                                                                      sealed.size(),
                                                                      nullptr,
                                                                      0,
                                                                      nonce.data(),
                                                                      key.data());
        keep(outcome);
    }
};

void write_and_sync(const std::string& path, BytesView content) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    while (!content.empty()) {
        const auto written = ::write(file, content.data(), content.size());
        if (written <= 0) {
            std::abort();
        }
        content = content.subspan(static_cast<std::size_t>(written));
    }
    ::fsync(file);
    ::close(file);
}

void read_whole(const std::string& path, Bytes& into) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    std::size_t filled = 0;
    while (filled < into.size()) {
        const auto got = ::read(file, into.data() + filled, into.size() - filled);
        if (got <= 0) {
            std::abort();
        }
        filled += static_cast<std::size_t>(got);
    }
    ::close(file);
    keep(into);
}

class Bench {
public:
    explicit Bench(bool as_json) : as_json_(as_json) { random_.fill(content_); }

    void run() {
        sealing();
        naming();
        keeping();
        keeping_small();
    }

private:
    void report(const std::string& name,
                const std::string& unit,
                double value,
                const std::string& peer,
                double peer_value,
                const std::string& parameters) const {
        mednexus::bench::print({.bench = "storage." + name,
                                .value = value,
                                .unit = unit,
                                .floor_or_peer = peer,
                                .floor_or_peer_value = peer_value,
                                .parameters = parameters},
                               as_json_);
    }

    void sealing() {
        const std::string peer = "libsodium ChaCha20-Poly1305, 64 KiB blocks";
        const double raw_seal = mib_per_second(kBigBytes, [&] {
            for (std::size_t at = 0; at < kBigBytes; at += 65'536) {
                cipher_.seal(BytesView(content_).subspan(at, 65'536));
            }
        });
        const double ours_seal = mib_per_second(kBigBytes, [&] { seal_streamed(); });
        report("seal", "MiB/s", ours_seal, peer, raw_seal, "64 MiB streamed, 1 reader, 1 thread");
        const double raw_open = mib_per_second(kBigBytes, [&] {
            for (std::size_t at = 0; at < kBigBytes; at += 65'536) {
                cipher_.open();
            }
        });
        sealed_ = must(storage::seal(content_, readers_, random_));
        const double ours_open = mib_per_second(kBigBytes, [&] { open_streamed(); });
        report("open", "MiB/s", ours_open, peer, raw_open, "64 MiB streamed, 1 reader, 1 thread");
    }

    void seal_streamed() {
        storage::MemorySource source(content_);
        auto sealer = must(storage::Sealer::make(source, readers_, random_));
        Bytes block(262'144);
        while (must(storage::read_full(sealer, block)) > 0) {
            keep(block);
        }
    }

    void open_streamed() {
        const storage::MemoryRange body(sealed_.body);
        const auto opener = must(storage::Opener::make(sealed_.header, secret_, body));
        for (std::size_t at = 0; at < kBigBytes; at += 1U << 20U) {
            keep(must(opener.read(at, 1U << 20U)));
        }
    }

    void naming() {
        const double raw = mib_per_second(kBigBytes, [&] {
            CryptoPP::Keccak_256 hash;
            Bytes digest(32);
            hash.CalculateDigest(digest.data(), content_.data(), content_.size());
            keep(digest);
        });
        const double ours = mib_per_second(kBigBytes, [&] {
            storage::MemorySource source(content_);
            keep(must(storage::root_of(source)));
        });
        report("root",
               "MiB/s",
               ours,
               "Crypto++ Keccak-256 of the whole as one message",
               raw,
               "64 MiB, 1 thread");
    }

    void keeping() {
        const std::string raw_path = folder_.path() + "/raw";
        storage::ObjectRef ref;
        const double raw_put =
            mib_per_second(kBigBytes, [&] { write_and_sync(raw_path, content_); });
        const double ours_put =
            mib_per_second(kBigBytes, [&] { ref = must(storage::put_bytes(*store_, content_)); });
        report("put", "MiB/s", ours_put, "write and fsync of the same bytes", raw_put, "64 MiB");
        Bytes into(kBigBytes);
        const double raw_get = mib_per_second(kBigBytes, [&] { read_whole(raw_path, into); });
        const double ours_get = mib_per_second(
            kBigBytes, [&] { keep(must(storage::get_bytes(*store_, ref, kBigBytes))); });
        report("get", "MiB/s", ours_get, "read of the same bytes (cached)", raw_get, "64 MiB");
    }

    void keeping_small() {
        const BytesView plain = BytesView(content_).first(kSmallBytes);
        const double raw = best_seconds(kRounds, [&] {
            for (int i = 0; i < kSmallObjects; ++i) {
                write_and_sync(folder_.path() + "/raw" + std::to_string(i), plain);
            }
        });
        const double ours = best_seconds(kRounds, [&] {
            for (int i = 0; i < kSmallObjects; ++i) {
                storage::MemorySource source(plain);
                keep(must(storage::deposit(*store_, source, readers_, random_)));
            }
        });
        report("deposits",
               "1/s",
               kSmallObjects / ours,
               "write and fsync, no rename, no fsync of the folder",
               kSmallObjects / raw,
               "10,000 bytes each, sealed and stored, 1 thread");
    }

    bool as_json_;
    crypto::SystemRandom random_;
    Bytes content_ = Bytes(kBigBytes);
    crypto::X25519SecretKey secret_ = crypto::make_x25519_secret(random_);
    std::vector<crypto::X25519PublicKey> readers_{crypto::x25519_public_of(secret_)};
    RawCipher cipher_;
    storage::Sealed sealed_;
    Folder folder_;
    std::unique_ptr<mednexus::Disk> disk_ = must(mednexus::open_posix_disk(folder_.path()));
    std::unique_ptr<storage::ObjectStore> store_ = storage::make_local_store(*disk_);
};

}  // namespace

int main(int argc, char** argv) {
    if (sodium_init() < 0) {
        return mednexus::exit_code_of(mednexus::Kind::internal);
    }
    Bench(mednexus::bench::wants_json(argc, argv)).run();
    return 0;
}
