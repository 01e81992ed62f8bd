#pragma once
/// One institution's node: its home, its keys, and the operations that people (operator) and other
/// institutions (peers) may ask of it. What travels is JSON; docs/api.md lists every operation with
/// its fields. Threads: one Node may be used by many threads; no lock is held over network or disk.
#include <memory>
#include <string>
#include <string_view>

#include "mednexus/chain/transport.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/compute/ring.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/random.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/core/secret.hpp"
#include "mednexus/service/role.hpp"

namespace mednexus::service {

/// A blob as institutions fetch them from each other; docs/formats/consortium.md section 2.
inline constexpr std::size_t kBlobSizeBytesMax = 48U << 20U;

/// Another institution as its signed card names it.
struct PeerAddress {
    std::string name;      ///< e.g. "north.example"
    std::string endpoint;  ///< e.g. "https://127.0.0.1:41234"
    Hash32 tls_pin;        ///< SHA-256 of the DER SubjectPublicKeyInfo of its TLS certificate
};

/// The port through which a node asks other nodes. http::PeerClient is the real one.
/// Threads: calls come from many at once.
class PeerTransport {
public:
    virtual ~PeerTransport() = default;
    /// POST /v1/peer/<operation> with a JSON body; the peer's typed error comes back as the same
    /// Kind. Errors: unavailable (cannot connect, wrong pin, time limit); invalid (answer is no
    /// JSON); the peer's own.
    [[nodiscard]] virtual Result<json::Value> call(const PeerAddress& peer,
                                                   std::string_view operation,
                                                   const json::Value& body) = 0;
    /// GET /v1/objects/<root>: ciphertext, not yet verified. Errors: as call.
    [[nodiscard]] virtual Result<Bytes> get_object(const PeerAddress& peer,
                                                   const ObjectRoot& root) = 0;
    /// GET /v1/blobs/<hash>: bytes, not yet compared with their name. Errors: as call.
    [[nodiscard]] virtual Result<Bytes> get_blob(const PeerAddress& peer, const Hash32& hash) = 0;
};

/// What a TLS endpoint needs; both DER. The key is PKCS#8.
struct TlsIdentity {
    SecretBytes private_key;
    Bytes certificate;
};

/// What a computing node may hold at once.
struct ComputeLimits {
    std::size_t lifted_bytes_max = std::size_t{4} << 30U;  ///< lifted batches, parsed
    std::uint32_t jobs_max = 2;                            ///< scored at once; more is `busy`
};

struct NodeOptions {
    std::string home;  ///< folder made by init
    SecretBytes passphrase;
    std::string ontology_dir;     ///< empty: as mednexus.toml says
    compute::RingOptions ring{};  ///< of the encrypted index; another one than released: for tests
    ComputeLimits compute{};
};

struct InitOptions {
    std::string home;
    std::string name;  ///< note name, e.g. "north.example"
    std::string legal_name;
    std::string jurisdiction;  ///< ISO 3166-1 alpha-2, e.g. "DE"
    std::string endpoint;      ///< "https://127.0.0.1:PORT"
    std::string ontology_dir;
    SecretBytes passphrase;
    Role role = Role::institution;
};

/// Makes a home: keys, card, empty log, database, mednexus.toml. Returns the card (a signed note).
/// Errors: conflict when the folder is not empty; invalid; io. Leaves nothing behind on failure.
[[nodiscard]] Result<std::string> init_home(const InitOptions& options,
                                            Clock& clock,
                                            Random& random);

class Node {
public:
    /// Opens the home, takes its lock, and goes on with every unfinished journal entry that needs
    /// no peer; what needs one waits to be asked again. So `peers` is not called before this
    /// returns. `chains` is how a home with [chain] reaches it; like the other ports it outlives
    /// the node. Errors: denied (passphrase), busy (another process holds the home), corrupt,
    /// not_found, io.
    [[nodiscard]] static Result<std::unique_ptr<Node>> open(NodeOptions options,
                                                            Clock& clock,
                                                            Random& random,
                                                            PeerTransport& peers,
                                                            chain::Transport* chains = nullptr);
    virtual ~Node() = default;

    /// An operator's act, e.g. "case.add". Errors: invalid for an unknown operation, else the
    /// operation's own.
    [[nodiscard]] virtual Result<json::Value> execute(std::string_view operation,
                                                      const json::Value& arguments) = 0;

    /// A peer's act. `peer_name` is the card name whose TLS pin the connection proved.
    [[nodiscard]] virtual Result<json::Value> answer_peer(std::string_view peer_name,
                                                          std::string_view operation,
                                                          const json::Value& body) = 0;

    /// Ciphertext of an object that was shared with this peer. Errors: denied, not_found, corrupt.
    [[nodiscard]] virtual Result<Bytes> object_for_peer(std::string_view peer_name,
                                                        const ObjectRoot& root) = 0;

    /// A blob for one of its audience. Errors: denied, whether it is here or not; corrupt, io.
    [[nodiscard]] virtual Result<Bytes> blob_for_peer(std::string_view peer_name,
                                                      const Hash32& hash) = 0;

    /// One turn with the chain: reads what is new, sends what waits. For a daemon, once a second; a
    /// home without a chain has nothing to do. Errors: unavailable, busy, io.
    [[nodiscard]] virtual Result<void> tick() = 0;

    /// A file of the log: "checkpoint", "tile/…" (public to peers). Errors: not_found.
    [[nodiscard]] virtual Result<Bytes> log_file(std::string_view path) const = 0;

    /// The card name for a TLS pin. Errors: denied for an unknown pin.
    [[nodiscard]] virtual Result<std::string> peer_named_by_pin(const Hash32& tls_pin) const = 0;

    /// This node's TLS key and certificate.
    [[nodiscard]] virtual TlsIdentity tls_identity() const = 0;

    /// Prometheus text of counters.
    [[nodiscard]] virtual std::string metrics() const = 0;
};

}  // namespace mednexus::service
