#include "mednexus/service/internal/blob_store.hpp"

#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/document_fields.hpp"
#include "mednexus/service/internal/rows.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::string_view kFolder = "blobs/";

std::string path_of(const Hash32& hash) {
    return std::string(kFolder) + codec::to_hex(hash.view());
}

Failure not_here(const Hash32& hash) {
    return fail(Kind::not_found, "blob " + hex(hash) + ": not here");
}

Result<bool> is_named(Database& database, const Hash32& hash) {
    MN_TRY(auto connection, database.pool().lend());
    MN_TRY(Statement row, connection->prepare("SELECT 1 FROM blobs WHERE hash = ?1 LIMIT 1"));
    row.bind(hex(hash));
    return row.next();
}

Result<void> write_audience(Connection& connection, const Audience& audience) {
    if (audience.until) {
        MN_TRY(Statement insert,
               connection.prepare("INSERT OR IGNORE INTO audiences VALUES(?1, ?2)"));
        insert.bind(audience.name).bind(audience.until->seconds);
        MN_DO(insert.run());
    } else {
        MN_TRY(Statement insert,
               connection.prepare("INSERT OR IGNORE INTO audiences VALUES(?1, NULL)"));
        insert.bind(audience.name);
        MN_DO(insert.run());
    }
    if (connection.changes() == 0) {
        return {};
    }
    for (const std::string& reader : audience.readers) {
        MN_TRY(Statement insert,
               connection.prepare("INSERT OR IGNORE INTO audience_readers VALUES(?1, ?2)"));
        insert.bind(audience.name).bind(reader);
        MN_DO(insert.run());
    }
    return {};
}

Result<void> write_row(Database& database, const Hash32& hash, const Audience& audience) {
    MN_TRY(auto connection, database.pool().lend());
    MN_TRY(Transaction transaction, Transaction::begin(*connection));
    MN_DO(write_audience(*connection, audience));
    {
        MN_TRY(Statement insert, connection->prepare("INSERT OR IGNORE INTO blobs VALUES(?1, ?2)"));
        insert.bind(hex(hash)).bind(audience.name);
        MN_DO(insert.run());
    }
    return transaction.commit();
}

}  // namespace

std::string consortium_audience_name(const Hash32& digest) {
    return "consortium/" + hex(digest);
}

/// The right to write or remove one blob; the next one waits until this goes.
class BlobStore::Claim {
public:
    Claim(const BlobStore& store, const Hash32& hash) : store_(store), hash_(hash) {
        std::unique_lock lock(store_.mutex_);
        store_.freed_.wait(lock, [&] { return !store_.claimed_.contains(hash_); });
        store_.claimed_.insert(hash_);
    }

    ~Claim() {
        const std::scoped_lock lock(store_.mutex_);
        store_.claimed_.erase(hash_);
        store_.freed_.notify_all();
    }

    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    Claim(Claim&&) = delete;
    Claim& operator=(Claim&&) = delete;

private:
    const BlobStore& store_;
    Hash32 hash_;
};

Result<std::unique_ptr<BlobStore>> BlobStore::open(Disk& disk, Database& database) {
    auto store = std::make_unique<BlobStore>(disk, database);
    MN_DO(store->remove_strays());
    return store;
}

Result<Hash32> BlobStore::keep(BytesView bytes, const Audience& audience) {
    if (bytes.size() > kBlobSizeBytesMax) {
        return fail(Kind::invalid, "blob: more than 48 MiB");
    }
    const Hash32 hash = crypto::sha256(bytes);
    const Claim claim(*this, hash);
    MN_TRY(const bool is_here, is_named(*database_, hash));
    if (!is_here) {
        MN_DO(disk_->write(path_of(hash), bytes));
    }
    MN_DO(write_row(*database_, hash, audience));
    return hash;
}

Result<void> BlobStore::show(const Hash32& hash, const Audience& audience) {
    const Claim claim(*this, hash);
    MN_TRY(const bool is_here, is_named(*database_, hash));
    return is_here ? write_row(*database_, hash, audience) : Result<void>(not_here(hash));
}

Result<Bytes> BlobStore::get(const Hash32& hash) const {
    auto bytes = disk_->read(path_of(hash), kBlobSizeBytesMax);
    if (!bytes) {
        return bytes.error().kind == Kind::not_found ? Result<Bytes>(not_here(hash))
                                                     : std::move(bytes);
    }
    if (crypto::sha256(*bytes) != hash) {
        return fail(Kind::corrupt, "blob " + hex(hash) + ": its bytes were changed");
    }
    return bytes;
}

Result<bool> BlobStore::has(const Hash32& hash) const {
    return is_named(*database_, hash);
}

Result<Bytes> BlobStore::get_for(std::string_view reader, const Hash32& hash, UnixTime now) const {
    {
        MN_TRY(auto connection, database_->pool().lend());
        MN_TRY(Statement row,
               connection->prepare(
                   "SELECT 1 FROM blobs"
                   " JOIN audiences ON audiences.name = blobs.audience"
                   " JOIN audience_readers ON audience_readers.audience = blobs.audience"
                   " WHERE hash = ?1 AND reader = ?2 AND (until IS NULL OR until >= ?3) LIMIT 1"));
        row.bind(hex(hash)).bind(reader).bind(now.seconds);
        MN_TRY(const bool may_read, row.next());
        if (!may_read) {
            return fail(Kind::denied, "blob " + hex(hash) + ": not for this peer");
        }
    }
    return get(hash);
}

Result<void> BlobStore::drop(const Hash32& hash, std::string_view audience) {
    {
        MN_TRY(auto connection, database_->pool().lend());
        MN_TRY(Statement row,
               connection->prepare("DELETE FROM blobs WHERE hash = ?1 AND audience = ?2"));
        row.bind(hex(hash)).bind(audience);
        MN_DO(row.run());
    }
    return remove_unless_named(hash);
}

Result<void> BlobStore::drop_audience(std::string_view name) {
    MN_TRY(const std::vector<Hash32> hashes, hashes_of(name));
    {
        MN_TRY(auto connection, database_->pool().lend());
        MN_TRY(Statement row, connection->prepare("DELETE FROM audiences WHERE name = ?1"));
        row.bind(name);
        MN_DO(row.run());
    }
    for (const Hash32& hash : hashes) {
        MN_DO(remove_unless_named(hash));
    }
    return {};
}

Result<void> BlobStore::drop_ended(UnixTime now) {
    std::vector<std::string> names;
    {
        MN_TRY(auto connection, database_->pool().lend());
        MN_TRY(Statement row, connection->prepare("SELECT name FROM audiences WHERE until < ?1"));
        row.bind(now.seconds);
        while (true) {
            MN_TRY(const bool has_row, row.next());
            if (!has_row) {
                break;
            }
            names.push_back(row.text(0));
        }
    }
    for (const std::string& name : names) {
        MN_DO(drop_audience(name));
    }
    return {};
}

Result<std::vector<Hash32>> BlobStore::hashes_of(std::string_view audience) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row, connection->prepare("SELECT hash FROM blobs WHERE audience = ?1"));
    row.bind(audience);
    std::vector<Hash32> out;
    while (true) {
        MN_TRY(const bool has_row, row.next());
        if (!has_row) {
            return out;
        }
        MN_TRY(const Hash32 hash, hex_column<Hash32>(row, 0));
        out.push_back(hash);
    }
}

Result<void> BlobStore::remove_unless_named(const Hash32& hash) {
    const Claim claim(*this, hash);
    MN_TRY(const bool is_here, is_named(*database_, hash));
    return is_here ? Result<void>() : disk_->remove(path_of(hash));
}

Result<void> BlobStore::remove_strays() {
    MN_TRY(const std::vector<std::string> names, disk_->list(std::string(kFolder.substr(0, 5))));
    for (const std::string& name : names) {
        const auto hash = codec::parse_hex_as<Hash32>("0x" + name);
        if (hash && codec::to_hex(hash->view()) == name) {
            MN_DO(remove_unless_named(*hash));
        }
    }
    return {};
}

}  // namespace mednexus::service::internal
