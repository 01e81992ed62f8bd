#include "mednexus/ledger/tlog_proof.hpp"

#include "mednexus/codec/base64.hpp"
#include "mednexus/codec/note.hpp"
#include "mednexus/ledger/internal/decimal.hpp"
#include "mednexus/ledger/internal/lines.hpp"

namespace mednexus::ledger {

namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";

Failure refuse(std::string_view rule) {
    return fail(Kind::invalid, "tlog-proof: " + std::string(rule));
}

bool starts_with(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

/// Reads the optional line "extra B64" and the line "index I".
Result<void> read_head(internal::Lines& lines, TlogProof& proof) {
    auto line = lines.next();
    if (line && starts_with(*line, kExtra)) {
        auto extra = codec::parse_base64(line->substr(kExtra.size()));
        if (!extra) {
            return refuse("the extra line is not base64");
        }
        proof.extra = *std::move(extra);
        line = lines.next();
    }
    if (!line || !starts_with(*line, kIndex)) {
        return refuse("no index line");
    }
    const auto index = internal::parse_decimal(line->substr(kIndex.size()));
    if (!index) {
        return refuse("the index is no decimal without leading zeros");
    }
    proof.index = *index;
    return {};
}

/// Reads hashes up to and including the blank line.
Result<std::vector<Hash32>> read_path(internal::Lines& lines) {
    std::vector<Hash32> path;
    for (;;) {
        const auto line = lines.next();
        if (!line) {
            return refuse("no blank line after the path");
        }
        if (line->empty()) {
            return path;
        }
        if (path.size() == merkle::kProofLengthMax) {
            return refuse("the path is longer than 64 hashes");
        }
        const auto raw = codec::parse_base64(*line);
        if (!raw || raw->size() != Hash32::kSizeBytes) {
            return refuse("a line of the path is not 32 bytes in base64");
        }
        MN_TRY(const Hash32 hash, Hash32::from(*raw));
        path.push_back(hash);
    }
}

}  // namespace

std::string write_tlog_proof(const TlogProof& proof) {
    std::string out = std::string(kHeader) + "\n";
    if (proof.extra) {
        out += std::string(kExtra) + codec::to_base64(*proof.extra) + "\n";
    }
    out += std::string(kIndex) + std::to_string(proof.index) + "\n";
    for (const Hash32& hash : proof.path) {
        out += codec::to_base64(hash.view()) + "\n";
    }
    return out + "\n" + proof.checkpoint_note;
}

Result<TlogProof> parse_tlog_proof(std::string_view text) {
    if (text.size() > kTlogProofSizeBytesMax) {
        return refuse("longer than 1 MiB");
    }
    internal::Lines lines(text);
    const auto header = lines.next();
    if (!header || *header != kHeader) {
        return refuse("the first line is not c2sp.org/tlog-proof@v1");
    }
    TlogProof proof;
    MN_DO(read_head(lines, proof));
    MN_TRY(proof.path, read_path(lines));
    proof.checkpoint_note = std::string(lines.rest());
    const auto note = codec::parse_note(proof.checkpoint_note);
    if (!note) {
        return fail_in("tlog-proof", note.error());
    }
    const auto checkpoint = parse_checkpoint_text(note->text);
    if (!checkpoint) {
        return fail_in("tlog-proof", checkpoint.error());
    }
    return proof;
}

Result<Checkpoint> check_inclusion(const TlogProof& proof, const Hash32& leaf_hash) {
    MN_TRY(const codec::Note note, codec::parse_note(proof.checkpoint_note));
    MN_TRY(Checkpoint checkpoint, parse_checkpoint_text(note.text));
    MN_DO(merkle::verify_inclusion(kRfc6962,
                                   {.index = proof.index,
                                    .tree_size = checkpoint.size,
                                    .leaf_hash = leaf_hash,
                                    .root = checkpoint.root},
                                   proof.path));
    return checkpoint;
}

}  // namespace mednexus::ledger
