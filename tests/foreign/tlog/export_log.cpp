/// export_log DIR COUNT: writes an exported log of COUNT entries of many lengths, for the foreign
/// verifier to read. The key is a test key.
#include <cstdio>
#include <cstdlib>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/ledger/log.hpp"
#include "mednexus/testing/faulty_disk.hpp"

namespace {

using namespace mednexus;

Result<void> export_log(const std::string& folder, std::uint64_t count) {
    testing::FaultyDisk memory;
    const Hash32 seed = crypto::sha256(bytes_of("a test key"));
    MN_TRY(auto key, crypto::Ed25519Seed::from(seed.view()));
    MN_TRY(const auto log,
           ledger::Log::open(memory, {.name = "north.example/log", .seed = std::move(key)}));
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::string entry = "entry " + std::to_string(i) + std::string(i * i % 997, '.');
        MN_TRY(const auto appended, log->append(bytes_of(entry)));
        (void)appended;
    }
    MN_TRY(const auto target, open_posix_disk(folder));
    MN_TRY(const auto head, log->export_to(*target));
    (void)head;
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        return kExitUsage;
    }
    const auto exported = export_log(argv[1], std::strtoull(argv[2], nullptr, 10));
    if (!exported) {
        std::fprintf(stderr, "export_log: %s\n", exported.error().what.c_str());
        return exit_code_of(exported.error().kind);
    }
    return 0;
}
