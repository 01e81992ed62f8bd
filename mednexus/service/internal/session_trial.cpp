#include "mednexus/service/internal/session_trial.hpp"

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/seed_stream.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::size_t kCases = 16;
constexpr int kEntryMaxOfTrial = 3;

/// Not secret: everybody in the session derives it.
Secret<32> seed_of(const Hash32& session, std::string_view what) {
    Secret<32> base;
    std::copy(session.view().begin(), session.view().end(), base.mutable_reveal().begin());
    return crypto::derive_key(base, "mednexus/session-trial/v1/" + std::string(what));
}

/// Entries in -3 … 3.
Result<compute::Vector> draw(SeedStream& stream, const compute::Ring& ring, const Hash32& profile) {
    Bytes raw(ring.options().dimensions);
    stream.fill(raw);
    std::vector<std::int8_t> entries;
    entries.reserve(raw.size());
    for (const std::uint8_t byte : raw) {
        entries.push_back(
            static_cast<std::int8_t>(byte % (2 * kEntryMaxOfTrial + 1) - kEntryMaxOfTrial));
    }
    return compute::Vector::make(profile, std::move(entries));
}

std::int32_t dot(const compute::Vector& a, const compute::Vector& b) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < a.entries().size(); ++i) {
        sum += std::int32_t{a.entries()[i]} * b.entries()[i];
    }
    return sum;
}

}  // namespace

Result<Trial> Trial::make(const compute::Ring& ring, const Hash32& session, const Hash32& profile) {
    SeedStream stream(seed_of(session, "vectors"));
    MN_TRY(compute::Vector query, draw(stream, ring, profile));
    Trial out{std::move(query), {}};
    for (std::size_t i = 0; i < kCases; ++i) {
        MN_TRY(compute::Vector one, draw(stream, ring, profile));
        out.cases.push_back(std::move(one));
    }
    return out;
}

std::vector<std::int32_t> Trial::plain_scores(const compute::Ring& ring) const {
    std::vector<std::int32_t> out(ring.slots(), 0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        out[i] = dot(query, cases[i]);
    }
    return out;
}

Result<Bytes> Trial::finished(const compute::Ring& ring,
                              const Hash32& session,
                              BytesView public_key,
                              BytesView evaluation_keys) const {
    MN_TRY(const compute::PublicKey collective, compute::PublicKey::parse(ring, public_key));
    MN_TRY(const compute::EvaluationKeys keys,
           compute::EvaluationKeys::parse(ring, evaluation_keys));
    const Secret<32> data_seed = seed_of(session, "data");
    const Hash32 name = crypto::sha256(session.view());
    MN_TRY(const compute::BatchId id, compute::BatchId::from(name.view().first(16)));
    MN_TRY(const compute::BatchParts sealed,
           compute::seal_batch(ring, data_seed, id, query.profile(), cases));
    MN_TRY(const compute::LiftKey lift,
           compute::LiftKey::parse(ring, compute::make_lift_key(ring, data_seed, collective)));
    MN_TRY(const compute::BatchParts lifted, compute::lift_batch(ring, lift, sealed));
    MN_TRY(const compute::LiftedBatch batch, compute::LiftedBatch::parse(ring, lifted));
    MN_TRY(const Bytes encrypted,
           compute::encrypt_query(ring, collective, seed_of(session, "query"), query));
    MN_TRY(const compute::ExpandedQuery expanded,
           compute::ExpandedQuery::expand(ring, keys, encrypted));
    MN_TRY(const Bytes sum, compute::score_batch(ring, expanded, batch));
    return compute::finish_scores(ring, keys, sum);
}

Secret<32> trial_requester_seed() {
    return {};
}

}  // namespace mednexus::service::internal
