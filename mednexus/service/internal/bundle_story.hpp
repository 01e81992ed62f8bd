#pragma once
/// A match told in memory by a few institutions, for the tests of bundles. A story can be bent at
/// every step; what it then says must be refused.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/ledger/checkpoint.hpp"
#include "mednexus/service/bundle.hpp"
#include "mednexus/service/documents.hpp"
#include "mednexus/service/event.hpp"
#include "mednexus/service/internal/match_documents.hpp"

namespace mednexus::service::internal {

inline constexpr const char* kStoryCompute = "z-compute.example";  // sorts last

/// Where a story may be bent. Each is called once per owner, or once.
struct StoryBends {
    std::function<void(Consortium&)> consortium = [](auto&) {};
    std::function<void(SessionKeys&)> keys = [](auto&) {};
    std::function<void(IndexDocument&)> index = [](auto&) {};  ///< of each member
    std::function<void(OutputsDocument&)> outputs = [](auto&) {};
    std::function<void(MatchScoredData&)> scored = [](auto&) {};
    std::function<void(SignedRequest&)> request = [](auto&) {};
    std::function<void(MatchRequestedData&)> requested = [](auto&) {};
    std::function<void(std::vector<SlotRecord>&)> slots = [](auto&) {};
    std::function<void(MatchDecisionData&)> decision = [](auto&) {};
    std::function<void(Event&)> decision_event = [](auto&) {};
    std::function<void(Answer&)> answer = [](auto&) {};  ///< before it is logged
    std::function<void(MatchAnsweredData&)> answered = [](auto&) {};
    std::function<void(Answer&)> answer_after = [](auto&) {};   ///< after it was logged
    std::function<void(ResultPackage&)> result = [](auto&) {};  ///< before it is logged
    std::function<void(MatchResultData&)> result_leaf = [](auto&) {};
    std::function<void(ResultPackage&)> result_after = [](auto&) {};
    std::function<void(BundleParts&)> parts = [](auto&) {};  ///< before the manifest
    bool answer_before_decision = false;
    bool result_before_request = false;
};

struct StoryOptions {
    std::vector<std::string> names{"east.example", "north.example", "south.example"};
    std::uint64_t slots_each = 3;  ///< every second one is denied
    std::string keys = "keys";     ///< another label: other keys
    StoryBends bends;
};

class Story {
public:
    explicit Story(StoryOptions options);

    /// The first of the names asks, the others answer; z-compute.example computes.
    [[nodiscard]] BundleParts tell();
    /// tell(), with its manifest.
    [[nodiscard]] std::string bundle();

    /// The trust policy that fits this story's keys.
    [[nodiscard]] std::string policy_text() const;
    [[nodiscard]] crypto::NoteSigner log_signer(const std::string& name) const;
    [[nodiscard]] crypto::NoteSigner identity_signer(const std::string& name) const;
    [[nodiscard]] std::string card_of(const std::string& name) const;

    /// The evidence of some leaves under the checkpoint of the first `size` entries.
    [[nodiscard]] LogEvidence evidence(const std::string& name,
                                       const std::vector<std::uint64_t>& indexes,
                                       std::uint64_t size) const;
    [[nodiscard]] std::uint64_t log_size(const std::string& name) const;

private:
    [[nodiscard]] std::uint64_t log(const std::string& name, const Bytes& leaf);
    [[nodiscard]] Event event(const std::string& name, EventKind kind, json::Object data) const;
    [[nodiscard]] std::string signed_by_members(const std::string& text) const;
    [[nodiscard]] CardRef card_ref(const std::string& name) const;
    [[nodiscard]] std::vector<std::string> everyone() const;
    void found();
    void make_indexes();
    void compute();
    [[nodiscard]] SignedRequest ask();
    [[nodiscard]] std::vector<SlotRecord> draft_slots(const std::string& name);
    [[nodiscard]] MatchDecisionData draft_decision(const Answer& answer);
    [[nodiscard]] Answer answer(const std::string& name);
    [[nodiscard]] Answer draft_answer(const std::string& name,
                                      const std::vector<SlotRecord>& slots) const;
    [[nodiscard]] std::vector<RankedSlot> rank(const std::vector<Answer>& answers) const;
    [[nodiscard]] ResultPackage conclude(const std::vector<Answer>& answers);

    StoryOptions options_;
    std::string requester_;
    MatchDocuments documents_;
    std::map<std::string, std::vector<SlotRecord>> slots_;
    std::map<std::string, std::vector<std::string>> rules_;
    SignedRequest request_;
    std::map<std::string, std::vector<Bytes>> logs_;
    std::map<std::string, std::vector<std::uint64_t>> told_;  ///< indexes of the story's leaves
};

}  // namespace mednexus::service::internal
