#include "mednexus/da/header.hpp"

#include <algorithm>

#include "mednexus/codec/cursor.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/da/internal/signed_text.hpp"

namespace mednexus::da {

namespace {

constexpr std::string_view kHead = "mednexus/da-header/v1\n";
constexpr std::string_view kCommitmentDomain = "MNX-DA-1/R";
constexpr std::uint8_t kVersion = 1;
constexpr std::int64_t kSecondsMax = 253'402'300'799;  // 9999-12-31T23:59:59Z

Failure refuse(const std::string& rule) {
    return fail(Kind::invalid, "da.header: " + rule);
}

/// Every rule that does not need the roster or the blob.
Result<void> check(const Header& header) {
    const Batch& batch = header.batch;
    if (!codec::is_note_name(batch.origin) || batch.origin.size() > 255) {
        return refuse("origin is no name of a key");
    }
    if (batch.from >= batch.to || batch.to > kLogSizeMax) {
        return refuse("a range of entries that is none");
    }
    MN_TRY(const Code code, code_of(header.profile, header.shards.size()));
    if (header.code != code) {
        return refuse("n and k are not those of the profile");
    }
    if (header.length == 0 || header.length > kBlobSizeBytesMax) {
        return refuse("a blob has 1 byte to 32 MiB");
    }
    if (header.keep_until.seconds < 0 || header.keep_until.seconds > kSecondsMax) {
        return refuse("keep_until is out of bounds");
    }
    return {};
}

json::Object json_of(const Header& header) {
    json::Array shards;
    for (const Hash32& hash : header.shards) {
        shards.emplace_back(internal::hex(hash));
    }
    json::Object out;
    out.set("before", internal::hex(header.batch.before));
    out.set("from", header.batch.from);
    out.set("k", std::uint64_t{header.code.k});
    out.set("keep_until", to_rfc3339(header.keep_until));
    out.set("length", header.length);
    out.set("n", std::uint64_t{header.code.n});
    out.set("origin", header.batch.origin);
    out.set("profile", name_of(header.profile));
    out.set("root", internal::hex(header.batch.root));
    out.set("roster", internal::hex(header.roster));
    out.set("shards", std::move(shards));
    out.set("to", header.batch.to);
    out.set("width", header.width());
    return out;
}

Result<std::uint64_t> read_number(json::Reader& reader, std::string_view key, std::uint64_t max) {
    MN_TRY(const std::int64_t value, reader.integer(key));
    if (value < 0 || static_cast<std::uint64_t>(value) > max) {
        return refuse(std::string(key) + " is out of bounds");
    }
    return static_cast<std::uint64_t>(value);
}

Result<Hash32> read_hash(json::Reader& reader, std::string_view key) {
    MN_TRY(const std::string text, reader.string(key));
    return codec::parse_hex_as<Hash32>(text);
}

Result<Batch> read_batch(json::Reader& reader) {
    Batch out;
    MN_TRY(out.origin, reader.string("origin"));
    MN_TRY(out.from, read_number(reader, "from", kLogSizeMax));
    MN_TRY(out.to, read_number(reader, "to", kLogSizeMax));
    MN_TRY(out.before, read_hash(reader, "before"));
    MN_TRY(out.root, read_hash(reader, "root"));
    return out;
}

/// `width` follows from the others; that the text says the same is seen when it is written again.
Result<Header> read_header(const json::Value& value) {
    json::Reader reader(value, "da.header");
    Header out;
    MN_TRY(out.batch, read_batch(reader));
    MN_TRY(const std::string profile, reader.string("profile"));
    MN_TRY(out.profile, parse_profile(profile));
    MN_TRY(const std::uint64_t n, read_number(reader, "n", kShardsMax));
    MN_TRY(const std::uint64_t k, read_number(reader, "k", kShardsMax));
    out.code = {.n = static_cast<std::uint32_t>(n), .k = static_cast<std::uint32_t>(k)};
    MN_TRY(out.length, read_number(reader, "length", kBlobSizeBytesMax));
    MN_TRY([[maybe_unused]] const std::int64_t width, reader.integer("width"));
    MN_TRY(const std::string until, reader.string("keep_until"));
    MN_TRY(out.keep_until, parse_rfc3339(until));
    MN_TRY(out.roster, read_hash(reader, "roster"));
    MN_TRY(const std::vector<std::string> shards, reader.strings("shards"));
    MN_DO(reader.finish());
    for (const std::string& text : shards) {
        MN_TRY(const Hash32 hash, codec::parse_hex_as<Hash32>(text));
        out.shards.push_back(hash);
    }
    MN_DO(check(out));
    return out;
}

struct HeaderNote {
    codec::Note note;
    Header header;
};

Result<HeaderNote> parse(std::string_view raw) {
    if (raw.size() > kHeaderSizeBytesMax) {
        return refuse("more than 16 KiB");
    }
    MN_TRY(codec::Note note, codec::parse_note(raw));
    if (note.signatures.size() != 1) {
        return refuse("not exactly one signature");
    }
    if (!note.text.starts_with(kHead)) {
        return refuse("not a mednexus/da-header/v1");
    }
    const std::string_view line = std::string_view(note.text).substr(kHead.size());
    MN_TRY(const json::Value value, json::parse(line, {.size_bytes_max = kHeaderSizeBytesMax}));
    MN_TRY(Header header, read_header(value));
    if (internal::write_text(kHead, json_of(header)) != note.text ||
        codec::write_note(note) != raw) {
        return refuse("not canonical");
    }
    return HeaderNote{std::move(note), std::move(header)};
}

}  // namespace

Hash32 commitment_of(const Header& header) {
    const Batch& batch = header.batch;
    Bytes out = to_bytes(kCommitmentDomain);
    out.push_back(kVersion);
    out.push_back(static_cast<std::uint8_t>(header.profile));
    codec::append_be(out, static_cast<std::uint16_t>(batch.origin.size()));
    append(out, bytes_of(batch.origin));
    codec::append_be(out, batch.from);
    codec::append_be(out, batch.to);
    append(out, batch.before.view());
    append(out, batch.root.view());
    codec::append_be(out, static_cast<std::uint16_t>(header.code.n));
    codec::append_be(out, static_cast<std::uint16_t>(header.code.k));
    codec::append_be(out, header.width());
    codec::append_be(out, header.length);
    codec::append_be(out, static_cast<std::uint64_t>(header.keep_until.seconds));
    append(out, header.roster.view());
    for (const Hash32& hash : header.shards) {
        append(out, hash.view());
    }
    return crypto::sha256(out);
}

Result<Header> make_header(const HeaderTerms& terms, const Roster& roster, BytesView blob) {
    Header out{.batch = terms.batch,
               .profile = terms.profile,
               .code = {},
               .length = blob.size(),
               .keep_until = terms.keep_until,
               .roster = roster.hash(),
               .shards = {}};
    MN_TRY(out.code, code_of(terms.profile, roster.holders().size()));
    MN_TRY(const std::vector<Bytes> shards, split(blob, out.code));
    for (const Bytes& shard : shards) {
        out.shards.push_back(shard_hash(shard));
    }
    MN_DO(check(out));
    return out;
}

Result<std::string> sign_header(const Header& header, const crypto::NoteSigner& publisher) {
    MN_DO(check(header));
    if (publisher.name != header.batch.origin) {
        return refuse("the origin is not the name of the key");
    }
    return crypto::make_signed_note(publisher, internal::write_text(kHead, json_of(header)));
}

Result<Header> parse_header(std::string_view note) {
    return parse(note).map([](HeaderNote&& parsed) { return std::move(parsed.header); });
}

Result<SignedHeader> open_header(std::string_view note, const crypto::NoteVerifier& publisher) {
    MN_TRY(HeaderNote parsed, parse(note));
    if (parsed.header.batch.origin != publisher.name) {
        return fail(Kind::denied, "da.header: of another log than " + publisher.name);
    }
    const auto signers = crypto::verify_note(parsed.note, {&publisher, 1});
    if (!signers) {
        return fail_in("da.header", signers.error());
    }
    const Hash32 commitment = commitment_of(parsed.header);
    return SignedHeader{std::move(parsed.header), commitment, std::string(note)};
}

Result<std::vector<Bytes>> encode_for(const Header& header, BytesView blob) {
    if (blob.size() != header.length) {
        return refuse("the blob has another length");
    }
    MN_TRY(std::vector<Bytes> shards, split(blob, header.code));
    for (std::size_t i = 0; i < shards.size(); ++i) {
        if (shard_hash(shards[i]) != header.shards.at(i)) {
            return refuse("shard " + std::to_string(i) + " of the blob has another hash");
        }
    }
    return shards;
}

}  // namespace mednexus::da
