#pragma once
/// No key moves without a decision; no decision without a log entry (ARCHITECTURE, invariant 1).
/// Functions that move a key or reveal data take a `const Release&`. The only way to a Release is
/// a permitting Decision, and the only way to a Decision is a DecisionRecorder that has made its
/// leaf durable: forgetting either does not compile. Threads: values; a recorder is safe when its
/// log is.
#include <cstdint>
#include <string_view>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/service/policy.hpp"

namespace mednexus::service {

/// The port to the audit log, as far as decisions need it.
class DecisionLog {
public:
    virtual ~DecisionLog() = default;
    /// Appends the leaf, or finds the identical one; durable when it returns. Returns its index.
    [[nodiscard]] virtual Result<std::uint64_t> append_durably(BytesView leaf) = 0;
};

/// A verdict whose leaf stands in the log.
class Decision {
public:
    [[nodiscard]] bool is_permitted() const noexcept { return is_permitted_; }

    [[nodiscard]] ReleaseKind kind() const noexcept { return kind_; }

    [[nodiscard]] const Hash32& object() const noexcept { return object_; }

    [[nodiscard]] std::uint64_t leaf_index() const noexcept { return leaf_index_; }

private:
    friend class DecisionRecorder;
    Decision(const Verdict& verdict, std::uint64_t leaf_index);

    bool is_permitted_;
    ReleaseKind kind_;
    Hash32 object_;
    std::uint64_t leaf_index_;
};

/// Makes Decisions. Denials are recorded like permissions.
class DecisionRecorder {
public:
    explicit DecisionRecorder(DecisionLog& log) noexcept : log_(&log) {}

    /// `leaf` is the decision event of this verdict. A repeat with the same bytes gives the same
    /// Decision. Errors: those of the log; then there is no Decision.
    [[nodiscard]] Result<Decision> record(const Verdict& verdict, BytesView leaf);

private:
    DecisionLog* log_;
};

/// Permission to perform one act of one kind on one object.
class Release {
public:
    /// Errors   denied: the decision denied, or was about another kind or object
    [[nodiscard]] static Result<Release> from(const Decision& decision,
                                              ReleaseKind kind,
                                              const Hash32& object);

    Release(const Release&) = delete;
    Release& operator=(const Release&) = delete;
    Release(Release&&) noexcept = default;
    Release& operator=(Release&&) noexcept = default;
    ~Release() = default;

    /// For the functions that act: errors denied unless this release is for exactly this.
    [[nodiscard]] Result<void> permits(ReleaseKind kind, const Hash32& object) const;

    [[nodiscard]] std::uint64_t leaf_index() const noexcept { return leaf_index_; }

private:
    explicit Release(const Decision& decision) noexcept;

    ReleaseKind kind_;
    Hash32 object_;
    std::uint64_t leaf_index_;
};

}  // namespace mednexus::service
