#include "mednexus/service/internal/consortia.hpp"

#include <algorithm>
#include <array>

#include "mednexus/service/internal/document_fields.hpp"
#include "mednexus/service/internal/rows.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::array<std::string_view, 3> kStates{"proposed", "active", "ended"};

Failure damaged(std::string_view what) {
    return fail(Kind::corrupt, "database: " + std::string(what) + " on file does not read");
}

Result<ConsortiumState> parse_state(std::string_view name) {
    const auto* const at = std::find(kStates.begin(), kStates.end(), name);
    if (at == kStates.end()) {
        return damaged("a consortium's state");
    }
    return static_cast<ConsortiumState>(at - kStates.begin());
}

/// Columns consortia.note, state, sessions.keys_note.
Result<ConsortiumRow> read_row(const Statement& row) {
    auto consortium = parse_consortium(row.text(0));
    if (!consortium) {
        return damaged("a consortium");
    }
    ConsortiumRow out{.consortium = std::move(*consortium), .keys = std::nullopt};
    MN_TRY(out.state, parse_state(row.text(1)));
    if (!row.is_null(2) && !row.text(2).empty()) {
        auto keys = parse_keys(row.text(2));
        if (!keys) {
            return damaged("a keys document");
        }
        out.keys = std::move(*keys);
    }
    return out;
}

Result<std::vector<ConsortiumRow>> read_rows(Statement row) {
    std::vector<ConsortiumRow> out;
    while (true) {
        MN_TRY(const bool has_row, row.next());
        if (!has_row) {
            return out;
        }
        MN_TRY(ConsortiumRow one, read_row(row));
        out.push_back(std::move(one));
    }
}

Result<void> set_state(Connection& connection, const Hash32& digest, ConsortiumState state) {
    MN_TRY(Statement update,
           connection.prepare("UPDATE consortia SET state = ?2 WHERE digest = ?1"));
    update.bind(hex(digest)).bind(name_of(state));
    return update.run();
}

/// The epochs of the id of `digest`: which may be ended for it.
Result<std::vector<ConsortiumRow>> rows_of_same_id(Connection& connection, const Hash32& digest) {
    MN_TRY(Statement row,
           connection.prepare(
               "SELECT note, state, keys_note FROM consortia"
               " LEFT JOIN sessions ON sessions.consortium = consortia.digest"
               " WHERE id = (SELECT id FROM consortia WHERE digest = ?1) ORDER BY epoch"));
    row.bind(hex(digest));
    return read_rows(std::move(row));
}

/// Whether these keys may be taken now. Errors: as activate_consortium.
Result<void> check_activation(const std::vector<ConsortiumRow>& rows, const SessionKeys& keys) {
    for (const ConsortiumRow& one : rows) {
        if (one.consortium.epoch > keys.epoch && one.keys) {
            return fail(Kind::denied, "consortium: a later epoch has keys");
        }
        const bool is_same = one.consortium.digest == keys.consortium;
        if (is_same && one.state == ConsortiumState::ended) {
            return fail(Kind::denied, "consortium: this epoch has ended");
        }
        if (is_same && one.keys && one.keys->digest != keys.digest) {
            return fail(Kind::conflict, "consortium: this epoch has other keys");
        }
    }
    return {};
}

Result<void> write_keys(Connection& connection, const SessionKeys& keys) {
    MN_TRY(Statement insert,
           connection.prepare("INSERT INTO sessions(consortium, session, keys_note)"
                              " VALUES(?1, ?2, ?3) ON CONFLICT(consortium) DO UPDATE SET"
                              " session = excluded.session, keys_note = excluded.keys_note"));
    insert.bind(hex(keys.consortium)).bind(hex(keys.session)).bind(keys.note);
    return insert.run();
}

}  // namespace

std::string_view name_of(ConsortiumState state) noexcept {
    return kStates.at(static_cast<std::size_t>(state));
}

Result<void> put_consortium(Database& database,
                            const Consortium& consortium,
                            ConsortiumState state) {
    MN_TRY(auto connection, database.pool().lend());
    MN_TRY(Statement insert,
           connection->prepare("INSERT INTO consortia VALUES(?1, ?2, ?3, ?4, ?5)"
                               " ON CONFLICT(digest) DO UPDATE SET note = excluded.note"));
    insert.bind(hex(consortium.digest))
        .bind(consortium.id)
        .bind(std::int64_t{consortium.epoch})
        .bind(consortium.note)
        .bind(name_of(state));
    auto done = insert.run();
    if (!done && done.error().kind == Kind::conflict) {
        return fail(Kind::conflict, "consortium: another document of this id and epoch is on file");
    }
    return done;
}

Result<void> set_consortium_state(Database& database, const Hash32& digest, ConsortiumState state) {
    MN_TRY(auto connection, database.pool().lend());
    return set_state(*connection, digest, state);
}

Result<std::vector<Hash32>> activate_consortium(Database& database, const SessionKeys& keys) {
    MN_TRY(auto connection, database.pool().lend());
    MN_TRY(Transaction transaction, Transaction::begin(*connection));
    MN_TRY(const auto rows, rows_of_same_id(*connection, keys.consortium));
    MN_DO(check_activation(rows, keys));
    std::vector<Hash32> ended;
    for (const ConsortiumRow& one : rows) {
        if (one.consortium.digest != keys.consortium && one.consortium.epoch < keys.epoch &&
            one.state != ConsortiumState::ended) {
            MN_DO(set_state(*connection, one.consortium.digest, ConsortiumState::ended));
            ended.push_back(one.consortium.digest);
        }
    }
    MN_DO(write_keys(*connection, keys));
    MN_DO(set_state(*connection, keys.consortium, ConsortiumState::active));
    MN_DO(transaction.commit());
    return ended;
}

Result<std::optional<ConsortiumRow>> find_consortium(Database& database, const Hash32& digest) {
    MN_TRY(auto connection, database.pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT note, state, keys_note FROM consortia"
                               " LEFT JOIN sessions ON sessions.consortium = consortia.digest"
                               " WHERE digest = ?1"));
    row.bind(hex(digest));
    MN_TRY(auto rows, read_rows(std::move(row)));
    return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

Result<std::vector<ConsortiumRow>> list_consortia(Database& database) {
    MN_TRY(auto connection, database.pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT note, state, keys_note FROM consortia"
                               " LEFT JOIN sessions ON sessions.consortium = consortia.digest"
                               " ORDER BY id, epoch"));
    return read_rows(std::move(row));
}

Result<std::vector<Keyed>> active_consortia(Database& database) {
    MN_TRY(std::vector<ConsortiumRow> rows, list_consortia(database));
    std::vector<Keyed> out;
    for (ConsortiumRow& one : rows) {
        if (one.state == ConsortiumState::active && one.keys) {
            out.push_back({std::move(one.consortium), std::move(*one.keys)});
        }
    }
    return out;
}

Result<Keyed> need_active_consortium(Database& database) {
    MN_TRY(std::vector<Keyed> active, active_consortia(database));
    if (active.empty()) {
        return fail(Kind::unavailable, "consortium: none is active in this home");
    }
    if (active.size() > 1) {
        return fail(Kind::conflict, "consortium: more than one is active in this home");
    }
    return std::move(active.front());
}

Audience audience_of(const Consortium& consortium) {
    std::vector<std::string> readers = consortium.member_names();
    readers.push_back(consortium.compute.name);
    return {.name = consortium_audience_name(consortium.digest), .readers = std::move(readers)};
}

Result<bool> is_computing_node(Database& database, std::string_view name) {
    MN_TRY(const std::vector<ConsortiumRow> rows, list_consortia(database));
    return std::any_of(rows.begin(), rows.end(), [&](const ConsortiumRow& one) {
        return one.consortium.compute.name == name;
    });
}

}  // namespace mednexus::service::internal
