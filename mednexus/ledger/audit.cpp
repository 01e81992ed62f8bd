#include "mednexus/ledger/audit.hpp"

#include <algorithm>

#include "mednexus/codec/note.hpp"
#include "mednexus/ledger/internal/files.hpp"
#include "mednexus/ledger/internal/tree.hpp"

namespace mednexus::ledger {

namespace {

/// One audit: each step returns the fault it found, or nothing; io ends it as an error.
class Audit {
public:
    explicit Audit(const Disk& directory) : files_(directory, "") {}

    [[nodiscard]] Result<AuditReport> run(const std::optional<crypto::NoteVerifier>& trusted);

private:
    using Step = Result<std::optional<AuditFault>>;

    [[nodiscard]] Step check_vkey(const std::optional<crypto::NoteVerifier>& trusted);
    [[nodiscard]] Step check_checkpoint();
    [[nodiscard]] Step check_entries(const TileName& name);
    [[nodiscard]] Step check_hashes(const TileName& name);
    [[nodiscard]] Step check_tiles();
    [[nodiscard]] Step check_root() const;
    [[nodiscard]] Step check_all(const std::optional<crypto::NoteVerifier>& trusted);

    internal::FileReader files_;
    crypto::NoteVerifier log_;
    internal::Tree tree_;  ///< from the entries themselves
    AuditReport report_;
};

std::optional<AuditFault> fault(std::string_view file, std::string rule) {
    return AuditFault{.file = std::string(file), .rule = std::move(rule)};
}

Result<std::optional<AuditFault>> fault_or_io(std::string_view file, const Error& error) {
    if (error.kind == Kind::io) {
        return tl::unexpected(error);
    }
    return fault(file, error.kind == Kind::not_found ? "the file is missing" : error.what);
}

Audit::Step Audit::check_vkey(const std::optional<crypto::NoteVerifier>& trusted) {
    const auto text = files_.read_vkey();
    if (!text) {
        return fault_or_io(internal::kVkeyPath, text.error());
    }
    if (text->empty() || text->back() != '\n') {
        return fault(internal::kVkeyPath, "does not end in a newline");
    }
    const auto key = crypto::parse_vkey(std::string_view(*text).substr(0, text->size() - 1));
    if (!key) {
        return fault(internal::kVkeyPath, key.error().what);
    }
    if (trusted && *trusted != *key) {
        return fault(internal::kVkeyPath, "is not the key that the auditor trusts");
    }
    log_ = *key;
    report_.vkey = crypto::write_vkey(log_);
    ++report_.files;
    return std::nullopt;
}

Audit::Step Audit::check_checkpoint() {
    const auto note = files_.read_checkpoint();
    if (!note) {
        return fault_or_io(internal::kCheckpointPath, note.error());
    }
    const auto checkpoint = open_checkpoint(*note, log_);
    if (!checkpoint) {
        return fault(internal::kCheckpointPath, checkpoint.error().what);
    }
    report_.checkpoint = *checkpoint;
    ++report_.files;
    return std::nullopt;
}

Audit::Step Audit::check_entries(const TileName& name) {
    const auto entries = files_.read_entries(name);
    if (!entries) {
        return fault_or_io(path_of(name), entries.error());
    }
    for (const Bytes& entry : *entries) {
        tree_.push(kRfc6962.leaf(entry));
    }
    ++report_.files;
    return std::nullopt;
}

Audit::Step Audit::check_hashes(const TileName& name) {
    const auto hashes = files_.read_hashes(name);
    if (!hashes) {
        return fault_or_io(path_of(name), hashes.error());
    }
    const auto expected = parse_tile(tree_.tile(name), name.width);
    const auto wrong =
        std::mismatch(hashes->begin(), hashes->end(), expected->begin(), expected->end()).first;
    if (wrong != hashes->end()) {
        const std::uint64_t index =
            name.index * kTileWidth + static_cast<std::uint64_t>(wrong - hashes->begin());
        return fault(
            path_of(name),
            name.level == 0
                ? "entry " + std::to_string(index) + " does not hash to its leaf"
                : "hash " + std::to_string(index) + " does not follow from the level below");
    }
    ++report_.files;
    return std::nullopt;
}

Audit::Step Audit::check_tiles() {
    for (const TileName& name : Tiles(report_.checkpoint.size)) {
        Step step = name.kind == TileKind::entries ? check_entries(name) : check_hashes(name);
        if (!step || step->has_value()) {
            return step;
        }
    }
    return std::nullopt;
}

Audit::Step Audit::check_root() const {
    if (tree_.root(tree_.size()) != report_.checkpoint.root) {
        return fault(internal::kCheckpointPath, "the entries do not have the root that is signed");
    }
    return std::nullopt;
}

Audit::Step Audit::check_all(const std::optional<crypto::NoteVerifier>& trusted) {
    MN_TRY(std::optional<AuditFault> found, check_vkey(trusted));
    if (!found) {
        MN_TRY(found, check_checkpoint());
    }
    if (found) {
        return found;
    }
    MN_TRY(found, check_tiles());
    return found ? Step(found) : check_root();
}

Result<AuditReport> Audit::run(const std::optional<crypto::NoteVerifier>& trusted) {
    MN_TRY(report_.fault, check_all(trusted));
    return std::move(report_);
}

}  // namespace

Result<AuditReport> audit_directory(const Disk& directory,
                                    const std::optional<crypto::NoteVerifier>& trusted) {
    return Audit(directory).run(trusted);
}

}  // namespace mednexus::ledger
