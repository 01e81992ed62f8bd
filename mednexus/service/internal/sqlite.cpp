#include "mednexus/service/internal/sqlite.hpp"

#include <sqlite3.h>

namespace mednexus::service::internal {

namespace {

constexpr int kBusyMilliseconds = 10'000;

constexpr const char* kPragmas =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
    "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;";

Kind kind_of(int code) noexcept {
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Kind::busy;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_SCHEMA:
            return Kind::corrupt;
        case SQLITE_CONSTRAINT:
            return Kind::conflict;
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            return Kind::io;
        default:
            return Kind::internal;
    }
}

/// The code's own words; SQLite's message is left out, since it may quote values.
Failure failed(int code) {
    return fail(kind_of(code), std::string("database: ") + sqlite3_errstr(code));
}

}  // namespace

Statement::~Statement() {
    if (raw_ != nullptr) {
        sqlite3_reset(raw_);
        sqlite3_clear_bindings(raw_);
    }
}

Statement& Statement::bind(std::string_view text) {
    sqlite3_bind_text64(
        raw_, next_++, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);  // NOLINT
    return *this;
}

Statement& Statement::bind(BytesView blob) {
    static constexpr std::uint8_t kNothing = 0;
    const void* data = blob.empty() ? &kNothing : blob.data();
    sqlite3_bind_blob64(raw_, next_++, data, blob.size(), SQLITE_TRANSIENT);  // NOLINT
    return *this;
}

Statement& Statement::bind(std::int64_t number) {
    sqlite3_bind_int64(raw_, next_++, number);
    return *this;
}

Result<bool> Statement::next() {
    const int code = sqlite3_step(raw_);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code == SQLITE_DONE) {
        return false;
    }
    return failed(code);
}

Result<void> Statement::run() {
    MN_TRY(const bool has_row, next());
    static_cast<void>(has_row);
    return {};
}

std::string Statement::text(int column) const {
    return std::string(text_of(blob(column)));
}

Bytes Statement::blob(int column) const {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(raw_, column));
    const int size = sqlite3_column_bytes(raw_, column);
    return data == nullptr ? Bytes{} : Bytes(data, data + size);
}

std::int64_t Statement::number(int column) const {
    return sqlite3_column_int64(raw_, column);
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(raw_, column) == SQLITE_NULL;
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path) {
    sqlite3* raw = nullptr;
    const int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    std::unique_ptr<Connection> out(new Connection(raw));  // closes what was half opened
    if (code != SQLITE_OK) {
        return failed(code);
    }
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_busy_timeout(raw, kBusyMilliseconds);
    MN_DO(out->run_script(kPragmas));
    return out;
}

Connection::~Connection() {
    for (auto& [sql, statement] : statements_) {
        sqlite3_finalize(statement);
    }
    sqlite3_close(raw_);
}

Result<Statement> Connection::prepare(std::string_view sql) {
    if (const auto at = statements_.find(sql); at != statements_.end()) {
        return Statement(at->second);
    }
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(
        raw_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (code != SQLITE_OK) {
        return failed(code);
    }
    statements_.emplace(std::string(sql), raw);
    return Statement(raw);
}

Result<void> Connection::run_script(const char* sql) {
    const int code = sqlite3_exec(raw_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        return failed(code);
    }
    return {};
}

std::int64_t Connection::changes() const {
    return sqlite3_changes64(raw_);
}

Result<void> Connection::cut_log() {
    MN_TRY(Statement cut, prepare("PRAGMA wal_checkpoint(TRUNCATE)"));
    MN_TRY(const bool has_row, cut.next());
    if (!has_row || cut.number(0) != 0) {
        return fail(Kind::busy, "database: its write-ahead log is in use; ask again");
    }
    return {};
}

Pool::Lease::~Lease() {
    if (connection_) {
        const std::scoped_lock lock(pool_->mutex_);
        pool_->idle_.push_back(std::move(connection_));
    }
}

Result<Pool::Lease> Pool::lend() {
    {
        const std::scoped_lock lock(mutex_);
        if (!idle_.empty()) {
            Lease lease(*this, std::move(idle_.back()));
            idle_.pop_back();
            return lease;
        }
    }
    MN_TRY(std::unique_ptr<Connection> made, Connection::open(path_));
    return Lease(*this, std::move(made));
}

Result<Transaction> Transaction::begin(Connection& connection) {
    MN_DO(connection.run_script("BEGIN IMMEDIATE"));
    return Transaction(connection);
}

Transaction::~Transaction() {
    if (connection_ != nullptr) {
        // A rollback that fails leaves nothing behind either: SQLite undoes it when it next opens.
        static_cast<void>(connection_->run_script("ROLLBACK"));
    }
}

Result<void> Transaction::commit() {
    MN_DO(connection_->run_script("COMMIT"));
    connection_ = nullptr;
    return {};
}

}  // namespace mednexus::service::internal
