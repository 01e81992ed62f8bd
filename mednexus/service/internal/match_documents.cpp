#include "mednexus/service/internal/match_documents.hpp"

#include <algorithm>
#include <set>

namespace mednexus::service::internal {

namespace {

Problem problem_with_card(const CardRef& ref, const CardOf& card_of) {
    const Card* const card = card_of(ref.name);
    if (card == nullptr) {
        return ref.name + " has no card";
    }
    return card->digest == ref.card ? Problem()
                                    : Problem(ref.name + " has another card than the one named");
}

std::vector<crypto::NoteVerifier> member_keys(const Consortium& consortium, const CardOf& card_of) {
    std::vector<crypto::NoteVerifier> out;
    for (const CardRef& member : consortium.members) {
        out.push_back(card_of(member.name)->identity);
    }
    return out;
}

Problem problem_with_index(const MatchDocuments& documents,
                           const IndexDocument& index,
                           const Card& owner) {
    if (index.consortium != documents.consortium.digest ||
        index.epoch != documents.consortium.epoch || index.session != documents.keys.session) {
        return "its index is of another consortium, epoch or session";
    }
    return check_signature(index, owner.identity) ? Problem()
                                                  : Problem("its index is not signed by it");
}

std::vector<OwnedIndex> refs_of(const std::vector<IndexDocument>& indexes) {
    std::vector<OwnedIndex> out;
    for (const IndexDocument& one : indexes) {
        out.push_back({.owner = one.owner, .index = one.digest});
    }
    return out;
}

}  // namespace

const IndexDocument* MatchDocuments::index_of(std::string_view owner) const {
    const auto found = std::find_if(indexes.begin(), indexes.end(), [&](const IndexDocument& one) {
        return one.owner == owner;
    });
    return found == indexes.end() ? nullptr : &*found;
}

std::uint64_t MatchDocuments::batch_count() const {
    std::uint64_t out = 0;
    for (const IndexDocument& one : indexes) {
        out += one.batches.size();
    }
    return out;
}

Problem problem_with_consortium_document(const MatchDocuments& documents, const CardOf& card_of) {
    const Consortium& consortium = documents.consortium;
    if (Problem problem = problem_with_card(consortium.compute, card_of)) {
        return problem;
    }
    for (const CardRef& member : consortium.members) {
        if (Problem problem = problem_with_card(member, card_of)) {
            return problem;
        }
    }
    const std::vector<std::string> signers =
        signers_of_note(consortium.note, member_keys(consortium, card_of));
    for (const CardRef& member : consortium.members) {
        if (std::find(signers.begin(), signers.end(), member.name) == signers.end()) {
            return "the consortium is not signed by " + member.name + ", or a signature is false";
        }
    }
    const auto note = codec::parse_note(consortium.note);
    return note && note->signatures.size() == signers.size()
               ? Problem()
               : Problem("the consortium bears other signatures");
}

Problem problem_with_keys_document(const MatchDocuments& documents, const CardOf& card_of) {
    const auto keys = check_keys(
        documents.keys, documents.consortium, member_keys(documents.consortium, card_of));
    if (!keys) {
        return keys.error().what;
    }
    const auto note = codec::parse_note(documents.keys.note);
    return note && note->signatures.size() == documents.consortium.members.size()
               ? Problem()
               : Problem("the keys bear other signatures");
}

Problem problem_with_index_documents(const MatchDocuments& documents, const CardOf& card_of) {
    const auto& members = documents.consortium.members;
    const bool is_one_for_each = std::equal(
        members.begin(),
        members.end(),
        documents.indexes.begin(),
        documents.indexes.end(),
        [](const CardRef& member, const IndexDocument& one) { return member.name == one.owner; });
    if (!is_one_for_each) {
        return "not one index for each member";
    }
    std::set<std::string> ids;
    for (const IndexDocument& one : documents.indexes) {
        if (Problem problem = problem_with_index(documents, one, *card_of(one.owner))) {
            return one.owner + ": " + *problem;
        }
        for (const IndexBatch& batch : one.batches) {
            if (!ids.insert(batch.id).second) {
                return one.owner + ": the batch " + batch.id + " stands twice";
            }
        }
    }
    return std::nullopt;
}

std::optional<OutputsFault> fault_of_outputs(const MatchDocuments& documents,
                                             const CardOf& card_of,
                                             std::string_view job,
                                             const Hash32& query) {
    const OutputsDocument& outputs = documents.outputs;
    if (outputs.compute != documents.consortium.compute.name) {
        return OutputsFault{"outputs.node", "the outputs are of another computing node"};
    }
    if (!check_signature(outputs, card_of(outputs.compute)->identity)) {
        return OutputsFault{"outputs.signature",
                            "the outputs are not signed by " + outputs.compute};
    }
    if (outputs.session != documents.keys.session) {
        return OutputsFault{"outputs.session", "the outputs are of another session"};
    }
    if (outputs.job != job) {
        return OutputsFault{"outputs.job", "the outputs are of another job"};
    }
    if (outputs.query != query) {
        return OutputsFault{"outputs.query", "the outputs are of another query"};
    }
    return std::nullopt;
}

std::optional<OutputsFault> fault_of_sums(const MatchDocuments& documents) {
    if (documents.outputs.indexes != refs_of(documents.indexes)) {
        return OutputsFault{"outputs.indexes", "the outputs are of other indexes"};
    }
    if (documents.outputs.sums.size() != documents.batch_count()) {
        return OutputsFault{"sums.count", "the outputs have not one sum for each batch"};
    }
    return std::nullopt;
}

Hash32 data_root_of(const std::vector<IndexDocument>& indexes) {
    return service::data_root_of(refs_of(indexes));
}

Problem problem_with_terms(const MatchDocuments& documents, const SignedRequest& request) {
    const Consortium& consortium = documents.consortium;
    const OpeningTerms& terms = *request.opening;
    if (terms.consortium != consortium.digest || terms.epoch != consortium.epoch) {
        return "the request is for another consortium or epoch";
    }
    if (request.profile != consortium.profile) {
        return "the request is for another vector profile than the consortium's";
    }
    if (!consortium.period.holds_at(request.issued)) {
        return "the request was signed outside of the consortium's period";
    }
    if (!consortium.has_member(request.request.requester)) {
        return "the requester is no member of the consortium";
    }
    std::vector<std::string> others = consortium.member_names();
    std::erase(others, request.request.requester);
    return request.recipients == others
               ? Problem()
               : Problem("the recipients are not all other members of the consortium");
}

std::vector<OpenedBatch> opened_batches(const MatchDocuments& documents,
                                        std::string_view requester) {
    std::vector<OpenedBatch> out;
    std::size_t sum = 0;
    for (const IndexDocument& index : documents.indexes) {
        for (const IndexBatch& batch : index.batches) {
            if (index.owner != requester) {
                out.push_back({.batch = batch.id, .owner = index.owner, .sum = sum});
            }
            ++sum;
        }
    }
    return out;
}

Computation computation_of(const MatchDocuments& documents) {
    Computation out;
    out.batches = documents.batch_count();
    out.compute = documents.consortium.compute.name;
    out.consortium = documents.consortium.digest;
    out.data_root = data_root_of(documents.indexes);
    out.epoch = documents.consortium.epoch;
    for (const IndexDocument& one : documents.indexes) {
        out.indexes.push_back({.owner = one.owner, .index = one.digest});
    }
    out.keys = documents.keys.digest;
    out.outputs = documents.outputs.digest;
    out.query = documents.outputs.query;
    out.ring = documents.consortium.ring;
    out.session = documents.keys.session;
    return out;
}

}  // namespace mednexus::service::internal
