#include "tests/integration/home_secrets.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/crypto/aead.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/crypto/system_random.hpp"
#include "mednexus/disk/disk.hpp"
#include "mednexus/service/keystore.hpp"

namespace mednexus::integration {

namespace {

std::string first_line(const std::string& path) {
    std::ifstream in(path);
    std::string line;
    std::getline(in, line);
    EXPECT_FALSE(line.empty()) << path;
    return line;
}

/// The private key in a PKCS #8 file: an octet string of 32 bytes; what else is there is public.
Bytes private_part(BytesView der) {
    constexpr std::array<std::uint8_t, 2> kOctets32{0x04, 0x20};
    const auto at = std::search(der.begin(), der.end(), kOctets32.begin(), kOctets32.end());
    if (der.end() - at < 34) {
        ADD_FAILURE() << "no private key in a PKCS #8 file";
        return {};
    }
    return {at + 2, at + 34};
}

/// One field: nonce ‖ ciphertext, bound to TABLE/ROW/COLUMN.
Bytes open_field(const Secret<32>& home_key, const std::string& aad, BytesView sealed) {
    const Secret<32> key = crypto::derive_key(home_key, "mednexus/database/v1");
    const auto nonce = crypto::AeadNonce::from(sealed.first(12));
    const auto plain = crypto::aead_open(key, *nonce, bytes_of(aad), sealed.subspan(12));
    EXPECT_TRUE(plain.has_value()) << aad;
    return plain.value_or(Bytes{});
}

struct SealedColumn {
    const char* query;  ///< gives row names and sealed fields
    const char* table;
    const char* column;
};

/// What a query of two columns gives, the first as text, the second as bytes.
std::map<std::string, Bytes> rows_of(const std::string& home, const char* query) {
    std::map<std::string, Bytes> out;
    sqlite3* database = nullptr;
    sqlite3_stmt* row = nullptr;
    const std::string file = home + "/node.sqlite";
    EXPECT_EQ(sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
    sqlite3_busy_timeout(database, 10'000);
    EXPECT_EQ(sqlite3_prepare_v2(database, query, -1, &row, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    while (sqlite3_step(row) == SQLITE_ROW) {
        // NOLINTNEXTLINE: the interface's own type
        const std::string name = reinterpret_cast<const char*>(sqlite3_column_text(row, 0));
        const auto* const raw = static_cast<const std::uint8_t*>(sqlite3_column_blob(row, 1));
        out[name] = Bytes(raw, raw + sqlite3_column_bytes(row, 1));
    }
    sqlite3_finalize(row);
    sqlite3_close(database);
    return out;
}

/// Every field of a column, by its row.
std::map<std::string, Bytes> fields_of(const std::string& home,
                                       const Secret<32>& home_key,
                                       const SealedColumn& at) {
    std::map<std::string, Bytes> out = rows_of(home, at.query);
    for (auto& [row, field] : out) {
        field = open_field(home_key, std::string(at.table) + "/" + row + "/" + at.column, field);
    }
    return out;
}

std::vector<std::int8_t> as_vector(BytesView raw) {
    std::vector<std::int8_t> out;
    for (const std::uint8_t byte : raw) {
        out.push_back(static_cast<std::int8_t>(byte));
    }
    return out;
}

}  // namespace

HomeSecrets secrets_of(const std::string& home, const std::string& passphrase_file) {
    HomeSecrets out;
    out.name = home.substr(home.rfind('/') + 1);
    const std::string passphrase = first_line(passphrase_file);
    out.own_keys["passphrase"] = to_bytes(passphrase);
    crypto::SystemRandom random;
    const auto disk = open_posix_disk(home);
    const auto store = service::open_file_keystore(
        **disk, {.passphrase = SecretBytes(to_bytes(passphrase))}, random);
    EXPECT_TRUE(store.has_value()) << home;
    if (!store) {
        return out;
    }
    for (const std::string& name : (*store)->names()) {
        const SecretBytes key = *(*store)->get(name);
        if (name == "tls") {
            out.own_keys[name] = private_part(key.reveal());
        } else if (name != "tls-certificate") {
            out.own_keys[name] = to_bytes(key.reveal());
        }
    }
    out.home_key = *Secret<32>::from(out.own_keys.at("home"));
    const auto keep = [&](const char* what, const SealedColumn& column) {
        for (auto& [row, seed] : fields_of(home, out.home_key, column)) {
            out.seeds[std::string(what) + " " + row] = std::move(seed);
        }
    };
    keep("share seed",
         {"SELECT consortium, share_seed_sealed FROM sessions WHERE share_seed_sealed IS NOT NULL",
          "sessions",
          "share_seed"});
    keep("data seed", {"SELECT name, seed_sealed FROM data_keys", "data_keys", "seed"});
    keep("patient seed", {"SELECT id, seed_sealed FROM patients", "patients", "seed"});
    for (const auto& [row, vector] : fields_of(
             home, out.home_key, {"SELECT id, vector_sealed FROM cases", "cases", "vector"})) {
        out.cases[row] = as_vector(vector);
    }
    return out;
}

bool is_kept(const std::string& home, const std::string& step) {
    return rows_of(home,
                   "SELECT name, output_sealed FROM steps WHERE workflow IN"
                   " (SELECT id FROM workflows WHERE kind = 'match')")
        .contains(step);
}

std::optional<AskedSecrets> asked_now(const std::string& home, const Secret<32>& home_key) {
    const auto steps = fields_of(home,
                                 home_key,
                                 {"SELECT workflow || ':' || name, output_sealed FROM steps"
                                  " WHERE name = 'query'",
                                  "steps",
                                  "output"});
    if (steps.empty()) {
        return std::nullopt;
    }
    const auto value = json::parse(text_of(steps.begin()->second));
    EXPECT_TRUE(value.has_value());
    json::Reader reader(*value, "query");
    const auto bytes = [&](const char* key) {
        const auto text = reader.string(key);
        EXPECT_TRUE(text.has_value()) << key;
        return codec::parse_hex(text.value_or("")).value_or(Bytes{});
    };
    AskedSecrets out;
    out.vector = as_vector(bytes("vector"));
    out.query_seed = bytes("query_seed");
    out.opening_seed = bytes("opening_seed");
    out.salt = bytes("salt");
    return out;
}

}  // namespace mednexus::integration
