#include "mednexus/da/certificate.hpp"

#include <algorithm>
#include <optional>

#include "mednexus/da/internal/signed_text.hpp"

namespace mednexus::da {

namespace {

constexpr std::string_view kHead = "mednexus/da-attestation/v1\n";

Failure refuse(const std::string& rule) {
    return fail(Kind::invalid, "da.certificate: " + rule);
}

Result<codec::Note> parse_canonical_note(std::string_view raw) {
    if (raw.size() > kCertificateSizeBytesMax) {
        return refuse("more than 16 KiB");
    }
    MN_TRY(codec::Note note, codec::parse_note(raw));
    if (codec::write_note(note) != raw) {
        return refuse("not canonical");
    }
    return note;
}

Result<codec::Note> parse_note_of(std::string_view raw, const Header& header) {
    MN_TRY(codec::Note note, parse_canonical_note(raw));
    if (note.text != attestation_text(header)) {
        return refuse("of another header");
    }
    return note;
}

/// The holder whose key this line says it is of.
std::optional<std::size_t> holder_of(const codec::NoteSignature& line, const Roster& roster) {
    const auto& holders = roster.holders();
    const auto found = std::find_if(holders.begin(), holders.end(), [&](const auto& holder) {
        return holder.name == line.name && crypto::key_id_of(holder) == line.key_id;
    });
    if (found == holders.end()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - holders.begin());
}

/// Each line is of a key of the roster, in its order; so no key counts twice.
Result<void> check_lines(const codec::Note& note, const Roster& roster) {
    std::size_t next = 0;
    for (const codec::NoteSignature& line : note.signatures) {
        const auto holder = holder_of(line, roster);
        if (!holder) {
            return refuse("a signature of a key that is not of the roster");
        }
        if (*holder < next) {
            return refuse("a key twice, or signatures out of order");
        }
        next = *holder + 1;
    }
    return {};
}

}  // namespace

std::string attestation_text(const Header& header) {
    json::Object out;
    out.set("from", header.batch.from);
    out.set("header", internal::hex(commitment_of(header)));
    out.set("keep_until", to_rfc3339(header.keep_until));
    out.set("origin", header.batch.origin);
    out.set("profile", name_of(header.profile));
    out.set("to", header.batch.to);
    return internal::write_text(kHead, std::move(out));
}

std::string attest(const Header& header, const crypto::NoteSigner& holder) {
    return crypto::make_signed_note(holder, attestation_text(header));
}

Result<void> verify_attestation(std::string_view note,
                                const Header& header,
                                const crypto::NoteVerifier& holder) {
    MN_TRY(const codec::Note parsed, parse_note_of(note, header));
    if (parsed.signatures.size() != 1) {
        return fail(Kind::denied, "da.attestation: not exactly one signature");
    }
    const auto signers = crypto::verify_note(parsed, {&holder, 1});
    if (!signers) {
        return fail_in("da.attestation", signers.error());
    }
    return {};
}

Result<std::string> make_certificate(const Header& header,
                                     const Roster& roster,
                                     std::span<const std::string> attestations) {
    const std::size_t quorum = quorum_of(header.profile, roster.holders().size());
    if (attestations.size() < quorum) {
        return fail(Kind::unavailable,
                    "da.certificate: " + std::to_string(attestations.size()) + " of " +
                        std::to_string(quorum) + " holders signed");
    }
    codec::Note out{.text = attestation_text(header), .signatures = {}};
    for (const std::string& one : attestations) {
        MN_TRY(const codec::Note note, parse_note_of(one, header));
        out.signatures.insert(out.signatures.end(), note.signatures.begin(), note.signatures.end());
    }
    const auto order = [&](const auto& line) {
        return holder_of(line, roster).value_or(roster.holders().size());
    };
    std::stable_sort(out.signatures.begin(),
                     out.signatures.end(),
                     [&](const auto& a, const auto& b) { return order(a) < order(b); });
    std::string note = codec::write_note(out);
    MN_DO(verify_certificate(note, header, roster));
    return note;
}

Result<void> verify_certificate(std::string_view note, const Header& header, const Roster& roster) {
    if (roster.hash() != header.roster || roster.holders().size() != header.shards.size()) {
        return fail(Kind::denied, "da.certificate: the header is for another roster");
    }
    MN_TRY(const codec::Note parsed, parse_note_of(note, header));
    MN_DO(check_lines(parsed, roster));
    const auto signers = crypto::verify_note(parsed, roster.holders());
    if (!signers) {
        return fail_in("da.certificate", signers.error());
    }
    if (signers->size() < quorum_of(header.profile, roster.holders().size())) {
        return fail(Kind::denied, "da.certificate: too few holders signed");
    }
    return {};
}

Result<Hash32> parse_certificate(std::string_view note) {
    MN_TRY(const codec::Note parsed, parse_canonical_note(note));
    if (!parsed.text.starts_with(kHead)) {
        return refuse("not a mednexus/da-attestation/v1");
    }
    const std::string_view line = std::string_view(parsed.text).substr(kHead.size());
    MN_TRY(const json::Value value,
           json::parse(line, {.size_bytes_max = kCertificateSizeBytesMax}));
    json::Reader reader(value, "da.certificate");
    MN_TRY([[maybe_unused]] const std::int64_t from, reader.integer("from"));
    MN_TRY([[maybe_unused]] const std::int64_t to, reader.integer("to"));
    MN_TRY(const std::string header, reader.string("header"));
    MN_TRY([[maybe_unused]] const std::string until, reader.string("keep_until"));
    MN_TRY([[maybe_unused]] const std::string origin, reader.string("origin"));
    MN_TRY([[maybe_unused]] const std::string profile, reader.string("profile"));
    MN_DO(reader.finish());
    MN_TRY(const Hash32 commitment, codec::parse_hex_as<Hash32>(header));
    if (internal::hex(commitment) != header ||
        internal::write_text(kHead, *value.as_object()) != parsed.text) {
        return refuse("not canonical");
    }
    return commitment;
}

}  // namespace mednexus::da
