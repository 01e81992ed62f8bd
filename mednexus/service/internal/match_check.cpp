#include "mednexus/service/internal/match_check.hpp"

#include "mednexus/compute/linear_check.hpp"
#include "mednexus/compute/query_proof.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/index_mirror.hpp"
#include "mednexus/service/internal/session_store.hpp"

namespace mednexus::service::internal {

static_assert(compute::kCheckRepetitions >= kRepetitionsMin);

namespace {

/// One check under way.
class OutputsCheck {
public:
    OutputsCheck(NodeState& node, const Keyed& epoch, const OutputsToCheck& given)
        : node_(node), epoch_(epoch), given_(given), cards_(cards_on_file(node)) {}

    [[nodiscard]] Result<CheckedOutputs> run();

private:
    [[nodiscard]] CardOf card_of() const {
        return [this](std::string_view name) -> const Card* {
            const auto found = cards_.find(name);
            return found == cards_.end() ? nullptr : &found->second;
        };
    }

    [[nodiscard]] const std::string& compute() const { return epoch_.consortium.compute.name; }

    [[nodiscard]] Failure refuse_as(const std::string& subject, const std::string& rule) const {
        return refuse(node_, {subject, rule, out_.documents.outputs.digest}, given_.job);
    }

    /// Errors   unavailable: the computing node is away, by name; as fetch_blob
    [[nodiscard]] Result<Bytes> fetch(const Hash32& hash, const Audience& audience) const {
        auto blob = fetch_blob(node_, compute(), hash, audience);
        const bool is_away = !blob && blob.error().kind == Kind::unavailable;
        return is_away ? fail_in(compute(), blob.error()) : std::move(blob);
    }

    [[nodiscard]] Result<void> read_documents();
    [[nodiscard]] Result<void> check_documents();
    [[nodiscard]] Result<void> check_indexes();
    [[nodiscard]] Result<void> check_own_index();
    [[nodiscard]] Result<std::vector<Bytes>> fetch_sums();
    [[nodiscard]] Result<Bytes> fetch_query() const;
    [[nodiscard]] Result<void> check_query(BytesView query) const;
    [[nodiscard]] Result<void> check_sums(BytesView query,
                                          std::span<const Bytes> sums,
                                          const compute::EvaluationKeys& keys);
    [[nodiscard]] Result<void> finish(std::span<const Bytes> sums,
                                      const compute::EvaluationKeys& keys);
    [[nodiscard]] Result<compute::EvaluationKeys> evaluation_keys();

    NodeState& node_;
    const Keyed& epoch_;
    const OutputsToCheck& given_;
    std::map<std::string, Card, std::less<>> cards_;
    CheckedOutputs out_;
};

Result<void> OutputsCheck::read_documents() {
    MatchDocuments& documents = out_.documents;
    documents.consortium = epoch_.consortium;
    documents.keys = epoch_.keys;
    MN_TRY(documents.outputs, parse_outputs(given_.outputs));
    for (const std::string& note : given_.indexes) {
        MN_TRY(IndexDocument index, parse_index(note));
        documents.indexes.push_back(std::move(index));
    }
    if (const Problem problem = problem_with_consortium_document(documents, card_of())) {
        return fail(Kind::denied, "match: " + *problem);
    }
    return {};
}

/// A false signature is the fault of who brought the note; all else the computing node signed.
Result<void> OutputsCheck::check_documents() {
    if (const auto fault = fault_of_outputs(out_.documents, card_of(), given_.job, given_.query)) {
        const bool is_signed = fault->rule != "outputs.signature" && fault->rule != "outputs.node";
        return refuse_as(is_signed ? compute() : given_.given_by, fault->rule);
    }
    return {};
}

Result<void> OutputsCheck::check_indexes() {
    const MatchDocuments& documents = out_.documents;
    const auto fault = fault_of_sums(documents);
    if (fault && fault->rule == "outputs.indexes") {
        return refuse_as(given_.given_by, fault->rule);
    }
    MN_DO(check_own_index());
    for (const CardRef& member : documents.consortium.members) {
        if (documents.index_of(member.name) == nullptr) {
            return fail(Kind::unavailable, "match: " + member.name + " has published no index yet");
        }
    }
    if (problem_with_index_documents(documents, card_of())) {
        return refuse_as(compute(), "index.signature");
    }
    return fault ? Result<void>(refuse_as(compute(), fault->rule)) : Result<void>();
}

/// Only the owner knows which of its indexes is the newest.
Result<void> OutputsCheck::check_own_index() {
    MN_TRY(const auto own, IndexRows(*node_.database).notes(node_.name(), epoch_.keys.session));
    const IndexDocument* const used = out_.documents.index_of(node_.name());
    if (own.empty()) {
        return fail(Kind::unavailable, "match: " + node_.name() + " has published no index yet");
    }
    if (used == nullptr) {
        return refuse_as(compute(), "index.dropped");
    }
    return used->digest == own.front().digest ? Result<void>()
                                              : Result<void>(refuse_as(compute(), "index.old"));
}

Result<compute::EvaluationKeys> OutputsCheck::evaluation_keys() {
    MN_TRY(const Bytes raw, fetch(epoch_.keys.evaluation_keys, audience_of(epoch_.consortium)));
    return compute::EvaluationKeys::parse(*node_.ring, raw);
}

Result<std::vector<Bytes>> OutputsCheck::fetch_sums() {
    const Audience nobody = match_audience(node_, "sums/" + given_.job, {});
    std::vector<Bytes> out;
    for (const Hash32& sum : out_.documents.outputs.sums) {
        MN_TRY(Bytes one, fetch(sum, nobody));
        out.push_back(std::move(one));
    }
    return out;
}

/// Shown to be an encryption, where it is not ours.
Result<Bytes> OutputsCheck::fetch_query() const {
    const Audience nobody = match_audience(node_, "sums/" + given_.job, {});
    MN_TRY(Bytes query, fetch(given_.query, nobody));
    MN_DO(check_query(query));
    return query;
}

/// Before anything is made of it: what is no encryption could have keys opened instead of scores.
Result<void> OutputsCheck::check_query(BytesView query) const {
    if (!given_.query_proof) {
        return {};
    }
    MN_TRY(const Bytes raw, fetch(epoch_.keys.public_key, audience_of(epoch_.consortium)));
    MN_TRY(const compute::PublicKey key, compute::PublicKey::parse(*node_.ring, raw));
    const Audience nobody = match_audience(node_, "sums/" + given_.job, {});
    MN_TRY(const Bytes proof, fetch_blob(node_, given_.requester, *given_.query_proof, nobody));
    const auto shown = compute::check_query(
        *node_.ring, key, query, use_of_query(given_.requester, given_.job), proof);
    return shown ? Result<void>()
                 : Result<void>(refuse(
                       node_, {given_.requester, "query.unproven", given_.query}, given_.job));
}

Result<void> OutputsCheck::check_sums(BytesView query,
                                      std::span<const Bytes> sums,
                                      const compute::EvaluationKeys& keys) {
    const auto expanded = compute::ExpandedQuery::expand(*node_.ring, keys, query);
    if (!expanded) {
        return refuse(node_, {given_.requester, "query.form", given_.query}, given_.job);
    }
    MN_TRY(const auto mirrored, node_.mirror->of(node_, epoch_, given_.indexes));
    const auto verified =
        node_.mirror->verify(node_, *mirrored, *expanded, sums, out_.documents.outputs);
    if (!verified && verified.error().kind == Kind::invalid) {
        return refuse_as(compute(), "sums.form");
    }
    return verified;
}

Result<void> OutputsCheck::finish(std::span<const Bytes> sums,
                                  const compute::EvaluationKeys& keys) {
    for (OpenedBatch& batch : opened_batches(out_.documents, given_.requester)) {
        FinishedBatch one;
        MN_TRY(one.finished, compute::finish_scores(*node_.ring, keys, sums[batch.sum]));
        one.hash = crypto::sha256(one.finished);
        one.batch = std::move(batch);
        out_.batches.push_back(std::move(one));
    }
    return {};
}

Result<CheckedOutputs> OutputsCheck::run() {
    MN_DO(read_documents());
    MN_DO(check_documents());
    MN_DO(check_indexes());
    out_.data_root = data_root_of(out_.documents.indexes);
    MN_TRY(const Bytes query, fetch_query());
    MN_TRY(const compute::EvaluationKeys keys, evaluation_keys());
    MN_TRY(const std::vector<Bytes> sums, fetch_sums());
    MN_DO(check_sums(query, sums, keys));
    MN_DO(finish(sums, keys));
    return std::move(out_);
}

}  // namespace

Result<CheckedOutputs> check_outputs(NodeState& node,
                                     const Keyed& epoch,
                                     const OutputsToCheck& given) {
    return OutputsCheck(node, epoch, given).run();
}

Hash32 use_of_query(std::string_view requester, std::string_view job) {
    Bytes data = to_bytes(std::string_view("mednexus/query-proof/v1"));
    append(data, bytes_of(requester));
    data.push_back(0);
    append(data, bytes_of(job));
    return crypto::sha256(data);
}

Result<std::vector<Bytes>> make_opening_shares(
    NodeState& node,
    const Release& release,
    const Hash32& object,
    const CheckedOutputs& checked,
    BytesView opening_key,
    const std::function<compute::SlotMask(const std::string& batch)>& open_slots) {
    MN_DO(release.permits(ReleaseKind::opening_share, object));
    MN_TRY(const Secret<32> seed,
           SessionStore(*node.database).share_seed(checked.documents.consortium.digest));
    std::vector<Bytes> out;
    for (const FinishedBatch& one : checked.batches) {
        const compute::SlotMask mask = one.batch.owner == node.name()
                                           ? open_slots(one.batch.batch)
                                           : compute::SlotMask(node.ring->slots(), true);
        MN_TRY(Bytes share,
               compute::make_opening_share(*node.ring, seed, one.finished, opening_key, mask));
        out.push_back(std::move(share));
    }
    return out;
}

std::map<std::string, Card, std::less<>> cards_on_file(const NodeState& node) {
    std::map<std::string, Card, std::less<>> out;
    for (Card& card : node.directory->peers()) {
        std::string name = card.name;
        out.emplace(std::move(name), std::move(card));
    }
    out.emplace(node.name(), node.directory->own());
    return out;
}

Audience match_audience(const NodeState& node,
                        const std::string& name,
                        std::vector<std::string> readers) {
    return {.name = "match/" + name,
            .readers = std::move(readers),
            .until = UnixTime{node.clock.now().seconds + kRequestLifeSecondsMax}};
}

}  // namespace mednexus::service::internal
