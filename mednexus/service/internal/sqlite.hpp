#pragma once
/// A small wrapper around SQLite: connections with cached prepared statements, transactions that
/// roll back unless committed. Threads: a Connection belongs to one thread at a time (see Pool).
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace mednexus::service::internal {

/// One use of a prepared statement; it is reset when this goes out of scope.
class Statement {
public:
    explicit Statement(sqlite3_stmt* raw) noexcept : raw_(raw) {}

    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement(Statement&& other) noexcept : raw_(other.raw_), next_(other.next_) {
        other.raw_ = nullptr;
    }

    Statement& operator=(Statement&&) = delete;

    /// Values for ?1, ?2, … in order. The bytes are copied.
    Statement& bind(std::string_view text);
    Statement& bind(BytesView blob);
    Statement& bind(std::int64_t number);

    /// True while there is a row to read. Errors: busy, io, corrupt, conflict (a constraint).
    [[nodiscard]] Result<bool> next();
    /// For statements that return no row.
    [[nodiscard]] Result<void> run();

    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] Bytes blob(int column) const;
    [[nodiscard]] std::int64_t number(int column) const;
    [[nodiscard]] bool is_null(int column) const;

private:
    sqlite3_stmt* raw_;
    int next_ = 1;
};

class Connection {
public:
    /// Opens or makes the file, WAL, synchronous=FULL, secure_delete, foreign keys, 10 s patience.
    [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const std::string& path);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    Connection(Connection&&) = delete;
    Connection& operator=(Connection&&) = delete;

    /// `sql` is a literal: the statement is kept under its address' text for the next use.
    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    /// Several statements without values.
    [[nodiscard]] Result<void> run_script(const char* sql);
    /// Rows that the last statement changed.
    [[nodiscard]] std::int64_t changes() const;
    /// After deleting secrets: secure_delete zeroed their pages, but the write-ahead log still
    /// holds the old ones until this empties it. Errors   busy: another connection is reading; io
    [[nodiscard]] Result<void> cut_log();

private:
    explicit Connection(sqlite3* raw) noexcept : raw_(raw) {}

    sqlite3* raw_;
    std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

/// Connections to one file, lent to one thread at a time. No lock is held while one is in use.
class Pool {
public:
    class Lease {
    public:
        Lease(Pool& pool, std::unique_ptr<Connection> connection) noexcept
            : pool_(&pool), connection_(std::move(connection)) {}

        ~Lease();
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        Lease(Lease&&) noexcept = default;
        Lease& operator=(Lease&&) = delete;

        Connection* operator->() const noexcept { return connection_.get(); }

        Connection& operator*() const noexcept { return *connection_; }

    private:
        Pool* pool_;
        std::unique_ptr<Connection> connection_;
    };

    explicit Pool(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] Result<Lease> lend();

private:
    std::string path_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

/// BEGIN IMMEDIATE; rolled back unless commit() was reached.
class Transaction {
public:
    [[nodiscard]] static Result<Transaction> begin(Connection& connection);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    Transaction(Transaction&& other) noexcept : connection_(other.connection_) {
        other.connection_ = nullptr;
    }

    Transaction& operator=(Transaction&&) = delete;

    [[nodiscard]] Result<void> commit();

private:
    explicit Transaction(Connection& connection) noexcept : connection_(&connection) {}

    Connection* connection_;
};

}  // namespace mednexus::service::internal
