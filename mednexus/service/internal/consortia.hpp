#pragma once
/// The consortia that a home knows, with the keys that their sessions made. Rows of `consortia` and
/// `sessions`; docs/formats/home.md. Threads: free functions, safe as the database is.
#include <optional>
#include <string_view>
#include <vector>

#include "mednexus/service/database.hpp"
#include "mednexus/service/documents_consortium.hpp"
#include "mednexus/service/internal/blob_store.hpp"

namespace mednexus::service::internal {

enum class ConsortiumState : std::uint8_t {
    proposed,  ///< on file, not yet with keys
    active,    ///< its keys are whole; at most one epoch of an id
    ended      ///< a later epoch took its place, or it was given up
};

[[nodiscard]] std::string_view name_of(ConsortiumState state) noexcept;

struct ConsortiumRow {
    Consortium consortium;
    ConsortiumState state = ConsortiumState::proposed;
    std::optional<SessionKeys> keys;  ///< null before its session ended
};

/// An epoch that can be worked with.
struct Keyed {
    Consortium consortium;
    SessionKeys keys;
};

/// Keeps the document, or a note of it with more signatures.
/// Errors   conflict: another document of this id and epoch
[[nodiscard]] Result<void> put_consortium(Database& database,
                                          const Consortium& consortium,
                                          ConsortiumState state);
[[nodiscard]] Result<void> set_consortium_state(Database& database,
                                                const Hash32& digest,
                                                ConsortiumState state);
/// Keeps the keys and makes the epoch active, and ends every other one of its id, in one commit.
/// Gives the digests of those that ended now. Needs: the document is on file.
/// Errors   denied: a later epoch of this id is or was active; conflict: it has other keys
[[nodiscard]] Result<std::vector<Hash32>> activate_consortium(Database& database,
                                                              const SessionKeys& keys);

[[nodiscard]] Result<std::optional<ConsortiumRow>> find_consortium(Database& database,
                                                                   const Hash32& digest);
/// By id, then epoch.
[[nodiscard]] Result<std::vector<ConsortiumRow>> list_consortia(Database& database);
/// Those that are active.
[[nodiscard]] Result<std::vector<Keyed>> active_consortia(Database& database);
/// The one that an institution's cases are indexed for.
/// Errors   unavailable: none is active; conflict: more than one is
[[nodiscard]] Result<Keyed> need_active_consortium(Database& database);

/// Members and computing node.
[[nodiscard]] Audience audience_of(const Consortium& consortium);

/// The computing node of any consortium on file, ended ones too: it never gets a case.
[[nodiscard]] Result<bool> is_computing_node(Database& database, std::string_view name);

}  // namespace mednexus::service::internal
