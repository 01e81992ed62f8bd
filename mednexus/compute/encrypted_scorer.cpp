#include "mednexus/compute/encrypted_scorer.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "mednexus/compute/linear_check.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::compute {

namespace {

/// A query as it travels. The engine's id keeps keys of different scorers apart.
class EncryptedQuery final : public Query {
public:
    EncryptedQuery(const Hash32& profile, const Hash32& session, Bytes raw)
        : profile_(profile), session_(session), raw_(std::move(raw)) {}

    [[nodiscard]] const Hash32& profile() const noexcept override { return profile_; }

    [[nodiscard]] const Hash32& session() const noexcept { return session_; }

    [[nodiscard]] const Bytes& raw() const noexcept { return raw_; }

private:
    Hash32 profile_;
    Hash32 session_;
    Bytes raw_;
};

/// Lifted batches, and the check that has absorbed them.
class EncryptedIndex final : public Index {
public:
    EncryptedIndex(const Hash32& profile,
                   const Hash32& session,
                   std::size_t cases,
                   std::uint32_t slots_per_batch,
                   LinearCheck check)
        : profile_(profile),
          session_(session),
          cases_(cases),
          slots_per_batch_(slots_per_batch),
          check_(std::move(check)) {}

    [[nodiscard]] Result<void> add(LiftedBatch batch) {
        MN_DO(check_.absorb(batch));
        lifted_.push_back(std::move(batch));
        return {};
    }

    [[nodiscard]] const Hash32& profile() const noexcept override { return profile_; }

    [[nodiscard]] const Hash32& session() const noexcept { return session_; }

    [[nodiscard]] std::size_t cases() const noexcept override { return cases_; }

    [[nodiscard]] std::uint32_t slots_per_batch() const noexcept override {
        return slots_per_batch_;
    }

    [[nodiscard]] const std::vector<LiftedBatch>& lifted() const noexcept { return lifted_; }

    [[nodiscard]] const LinearCheck& check() const noexcept { return check_; }

private:
    Hash32 profile_;
    Hash32 session_;
    std::size_t cases_;
    std::uint32_t slots_per_batch_;
    LinearCheck check_;
    std::vector<LiftedBatch> lifted_;
};

Secret<32> draw_seed(Random& random) {
    Secret<32> seed;
    random.fill(seed.mutable_reveal());
    return seed;
}

/// One seed for each use, from one that was drawn: uses differ in label and content.
Secret<32> seed_for(const Secret<32>& master, std::string_view label, BytesView content) {
    Bytes name = to_bytes(label);
    name.push_back(0);
    append(name, content);
    Hash32 raw = crypto::hmac_sha256(master.reveal(), name);
    Secret<32> out;
    std::copy(raw.array().begin(), raw.array().end(), out.mutable_reveal().begin());
    wipe(raw.mutable_array());
    return out;
}

Failure foreign(std::string_view what) {
    return fail(Kind::denied, "score: " + std::string(what));
}

/// What everybody may see.
struct Keys {
    PublicKey public_key;
    EvaluationKeys evaluation;
    LiftKey lift_key;
};

}  // namespace

/// All parties of one session in one process. Party 0 owns every case; the others only take part.
struct EncryptedScorer::State {
    std::shared_ptr<const Ring> ring;
    Hash32 profile;
    Hash32 session;
    Secret<32> master;
    std::vector<Secret<32>> parties;
    Secret<32> data_seed;
    std::unique_ptr<const Keys> keys;

    [[nodiscard]] Result<void> make_keys() {
        std::vector<Bytes> shares;
        shares.reserve(parties.size());
        for (const Secret<32>& party : parties) {
            shares.push_back(make_share_one(*ring, party, session));
        }
        MN_TRY(const RoundOne round_one, combine_round_one(*ring, session, shares));
        std::vector<Bytes> second;
        second.reserve(parties.size());
        for (const Secret<32>& party : parties) {
            MN_TRY(Bytes share, make_share_two(*ring, party, session, round_one));
            second.push_back(std::move(share));
        }
        MN_TRY(const Bytes evaluation, combine_round_two(*ring, session, round_one, second));
        MN_TRY(PublicKey of_all, PublicKey::parse(*ring, round_one.public_key));
        MN_TRY(EvaluationKeys of_node, EvaluationKeys::parse(*ring, evaluation));
        MN_TRY(LiftKey of_owner, LiftKey::parse(*ring, make_lift_key(*ring, data_seed, of_all)));
        keys = std::make_unique<const Keys>(Keys{.public_key = std::move(of_all),
                                                 .evaluation = std::move(of_node),
                                                 .lift_key = std::move(of_owner)});
        return {};
    }

    /// Scores of one batch from its sum, under one requester key that serves this job only.
    [[nodiscard]] Result<std::vector<std::int32_t>> open(const Bytes& sum,
                                                         const Secret<32>& requester,
                                                         const SlotMask& slots) const {
        MN_TRY(const Bytes finished, finish_scores(*ring, keys->evaluation, sum));
        const Bytes requester_key = make_requester_key(*ring, requester);
        std::vector<Bytes> shares;
        for (std::size_t i = 0; i < parties.size(); ++i) {
            const SlotMask all(ring->slots(), true);
            MN_TRY(Bytes share,
                   make_opening_share(
                       *ring, parties[i], finished, requester_key, i == 0 ? slots : all));
            shares.push_back(std::move(share));
        }
        return open_scores(*ring, requester, finished, shares);
    }
};

EncryptedScorer::EncryptedScorer(std::unique_ptr<State> state) : state_(std::move(state)) {}

EncryptedScorer::~EncryptedScorer() = default;

Result<std::unique_ptr<EncryptedScorer>> EncryptedScorer::make(
    const EncryptedScorerOptions& options, Random& random) {
    if (options.parties < 2 || options.parties > kPartiesMax) {
        return fail(Kind::invalid, "scorer: parties are 2 to " + std::to_string(kPartiesMax));
    }
    auto state = std::make_unique<State>();
    MN_TRY(state->ring, Ring::make(options.ring));
    state->profile = options.profile;
    state->session = random_id<Hash32>(random);
    state->master = draw_seed(random);
    state->data_seed = draw_seed(random);
    for (std::uint32_t i = 0; i < options.parties; ++i) {
        state->parties.push_back(draw_seed(random));
    }
    MN_DO(state->make_keys());
    return std::unique_ptr<EncryptedScorer>(new EncryptedScorer(std::move(state)));
}

Result<std::unique_ptr<const Query>> EncryptedScorer::make_query(const Vector& vector) const {
    if (vector.profile() != state_->profile) {
        return fail(Kind::denied, "scorer: the vector is of another profile");
    }
    if (vector.dimensions() != state_->ring->options().dimensions) {
        return fail(Kind::invalid, "scorer: the vector has other dimensions");
    }
    // encrypt_query mixes the entries into every draw, so one seed serves all queries.
    const Secret<32> seed = seed_for(state_->master, "query", {});
    MN_TRY(Bytes raw, encrypt_query(*state_->ring, state_->keys->public_key, seed, vector));
    return std::make_unique<const EncryptedQuery>(state_->profile, state_->session, std::move(raw));
}

Result<std::unique_ptr<const Index>> EncryptedScorer::make_index(
    std::span<const Vector> cases) const {
    const State& state = *state_;
    if (cases.empty() || cases.size() > kCasesMax) {
        return fail(Kind::invalid,
                    "scorer: an index holds 1 to " + std::to_string(kCasesMax) + " cases");
    }
    for (const Vector& vector : cases) {
        if (vector.profile() != state.profile) {
            return fail(Kind::denied, "scorer: the vector is of another profile");
        }
        if (vector.dimensions() != state.ring->options().dimensions) {
            return fail(Kind::invalid, "scorer: the vector has other dimensions");
        }
    }
    auto index = std::make_unique<EncryptedIndex>(
        state.profile,
        state.session,
        cases.size(),
        state.ring->slots(),
        LinearCheck::make(state.ring, seed_for(state.master, "linear check", {})));
    for (std::size_t at = 0; at < cases.size(); at += state.ring->slots()) {
        const std::size_t size = std::min<std::size_t>(state.ring->slots(), cases.size() - at);
        BatchId id;  // equal ids mean nothing here: noise depends on the content too
        for (std::size_t i = 0; i < 8; ++i) {
            id.mutable_array()[i] = static_cast<std::uint8_t>(at >> (8 * i));
        }
        MN_TRY(
            const BatchParts sealed,
            seal_batch(*state.ring, state.data_seed, id, state.profile, cases.subspan(at, size)));
        MN_TRY(const BatchParts lifted, lift_batch(*state.ring, state.keys->lift_key, sealed));
        MN_TRY(LiftedBatch batch, LiftedBatch::parse(*state.ring, lifted));
        MN_DO(index->add(std::move(batch)));
    }
    return std::unique_ptr<const Index>(std::move(index));
}

Result<std::vector<BatchScores>> EncryptedScorer::score(const Query& query,
                                                        const Index& index,
                                                        const SlotMask& permitted) const {
    const State& state = *state_;
    const auto* asked = dynamic_cast<const EncryptedQuery*>(&query);
    const auto* kept = dynamic_cast<const EncryptedIndex*>(&index);
    if (asked == nullptr || kept == nullptr) {
        return foreign("query or index of another engine");
    }
    if (asked->session() != state.session || kept->session() != state.session) {
        return foreign("query or index of another session");
    }
    if (permitted.size() != index.cases()) {
        return fail(Kind::invalid,
                    "score: mask of " + std::to_string(permitted.size()) + " slots for " +
                        std::to_string(index.cases()) + " cases");
    }
    MN_TRY(const ExpandedQuery expanded,
           ExpandedQuery::expand(*state.ring, state.keys->evaluation, asked->raw()));
    std::vector<Bytes> sums;
    for (const LiftedBatch& batch : kept->lifted()) {
        MN_TRY(Bytes sum, score_batch(*state.ring, expanded, batch));
        sums.push_back(std::move(sum));
    }
    MN_DO(kept->check().verify(expanded, sums));
    // A key for this query and these open slots; the same job again gives the same bytes.
    Bytes job = asked->raw();
    std::copy(permitted.begin(), permitted.end(), std::back_inserter(job));
    const Secret<32> requester = seed_for(state.master, "requester", job);
    std::vector<BatchScores> out;
    const std::size_t slots = state.ring->slots();
    for (std::size_t b = 0; b < sums.size(); ++b) {
        SlotMask open(slots, false);
        const std::size_t size = std::min(slots, permitted.size() - b * slots);
        for (std::size_t i = 0; i < size; ++i) {
            open[i] = permitted[b * slots + i];
        }
        MN_TRY(const auto scores, state.open(sums[b], requester, open));
        BatchScores& batch = out.emplace_back();
        for (std::size_t i = 0; i < size; ++i) {
            auto& slot = batch.slots.emplace_back();
            if (open[i]) {
                slot = scores[i];
            }
        }
    }
    return out;
}

}  // namespace mednexus::compute
