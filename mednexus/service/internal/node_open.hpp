#pragma once
/// Opening and making homes, with the seams that tests need.
#include <functional>
#include <memory>
#include <string>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/disk/disk.hpp"
#include "mednexus/service/journal.hpp"
#include "mednexus/service/node.hpp"

namespace mednexus::service::internal {

/// What a test may put between the node and the world.
struct Seams {
    StepObserver* observer = nullptr;
    std::function<std::unique_ptr<Disk>(std::unique_ptr<Disk>)> wrap_disk{};
};

[[nodiscard]] Result<std::unique_ptr<Node>> open_node(const NodeOptions& options,
                                                      Clock& clock,
                                                      Random& random,
                                                      PeerTransport& peers,
                                                      chain::Transport* chains,
                                                      const Seams& seams);

[[nodiscard]] Result<std::string> make_home(const InitOptions& options,
                                            Clock& clock,
                                            Random& random,
                                            crypto::Argon2idCost cost);

}  // namespace mednexus::service::internal
