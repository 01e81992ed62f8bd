#include "mednexus/service/journal.hpp"

#include "mednexus/codec/hex.hpp"
#include "mednexus/core/log.hpp"
#include "mednexus/service/internal/field_seal.hpp"
#include "mednexus/service/internal/sqlite.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own wrapper

namespace {

using WorkflowId = Fixed<struct WorkflowIdTag, 16>;

/// Whether the act may go on from where it stopped when it is asked again.
bool stays_open(Kind kind) noexcept {
    return kind == Kind::busy || kind == Kind::io || kind == Kind::unavailable ||
           kind == Kind::internal;
}

Result<json::Value> open_json(const FieldSeal& seal, const FieldPlace& place, BytesView sealed) {
    MN_TRY(const Bytes plain, seal.open(place, sealed));
    return json::parse(text_of(plain));
}

Bytes seal_json(const FieldSeal& seal, const FieldPlace& place, const json::Value& value) {
    return seal.seal(place, bytes_of(json::write_canonical(value)));
}

json::Value error_json(const Error& error) {
    json::Object out;
    out.set("kind", name_of(error.kind));
    out.set("what", error.what);
    return out;
}

/// Takes the key out of the set of running acts at the end of the scope.
class RunningGuard {
public:
    RunningGuard(std::mutex& mutex, std::set<std::string>& running, std::string name)
        : mutex_(mutex), running_(running), name_(std::move(name)) {
        const std::scoped_lock lock(mutex_);
        is_first_ = running_.insert(name_).second;
    }

    ~RunningGuard() {
        if (is_first_) {
            const std::scoped_lock lock(mutex_);
            running_.erase(name_);
        }
    }

    RunningGuard(const RunningGuard&) = delete;
    RunningGuard& operator=(const RunningGuard&) = delete;
    RunningGuard(RunningGuard&&) = delete;
    RunningGuard& operator=(RunningGuard&&) = delete;

    [[nodiscard]] bool is_first() const noexcept { return is_first_; }

private:
    std::mutex& mutex_;
    std::set<std::string>& running_;
    std::string name_;
    bool is_first_ = false;
};

}  // namespace

Result<Journal::Outcome> Journal::perform(const Act& act, const Body& body) {
    const RunningGuard guard(mutex_, running_, act.kind + " " + act.key);
    if (!guard.is_first()) {
        return fail(Kind::busy, act.kind + ": the same act is under way");
    }
    auto row = newest(act.kind, act.key);
    if (!row && row.error().kind != Kind::not_found) {
        return tl::unexpected(row.error());
    }
    const bool is_open = row && row->state == "open";
    const bool is_stored = row && row->state == "done" && act.when_done == WhenDone::give_stored;
    if ((is_open || is_stored) && row->input_mac != mac_of(act)) {
        return fail(Kind::conflict, act.kind + ": used before with other content");
    }
    if (is_stored) {
        return Outcome{std::move(row->outcome), true};
    }
    if (!is_open) {
        row = insert(act);
        if (!row) {
            return tl::unexpected(row.error());
        }
        MN_DO(observe(StepObserver::Point::begun, act.kind, ""));
    }
    return go_on(act, *row, body);
}

Result<void> Journal::give_up(const Unfinished& act) {
    const RunningGuard guard(mutex_, running_, act.kind + " " + act.key);
    if (!guard.is_first()) {
        return fail(Kind::busy, act.kind + ": the same act is under way");
    }
    MN_TRY(const Row row, newest(act.kind, act.key));
    if (row.state != "open") {
        return {};
    }
    return close(row, "failed", error_json({Kind::conflict, act.kind + ": given up"}));
}

Result<Journal::Outcome> Journal::go_on(const Act& act, const Row& row, const Body& body) {
    Run run(*this, row.id, act.kind);
    auto value = body(run);
    if (!value) {
        log(stays_open(value.error().kind) ? LogLevel::warning : LogLevel::debug,
            "act.stopped",
            {{"act", act.kind},
             {"workflow", row.id},
             {"error", std::string(name_of(value.error().kind))}});
        if (!stays_open(value.error().kind)) {
            MN_DO(close(row, "failed", error_json(value.error())));
        }
        return tl::unexpected(value.error());
    }
    MN_DO(observe(StepObserver::Point::before, act.kind, "close"));
    MN_DO(close(row, "done", *value));
    return Outcome{std::move(*value), false};
}

Result<Journal::Row> Journal::newest(std::string_view kind, std::string_view key) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement found,
           connection->prepare("SELECT id, state, input_mac, outcome_sealed FROM workflows"
                               " WHERE kind = ?1 AND key = ?2 ORDER BY number DESC LIMIT 1"));
    found.bind(kind).bind(key);
    MN_TRY(const bool has_row, found.next());
    if (!has_row) {
        return fail(Kind::not_found, std::string(kind) + ": not begun");
    }
    Row row;
    row.id = found.text(0);
    row.state = found.text(1);
    const FieldSeal& seal = database_->seal();
    row.input_mac = found.text(2);
    if (!found.is_null(3)) {
        MN_TRY(row.outcome, open_json(seal, {"workflows", row.id, "outcome"}, found.blob(3)));
    }
    return row;
}

Result<Journal::Row> Journal::insert(const Act& act) {
    Row row;
    row.id = codec::to_hex(random_id<WorkflowId>(*random_).view());
    row.state = "open";
    row.input_mac = mac_of(act);
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(
        Statement insert,
        connection->prepare("INSERT INTO workflows(id, kind, key, state, input_sealed, input_mac,"
                            " begun) VALUES(?1, ?2, ?3, 'open', ?4, ?5, ?6)"));
    insert.bind(row.id)
        .bind(act.kind)
        .bind(act.key)
        .bind(seal_json(database_->seal(), {"workflows", row.id, "input"}, act.input))
        .bind(row.input_mac)
        .bind(clock_->now().seconds);
    MN_DO(insert.run());
    return row;
}

std::string Journal::mac_of(const Act& act) const {
    const std::string content =
        act.identity.empty() ? json::write_canonical(act.input) : act.identity;
    return codec::to_hex(database_->seal().mac(bytes_of(content)).view());
}

/// Input and steps of a closed workflow are dropped: what matters is in the outcome and the tables.
Result<void> Journal::close(const Row& row, std::string_view state, const json::Value& outcome) {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Transaction transaction, Transaction::begin(*connection));
    {
        MN_TRY(Statement update,
               connection->prepare(
                   "UPDATE workflows SET state = ?2, outcome_sealed = ?3, input_sealed = x''"
                   " WHERE id = ?1"));
        update.bind(row.id).bind(state).bind(
            seal_json(database_->seal(), {"workflows", row.id, "outcome"}, outcome));
        MN_DO(update.run());
    }
    {
        MN_TRY(Statement drop, connection->prepare("DELETE FROM steps WHERE workflow = ?1"));
        drop.bind(row.id);
        MN_DO(drop.run());
    }
    return transaction.commit();
}

Result<std::vector<Journal::Unfinished>> Journal::unfinished() const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT id, kind, key, input_sealed FROM workflows"
                               " WHERE state = 'open' ORDER BY number"));
    std::vector<Unfinished> out;
    while (true) {
        MN_TRY(const bool has_row, row.next());
        if (!has_row) {
            return out;
        }
        MN_TRY(json::Value input,
               open_json(database_->seal(), {"workflows", row.text(0), "input"}, row.blob(3)));
        out.push_back({row.text(1), row.text(2), std::move(input)});
    }
}

Result<json::Value> Journal::outcome_of(std::string_view kind, std::string_view key) const {
    MN_TRY(Row row, newest(kind, key));
    if (row.state != "done") {
        return fail(Kind::not_found, std::string(kind) + ": not done");
    }
    return std::move(row.outcome);
}

Result<void> Journal::forget_outcomes(
    std::string_view kind, const std::function<bool(const json::Value& outcome)>& says_so) {
    MN_TRY(auto connection, database_->pool().lend());
    std::vector<std::string> ids;
    {
        MN_TRY(Statement row,
               connection->prepare("SELECT id, outcome_sealed FROM workflows"
                                   " WHERE kind = ?1 AND state = 'done'"));
        row.bind(kind);
        while (true) {
            MN_TRY(const bool has_row, row.next());
            if (!has_row) {
                break;
            }
            MN_TRY(
                const json::Value outcome,
                open_json(database_->seal(), {"workflows", row.text(0), "outcome"}, row.blob(1)));
            if (says_so(outcome)) {
                ids.push_back(row.text(0));
            }
        }
    }
    MN_TRY(Transaction transaction, Transaction::begin(*connection));
    for (const std::string& id : ids) {
        MN_TRY(Statement drop, connection->prepare("DELETE FROM workflows WHERE id = ?1"));
        drop.bind(id);
        MN_DO(drop.run());
    }
    return transaction.commit();
}

Result<void> Journal::observe(StepObserver::Point point,
                              std::string_view kind,
                              std::string_view step) const {
    if (observer_ == nullptr) {
        return {};
    }
    return observer_->at(point, kind, step);
}

std::string Journal::Run::row_name(std::string_view step) const {
    return id_ + ":" + std::string(step);
}

Result<std::optional<json::Value>> Journal::Run::kept(std::string_view name) const {
    MN_TRY(auto connection, journal_->database_->pool().lend());
    MN_TRY(
        Statement found,
        connection->prepare("SELECT output_sealed FROM steps WHERE workflow = ?1 AND name = ?2"));
    found.bind(id_).bind(name);
    MN_TRY(const bool has_row, found.next());
    if (!has_row) {
        return std::optional<json::Value>();
    }
    const std::string row = row_name(name);
    MN_TRY(json::Value output,
           open_json(journal_->database_->seal(), {"steps", row, "output"}, found.blob(0)));
    return std::optional(std::move(output));
}

Result<json::Value> Journal::Run::step(std::string_view name, const Step& step) {
    MN_TRY(std::optional<json::Value> stored, kept(name));
    if (stored) {
        return *std::move(stored);
    }
    MN_DO(journal_->observe(StepObserver::Point::before, kind_, name));
    MN_TRY(json::Value output, step());
    MN_DO(journal_->observe(StepObserver::Point::after, kind_, name));
    {
        const std::string row = row_name(name);
        MN_TRY(auto connection, journal_->database_->pool().lend());
        MN_TRY(Statement insert, connection->prepare("INSERT INTO steps VALUES(?1, ?2, ?3)"));
        insert.bind(id_).bind(name).bind(
            seal_json(journal_->database_->seal(), {"steps", row, "output"}, output));
        MN_DO(insert.run());
    }
    MN_DO(journal_->observe(StepObserver::Point::kept, kind_, name));
    return output;
}

}  // namespace mednexus::service
