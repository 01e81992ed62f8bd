#pragma once
/// The object store of a home, opened without its keys: what it holds is sealed already.
#include <memory>

#include "apps/mednexus/home.hpp"
#include "mednexus/disk/disk.hpp"
#include "mednexus/storage/object_store.hpp"

namespace mednexus::cli {

struct LocalStore {
    std::unique_ptr<Disk> disk;
    std::unique_ptr<storage::ObjectStore> store;
};

/// The store's own folder is opened as a disk of its own, so that a node which holds the home is
/// not disturbed. Errors: as require_home and open_posix_disk.
[[nodiscard]] inline Result<LocalStore> open_local_store(const HomeOptions& options,
                                                         Terminal& terminal) {
    MN_DO(require_home(options, terminal));
    MN_TRY(auto disk, open_posix_disk(options.home + "/objects"));
    auto store = storage::make_local_store(*disk, "");
    return LocalStore{std::move(disk), std::move(store)};
}

}  // namespace mednexus::cli
