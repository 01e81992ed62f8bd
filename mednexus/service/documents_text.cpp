/// Names, lists and the text of signed documents; the kinds are in documents_*.cpp.
#include <algorithm>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/documents.hpp"
#include "mednexus/service/internal/document_fields.hpp"

namespace mednexus::service {

namespace {

bool is_lower_or_digit(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

std::string first_line_of(std::string_view kind) {
    return "mednexus/" + std::string(kind) + "/v1\n";
}

}  // namespace

bool is_institution_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= 64 && is_lower_or_digit(name.front()) &&
           is_lower_or_digit(name.back()) && name.find("..") == std::string_view::npos &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return is_lower_or_digit(c) || c == '.' || c == '-';
           });
}

bool is_jurisdiction(std::string_view place) noexcept {
    return place.size() == 2 &&
           std::all_of(place.begin(), place.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_document_id(std::string_view id) noexcept {
    return id.size() == 32 && std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::string write_document_text(std::string_view kind, const json::Value& body) {
    return first_line_of(kind) + json::write_canonical(body) + "\n";
}

Result<Document> parse_document(std::string_view note,
                                std::string_view kind,
                                std::size_t size_bytes_max) {
    if (note.size() > size_bytes_max) {
        return fail(Kind::invalid,
                    "document: more than " + std::to_string(size_bytes_max) + " bytes");
    }
    MN_TRY(codec::Note parsed, codec::parse_note(note));
    const std::string head = first_line_of(kind);
    if (!parsed.text.starts_with(head)) {
        return fail(Kind::invalid, "document: not a mednexus/" + std::string(kind) + "/v1");
    }
    const std::string_view line = std::string_view(parsed.text).substr(head.size());
    MN_TRY(json::Value body, json::parse(line));
    if (write_document_text(kind, body) != parsed.text) {
        return fail(Kind::invalid, std::string(kind) + ": not canonical");
    }
    const Hash32 digest = crypto::sha256(bytes_of(parsed.text));
    return Document{std::move(parsed), std::move(body), digest};
}

namespace internal {

std::string hex(const Hash32& hash) {
    return codec::to_hex_0x(hash.view());
}

Result<Hash32> read_hash(json::Reader& reader, std::string_view key) {
    MN_TRY(const std::string text, reader.string(key));
    auto hash = codec::parse_hex_as<Hash32>(text);
    if (!hash || hex(*hash) != text) {
        return fail(Kind::invalid,
                    reader.path() + "." + std::string(key) + ": not 0x and 64 lower-case digits");
    }
    return *hash;
}

Result<UnixTime> read_time(json::Reader& reader, std::string_view key) {
    MN_TRY(const std::string text, reader.string(key));
    auto time = parse_rfc3339(text);
    if (!time) {
        return fail_in(reader.path() + "." + std::string(key), time.error());
    }
    return *time;
}

Result<Period> read_period(json::Reader& reader) {
    MN_TRY(const UnixTime from, read_time(reader, "from"));
    MN_TRY(const UnixTime until, read_time(reader, "until"));
    if (until < from) {
        return fail(Kind::invalid, reader.path() + ": the period ends before it begins");
    }
    return Period{from, until};
}

Result<std::string> read_checked(json::Reader& reader,
                                 std::string_view key,
                                 bool (*is_good)(std::string_view) noexcept) {
    MN_TRY(std::string text, reader.string(key));
    if (!is_good(text)) {
        return fail(Kind::invalid, reader.path() + "." + std::string(key) + ": not well formed");
    }
    return text;
}

Result<std::vector<std::string>> read_list(json::Reader& reader,
                                           std::string_view key,
                                           bool (*is_good)(std::string_view) noexcept) {
    MN_TRY(std::vector<std::string> list, reader.strings(key));
    const std::string place = reader.path() + "." + std::string(key);
    if (list.empty() || list.size() > kListItemsMax) {
        return fail(Kind::invalid, place + ": 1 to 64 items are needed");
    }
    if (std::adjacent_find(list.begin(), list.end(), std::greater_equal<>()) != list.end()) {
        return fail(Kind::invalid, place + ": not sorted, or one item stands twice");
    }
    if (!std::all_of(list.begin(), list.end(), is_good)) {
        return fail(Kind::invalid, place + ": an item is not well formed");
    }
    return list;
}

namespace {

bool is_purpose_code(std::string_view code) noexcept {
    return parse_purpose(code).has_value();
}

}  // namespace

Result<std::vector<Purpose>> read_purposes(json::Reader& reader) {
    MN_TRY(const std::vector<std::string> codes, read_list(reader, "purposes", &is_purpose_code));
    return parse_purposes(codes);
}

Result<crypto::NoteVerifier> read_vkey(json::Reader& reader,
                                       std::string_view key,
                                       std::string_view name) {
    MN_TRY(const std::string text, reader.string(key));
    auto vkey = crypto::parse_vkey(text);
    if (!vkey) {
        return fail_in(reader.path() + "." + std::string(key), vkey.error());
    }
    if (vkey->name != name || vkey->type != crypto::NoteKeyType::ed25519 ||
        crypto::write_vkey(*vkey) != text) {
        return fail(Kind::invalid,
                    reader.path() + "." + std::string(key) + ": another name or type of key");
    }
    return *vkey;
}

json::Value list_of(std::vector<std::string> items) {
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    json::Array out;
    for (std::string& item : items) {
        out.emplace_back(std::move(item));
    }
    return out;
}

json::Value list_of(std::span<const Purpose> purposes) {
    std::vector<std::string> codes;
    for (const Purpose purpose : purposes) {
        codes.emplace_back(code_of(purpose));
    }
    return list_of(std::move(codes));
}

Result<void> signed_by_all(const codec::Note& note,
                           std::span<const crypto::NoteVerifier> keys,
                           std::string_view what) {
    auto signers = crypto::verify_note(note, keys);
    if (!signers) {
        return fail_in(what, signers.error());
    }
    if (signers->size() != keys.size()) {
        return fail(Kind::denied, std::string(what) + ": a signature is missing");
    }
    return {};
}

}  // namespace internal

Hash32 commit_to_case(const Hash32& salt, const CaseId& case_id) {
    Bytes data = to_bytes(std::string_view("mednexus/commitment/v1"));
    append(data, salt.view());
    append(data, case_id.view());
    return crypto::sha256(data);
}

Hash32 commit_to_query(const Hash32& salt, std::span<const std::int8_t> entries) {
    Bytes data = to_bytes(std::string_view("mednexus/query/v1"));
    append(data, salt.view());
    for (const std::int8_t entry : entries) {
        data.push_back(static_cast<std::uint8_t>(entry));
    }
    return crypto::sha256(data);
}

}  // namespace mednexus::service
