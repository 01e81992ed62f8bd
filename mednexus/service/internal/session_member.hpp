#pragma once
/// A member in one round of a key session: what it says, and what it refuses of the others. Source:
/// docs/formats/consortium.md section 3. Threads: one.
#include <string>
#include <utility>
#include <vector>

#include "mednexus/service/internal/consortium_parts.hpp"
#include "mednexus/service/internal/session_trial.hpp"

namespace mednexus::service::internal {

/// What a member has to say in one round.
struct Said {
    std::vector<Hash32> hashes;
    std::vector<Hash32> kept;  ///< blobs of its own for later rounds
};

class SessionMember {
public:
    SessionMember(NodeState& node,
                  Journal::Run& run,
                  const std::string& carrier,
                  const SessionCall& call,
                  Consortium consortium)
        : node_(node),
          run_(run),
          carrier_(carrier),
          call_(call),
          store_(*node.database),
          consortium_(std::move(consortium)) {}

    /// Joins the attempt: decides, logs, draws the share seed.
    [[nodiscard]] Result<void> join();
    /// Reads what joined before.
    [[nodiscard]] Result<void> load();

    [[nodiscard]] Result<Said> say_nonce() const;
    [[nodiscard]] Result<Said> reveal_nonce() const;
    [[nodiscard]] Result<Said> commit_one();
    [[nodiscard]] Result<Said> reveal_one();
    [[nodiscard]] Result<Said> show_choice();
    [[nodiscard]] Result<Said> commit_two();
    [[nodiscard]] Result<Said> reveal_two();
    [[nodiscard]] Result<Said> commit_test();
    [[nodiscard]] Result<Said> reveal_test();
    [[nodiscard]] Result<json::Value> sign_keys();

    /// Pins what was given and signs what is said.
    [[nodiscard]] Result<json::Value> speak(const Said& said);
    /// The parts that this round is given: one of each member, in order, ours as we said it.
    [[nodiscard]] Result<void> listen();

private:
    using Parts = std::vector<SessionPart>;

    [[nodiscard]] Failure refuse_all(const std::vector<std::string>& subjects,
                                     const std::string& rule,
                                     const Hash32& object);
    [[nodiscard]] Failure refuse_one(const std::string& subject,
                                     const std::string& rule,
                                     const Hash32& object);
    [[nodiscard]] Result<SessionPart> read_part(std::size_t index);
    /// What another round was given, which was checked then.
    [[nodiscard]] Result<Parts> parts_given_in(SessionRound round) const;
    [[nodiscard]] std::size_t own_index() const;

    [[nodiscard]] Result<Release> release();
    [[nodiscard]] Result<void> need_permitted_now();
    [[nodiscard]] Hash32 commit(std::uint32_t number, SessionRound round, BytesView share) const;
    [[nodiscard]] Result<Hash32> keep(BytesView blob) const;
    [[nodiscard]] Result<Bytes> kept(SessionRound round, std::size_t index) const;
    /// Errors   denied: no share may go out now
    [[nodiscard]] Result<void> need_release();
    /// Shows the share that `round` committed to.
    [[nodiscard]] Result<Said> reveal(SessionRound round);
    /// A blob that the part names, from its maker, or as it was fetched before.
    [[nodiscard]] Result<Bytes> fetch(const SessionPart& part, std::size_t which = 1);
    /// The shares that these parts reveal, each the one that was committed to.
    [[nodiscard]] Result<std::vector<Bytes>> gather(SessionRound committed, std::uint32_t number);
    [[nodiscard]] Result<void> need_different(const std::vector<Bytes>& shares);
    /// The one who gave a share that does not fit to ours, or the error as it is.
    template <typename Combine>
    [[nodiscard]] Failure blame(const std::vector<Bytes>& shares,
                                const Error& error,
                                Combine&& combine);

    /// The seed of our own shares.
    [[nodiscard]] Result<Secret<32>> chosen_seed() const;
    /// Shares one, each of a list whose other entries are true.
    [[nodiscard]] Result<std::vector<Bytes>> gather_chosen();
    [[nodiscard]] Result<compute::RoundOne> round_one() const;
    [[nodiscard]] Result<void> check_trial(const std::vector<Bytes>& shares, const Bytes& finished);

    NodeState& node_;
    Journal::Run& run_;
    const std::string& carrier_;
    const SessionCall& call_;
    SessionStore store_;
    Consortium consortium_;
    Attempt attempt_;
    Parts parts_;  ///< what this round is given
};

template <typename Combine>
Failure SessionMember::blame(const std::vector<Bytes>& shares,
                             const Error& error,
                             Combine&& combine) {
    const auto whose = misfit(shares, own_index(), std::forward<Combine>(combine));
    return whose ? refuse_one(parts_.at(*whose).member, "share.form", parts_.at(*whose).said.at(1))
                 : Failure(error);
}

}  // namespace mednexus::service::internal
