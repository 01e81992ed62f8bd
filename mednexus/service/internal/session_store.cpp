#include "mednexus/service/internal/session_store.hpp"

#include <algorithm>

#include "mednexus/service/documents.hpp"
#include "mednexus/service/internal/record_fields.hpp"
#include "mednexus/service/internal/rows.hpp"
#include "mednexus/service/internal/session_choice.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::string_view kFoundingRow = "founding";
constexpr std::string_view kDecisionRow = "decision";
constexpr std::string_view kChosenRow = "chosen";
constexpr std::string_view kDrawsRow = "draws";
constexpr std::uint64_t kChosenMax = 255;

/// A row of session_rounds, sealed. Rounds that the format does not know hold what is ours.
struct RoundRow {
    json::Value given;
    json::Value gave;
};

std::string row_name(const Hash32& digest, std::string_view round) {
    return hex(digest) + ":" + std::string(round);
}

Result<void> write_round(Connection& connection,
                         const FieldSeal& seal,
                         const Hash32& digest,
                         std::string_view round,
                         const RoundRow& row) {
    const std::string name = row_name(digest, round);
    MN_TRY(Statement insert,
           connection.prepare("INSERT OR IGNORE INTO session_rounds VALUES(?1, ?2, ?3, ?4)"));
    insert.bind(hex(digest))
        .bind(round)
        .bind(seal.seal({"session_rounds", name, "given"},
                        bytes_of(json::write_canonical(row.given))))
        .bind(
            seal.seal({"session_rounds", name, "gave"}, bytes_of(json::write_canonical(row.gave))));
    return insert.run();
}

Result<std::optional<RoundRow>> read_round(Connection& connection,
                                           const FieldSeal& seal,
                                           const Hash32& digest,
                                           std::string_view round) {
    MN_TRY(Statement row,
           connection.prepare("SELECT given_sealed, gave_sealed FROM session_rounds"
                              " WHERE consortium = ?1 AND round = ?2"));
    row.bind(hex(digest)).bind(round);
    MN_TRY(const bool has_row, row.next());
    if (!has_row) {
        return std::optional<RoundRow>();
    }
    const std::string name = row_name(digest, round);
    MN_TRY(const Bytes given, seal.open({"session_rounds", name, "given"}, row.blob(0)));
    MN_TRY(const Bytes gave, seal.open({"session_rounds", name, "gave"}, row.blob(1)));
    RoundRow out;
    MN_TRY(out.given, json::parse(text_of(given)));
    MN_TRY(out.gave, json::parse(text_of(gave)));
    return std::optional(std::move(out));
}

json::Value json_of(const Founding& founding) {
    json::Object out;
    out.set("id", founding.id);
    out.set("carrier", founding.carrier);
    out.set("begun", to_rfc3339(founding.begun));
    return json::Value(std::move(out));
}

Result<Founding> parse_founding(const json::Value& value) {
    json::Reader reader(value, "founding");
    Founding out;
    MN_TRY(out.id, reader.string("id"));
    MN_TRY(out.carrier, reader.string("carrier"));
    MN_TRY(out.begun, read_time(reader, "begun"));
    MN_DO(reader.finish());
    return out;
}

Result<std::optional<Founding>> read_founding(Connection& connection,
                                              const FieldSeal& seal,
                                              const Hash32& digest) {
    MN_TRY(const auto row, read_round(connection, seal, digest, kFoundingRow));
    if (!row) {
        return std::optional<Founding>();
    }
    MN_TRY(Founding found, parse_founding(row->given));
    return std::optional(std::move(found));
}

Result<void> run_for(Connection& connection, std::string_view sql, const Hash32& digest) {
    MN_TRY(Statement statement, connection.prepare(sql));
    statement.bind(hex(digest));
    return statement.run();
}

/// The draws of the document stay.
Result<void> drop_attempt(Connection& connection, const Hash32& digest) {
    MN_DO(run_for(connection,
                  "DELETE FROM session_rounds WHERE consortium = ?1 AND round != 'draws'",
                  digest));
    return run_for(connection, "DELETE FROM sessions WHERE consortium = ?1", digest);
}

Result<std::string> state_of(Connection& connection, const Hash32& digest) {
    MN_TRY(Statement row, connection.prepare("SELECT state FROM consortia WHERE digest = ?1"));
    row.bind(hex(digest));
    MN_TRY(const bool has_row, row.next());
    if (!has_row) {
        return fail(Kind::not_found, "consortium: not on file here");
    }
    return row.text(0);
}

/// Whether an attempt that is there stands in the way of this one.
bool stands_in_the_way(const Founding& there, const Founding& wanted) noexcept {
    const bool is_over = wanted.begun.seconds - there.begun.seconds > kFoundingSecondsMax;
    return there.carrier < wanted.carrier && !is_over;
}

/// Attempts that came so far that shares were drawn.
Result<std::vector<std::string>> read_draws(Connection& connection,
                                            const FieldSeal& seal,
                                            const Hash32& digest) {
    MN_TRY(const auto row, read_round(connection, seal, digest, kDrawsRow));
    if (!row) {
        return std::vector<std::string>();
    }
    json::Reader reader(row->given, "session_rounds");
    MN_TRY(std::vector<std::string> out, reader.strings("foundings"));
    MN_DO(reader.finish());
    return out;
}

bool has(const std::vector<std::string>& list, std::string_view one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

json::Value list_of_texts(const std::vector<std::string>& texts) {
    json::Array out;
    for (const std::string& text : texts) {
        out.emplace_back(text);
    }
    return json::Value(std::move(out));
}

}  // namespace

Result<void> SessionStore::begin(const Hash32& digest,
                                 const Founding& founding,
                                 const Secret<32>& share_seed) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Transaction transaction, Transaction::begin(*connection));
    MN_TRY(const std::string state, state_of(*connection, digest));
    if (state != name_of(ConsortiumState::proposed)) {
        return fail(Kind::conflict, "consortium: its keys were made before");
    }
    MN_TRY(const auto there, read_founding(*connection, database_->seal(), digest));
    if (there && there->id == founding.id && there->carrier == founding.carrier) {
        return {};
    }
    if (there && stands_in_the_way(*there, founding)) {
        return fail(Kind::busy, "consortium: " + there->carrier + " carries a session of it now");
    }
    MN_TRY(const auto draws, read_draws(*connection, database_->seal(), digest));
    if (draws.size() >= kDrawsMax && !has(draws, founding.id)) {
        return fail(Kind::denied,
                    "consortium: shares were drawn " + std::to_string(draws.size()) +
                        " times for this document; it takes a new one");
    }
    MN_DO(drop_attempt(*connection, digest));
    {
        MN_TRY(Statement insert,
               connection->prepare("INSERT INTO sessions(consortium, share_seed_sealed)"
                                   " VALUES(?1, ?2)"));
        insert.bind(hex(digest))
            .bind(database_->seal().seal({"sessions", hex(digest), "share_seed"},
                                         share_seed.reveal()));
        MN_DO(insert.run());
    }
    MN_DO(write_round(*connection,
                      database_->seal(),
                      digest,
                      kFoundingRow,
                      {json_of(founding), json::Value(json::Object{})}));
    return transaction.commit();
}

Result<Attempt> SessionStore::attempt(const Hash32& digest) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(const auto founding, read_founding(*connection, database_->seal(), digest));
    MN_TRY(Statement row,
           connection->prepare("SELECT session, share_seed_sealed FROM sessions"
                               " WHERE consortium = ?1"));
    row.bind(hex(digest));
    MN_TRY(const bool has_row, row.next());
    if (!has_row || !founding) {
        return fail(Kind::not_found, "consortium: no key session of it is under way here");
    }
    Attempt out;
    out.founding = *founding;
    if (!row.text(0).empty()) {
        MN_TRY(out.session, hex_column<Hash32>(row, 0));
    }
    MN_TRY(Bytes seed,
           database_->seal().open({"sessions", hex(digest), "share_seed"}, row.blob(1)));
    auto secret = Secret<32>::from(seed);
    wipe(seed);
    MN_TRY(out.share_seed, std::move(secret));
    MN_TRY(const auto chosen, read_round(*connection, database_->seal(), digest, kChosenRow));
    if (chosen) {
        json::Reader reader(chosen->given, "session_rounds");
        MN_TRY(const std::uint64_t number, read_count(reader, "chosen", kChosenMax));
        MN_DO(reader.finish());
        out.chosen = number;
    }
    return out;
}

Result<void> SessionStore::count_draw(const Hash32& digest, std::string_view founding) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Transaction transaction, Transaction::begin(*connection));
    MN_TRY(auto draws, read_draws(*connection, database_->seal(), digest));
    if (has(draws, founding)) {
        return {};
    }
    draws.emplace_back(founding);
    json::Object given;
    given.set("foundings", list_of_texts(draws));
    MN_DO(run_for(*connection,
                  "DELETE FROM session_rounds WHERE consortium = ?1 AND round = 'draws'",
                  digest));
    MN_DO(write_round(*connection,
                      database_->seal(),
                      digest,
                      kDrawsRow,
                      {json::Value(std::move(given)), json::Value(json::Object{})}));
    return transaction.commit();
}

Result<void> SessionStore::set_chosen(const Hash32& digest, std::size_t chosen) {
    json::Object given;
    given.set("chosen", std::uint64_t{chosen});
    {
        MN_TRY(auto connection, database_->pool().lend());
        MN_DO(write_round(*connection,
                          database_->seal(),
                          digest,
                          kChosenRow,
                          {json::Value(std::move(given)), json::Value(json::Object{})}));
    }
    MN_TRY(const Attempt kept, attempt(digest));
    return kept.chosen == chosen
               ? Result<void>()
               : Result<void>(fail(Kind::conflict, "consortium: another share was drawn before"));
}

Result<void> SessionStore::set_session(const Hash32& digest, const Hash32& session) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement update,
           connection->prepare("UPDATE sessions SET session = ?2 WHERE consortium = ?1"));
    update.bind(hex(digest)).bind(hex(session));
    return update.run();
}

Result<void> SessionStore::pin(const Hash32& digest,
                               SessionRound round,
                               const PinnedRound& pinned) {
    json::Object gave;
    gave.set("note", pinned.gave);
    gave.set("kept", hashes_of(pinned.kept));
    MN_TRY(auto connection, database_->pool().lend());
    return write_round(*connection,
                       database_->seal(),
                       digest,
                       name_of(round),
                       {list_of_texts(pinned.given), json::Value(std::move(gave))});
}

Result<PinnedRound> SessionStore::pinned(const Hash32& digest, SessionRound round) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(const auto row, read_round(*connection, database_->seal(), digest, name_of(round)));
    if (!row) {
        return fail(Kind::not_found,
                    "consortium: round " + std::string(name_of(round)) + " has not been");
    }
    PinnedRound out;
    if (const json::Array* const given = row->given.as_array()) {
        for (const json::Value& note : *given) {
            out.given.push_back(note.as_string() != nullptr ? *note.as_string() : std::string());
        }
    }
    json::Reader reader(row->gave, "session_rounds");
    MN_TRY(out.gave, reader.string("note"));
    MN_TRY(out.kept, read_hashes(reader, "kept", 8));
    MN_DO(reader.finish());
    return out;
}

Result<void> SessionStore::keep_decision(const Hash32& digest, BytesView leaf) {
    MN_TRY(auto connection, database_->pool().lend());
    return write_round(*connection,
                       database_->seal(),
                       digest,
                       kDecisionRow,
                       {json::Value(text_of(leaf)), json::Value(json::Object{})});
}

Result<Bytes> SessionStore::decision(const Hash32& digest) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(const auto row, read_round(*connection, database_->seal(), digest, kDecisionRow));
    if (!row || row->given.as_string() == nullptr) {
        return fail(Kind::not_found, "consortium: no decision to take part is on file");
    }
    return to_bytes(std::string_view(*row->given.as_string()));
}

Result<void> SessionStore::complete(const Hash32& digest, const SessionKeys& keys) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Transaction transaction, Transaction::begin(*connection));
    {
        MN_TRY(Statement update,
               connection->prepare("UPDATE sessions SET keys_note = ?2 WHERE consortium = ?1 AND"
                                   " session = ?3"));
        update.bind(hex(digest)).bind(keys.note).bind(hex(keys.session));
        MN_DO(update.run());
        if (connection->changes() != 1) {
            return fail(Kind::conflict, "consortium: the keys are of another session than ours");
        }
    }
    MN_DO(run_for(*connection,
                  "UPDATE consortia SET state = 'active' WHERE digest = ?1 AND state = 'proposed'",
                  digest));
    return transaction.commit();
}

Result<void> SessionStore::give_up(const Hash32& digest, std::string_view founding) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Transaction transaction, Transaction::begin(*connection));
    MN_TRY(const std::string state, state_of(*connection, digest));
    MN_TRY(const auto there, read_founding(*connection, database_->seal(), digest));
    if (state != name_of(ConsortiumState::proposed) || !there || there->id != founding) {
        return {};
    }
    MN_DO(drop_attempt(*connection, digest));
    return transaction.commit();
}

Result<void> SessionStore::end(const Hash32& digest) {
    MN_TRY(auto connection, database_->pool().lend());
    {
        MN_TRY(Transaction transaction, Transaction::begin(*connection));
        MN_DO(drop_attempt(*connection, digest));
        MN_DO(run_for(*connection, "DELETE FROM session_rounds WHERE consortium = ?1", digest));
        MN_DO(
            run_for(*connection, "UPDATE consortia SET state = 'ended' WHERE digest = ?1", digest));
        MN_DO(transaction.commit());
    }
    return connection->cut_log();
}

Result<Secret<32>> SessionStore::share_seed(const Hash32& digest) const {
    MN_TRY(const auto epoch, find_consortium(*database_, digest));
    if (!epoch || epoch->state != ConsortiumState::active) {
        return fail(Kind::not_found, "consortium: it is not active here");
    }
    MN_TRY(const Attempt attempt, this->attempt(digest));
    if (!attempt.chosen) {
        return fail(Kind::corrupt, "consortium: an active epoch without a chosen share");
    }
    return candidate_seed(attempt.share_seed, *attempt.chosen);
}

}  // namespace mednexus::service::internal
