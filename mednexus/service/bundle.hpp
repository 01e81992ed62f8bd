#pragma once
/// The `.mnx` bundle: form only. Trust is verify.hpp's. Source: docs/formats/mnx.md.
/// Threads: plain data and functions.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/chain/receipt_proof.hpp"
#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/service/records.hpp"
#include "mednexus/service/result_package.hpp"

namespace mednexus::service {

inline constexpr std::size_t kMnxSizeBytesMax = 16U << 20U;
inline constexpr std::size_t kLeavesMax = 16;  ///< per institution
inline constexpr std::size_t kAnchorHeadersMax = 4096;
inline constexpr std::string_view kBundleFormat = "mednexus/bundle/v2";
inline constexpr std::string_view kManifestKind = "bundle-manifest";  ///< kind of document

struct LogLeaf {
    std::uint64_t index = 0;
    Bytes entry;
    std::vector<Hash32> proof;  ///< leaf side first
};

/// What one institution's log says about the job.
struct LogEvidence {
    std::string institution;
    std::string checkpoint;  ///< the signed note, verbatim
    std::vector<LogLeaf> leaves;
};

/// That one institution's checkpoint was anchored.
struct AnchorReceipt {
    std::string institution;
    std::uint64_t header = 0;  ///< index into BundleAnchors::headers
    chain::ReceiptProof proof;
};

/// That the checkpoints of all logs are on a chain. Source: docs/formats/mnx.md section 9.
struct BundleAnchors {
    std::uint64_t chain_id = 0;
    chain::Address contract;
    std::vector<Bytes> headers;  ///< RLP, oldest first
    std::vector<AnchorReceipt> receipts;
};

/// A batch of one institution's log that all its holders signed for.
struct CertifiedBatch {
    std::string institution;          ///< whose log it is
    std::string header;               ///< signed note, verbatim
    std::string certificate;          ///< signed note, verbatim
    LogLeaf leaf;                     ///< `log.dispersed`, which names the certificate
    std::vector<Hash32> consistency;  ///< from the end of the batch to the checkpoint of `evidence`
};

/// That leaves of `evidence` are held by others too. Source: docs/formats/mnx.md section 11.
struct BundleAvailability {
    std::vector<CertifiedBatch> batches;  ///< sorted by institution, then by first entry
};

/// Everything but the manifest. Arrays are sorted by institution.
struct BundleParts {
    std::vector<std::string> cards;  ///< signed notes, sorted by the name in them
    std::string consortium;          ///< signed note; so keys, outputs and request
    std::string keys;
    std::vector<std::string> indexes;  ///< signed notes, sorted by owner
    std::string outputs;
    std::string request;
    std::vector<Answer> answers;
    ResultPackage result;
    std::vector<LogEvidence> evidence;
    std::optional<BundleAnchors> anchors;            ///< absent: the bundle was not anchored
    std::optional<BundleAvailability> availability;  ///< absent: no batch was certified
};

struct Bundle {
    std::string manifest;  ///< signed note
    BundleParts parts;
};

/// The text that the requester's log key signs: digests of all parts. docs/formats/mnx.md
/// section 2. Errors   invalid: a part that should be a note is none
[[nodiscard]] Result<std::string> manifest_text(const BundleParts& parts);

/// Signs the manifest and writes the file. `log_signer` is the requester's log key.
/// Errors   invalid: over a bound or against a form of the format, or not a note
[[nodiscard]] Result<std::string> make_bundle(const BundleParts& parts,
                                              const crypto::NoteSigner& log_signer);

/// Errors   invalid: the place and the rule; then the text is not a bundle at all
[[nodiscard]] Result<Bundle> parse_bundle(std::string_view text);

}  // namespace mednexus::service
