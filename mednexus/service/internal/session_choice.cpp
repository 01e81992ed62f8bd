#include "mednexus/service/internal/session_choice.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/seed_stream.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::size_t kCandidates = 64;
constexpr std::size_t kCandidatesWithoutSecurity = 4;
constexpr std::size_t kChecked = 16;
constexpr std::size_t kSize = Hash32::kSizeBytes;

BytesView entry(BytesView list, std::size_t i) {
    return list.subspan(i * kSize, kSize);
}

/// Candidates to make again, the chosen one not among them.
std::vector<std::size_t> pick(std::size_t count, std::size_t chosen, const Secret<32>& picks) {
    SeedStream stream(crypto::derive_key(picks, "mednexus/session-picks/v1"));
    std::vector<std::pair<std::array<std::uint8_t, 16>, std::size_t>> drawn;
    for (std::size_t i = 0; i < count; ++i) {
        stream.fill(drawn.emplace_back(std::array<std::uint8_t, 16>{}, i).first);
    }
    std::erase_if(drawn, [&](const auto& one) { return one.second == chosen; });
    std::sort(drawn.begin(), drawn.end());
    drawn.resize(std::min(drawn.size(), kChecked));
    std::vector<std::size_t> out;
    for (const auto& one : drawn) {
        out.push_back(one.second);
    }
    return out;
}

}  // namespace

std::size_t candidates_of(const compute::Ring& ring) noexcept {
    return ring.is_secure() ? kCandidates : kCandidatesWithoutSecurity;
}

Secret<32> candidate_seed(const Secret<32>& share_seed, std::size_t number) {
    return crypto::derive_key(share_seed,
                              "mednexus/session-candidate/v1/" + std::to_string(number));
}

Bytes candidate_list(const compute::Ring& ring,
                     const Secret<32>& share_seed,
                     const Hash32& session) {
    const compute::ShareOneMaker maker(ring, session);
    Bytes out;
    for (std::size_t i = 0; i < candidates_of(ring); ++i) {
        append(out, crypto::sha256(maker.make(candidate_seed(share_seed, i))).view());
    }
    return out;
}

std::size_t choice_of(const compute::Ring& ring,
                      const Hash32& session,
                      std::string_view member,
                      std::span<const Hash32> nonces) {
    Bytes data = to_bytes(std::string_view("mednexus/session-choice/v1"));
    append(data, session.view());
    append(data, bytes_of(member));
    data.push_back(0);
    for (const Hash32& nonce : nonces) {
        append(data, nonce.view());
    }
    return crypto::sha256(data).view()[0] % candidates_of(ring);  // a power of two
}

Bytes other_seeds(const compute::Ring& ring, const Secret<32>& share_seed, std::size_t chosen) {
    Bytes out;
    for (std::size_t i = 0; i < candidates_of(ring); ++i) {
        if (i != chosen) {
            append(out, candidate_seed(share_seed, i).reveal());
        }
    }
    return out;
}

bool is_true_list(const compute::Ring& ring,
                  const Hash32& session,
                  const ShownList& shown,
                  const Secret<32>& picks) {
    const std::size_t count = candidates_of(ring);
    if (shown.list.size() != count * kSize || shown.seeds.size() != (count - 1) * kSize ||
        *Hash32::from(entry(shown.list, shown.chosen)) != shown.share) {
        return false;
    }
    const compute::ShareOneMaker maker(ring, session);
    const std::vector<std::size_t> picked = pick(count, shown.chosen, picks);
    return std::all_of(picked.begin(), picked.end(), [&](std::size_t i) {
        const std::size_t at = i < shown.chosen ? i : i - 1;
        const Secret<32> seed = *Secret<32>::from(entry(shown.seeds, at));
        return *Hash32::from(entry(shown.list, i)) == crypto::sha256(maker.make(seed));
    });
}

}  // namespace mednexus::service::internal
