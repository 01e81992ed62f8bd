#pragma once
/// What the log says of its own availability, and what a publisher keeps of each batch that it
/// dispersed. docs/formats/da.md; docs/formats/event.md, `log.dispersed`.
/// Threads: free functions over plain data and a disk.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mednexus/codec/json.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/da/batch_name.hpp"
#include "mednexus/da/certificate.hpp"
#include "mednexus/da/header.hpp"
#include "mednexus/disk/disk.hpp"
#include "mednexus/service/documents.hpp"
#include "mednexus/service/event.hpp"

namespace mednexus::service {

/// The data of a leaf `log.dispersed`.
struct LogDispersedData {
    Hash32 certificate;  ///< SHA-256 of the certificate's bytes, signatures included
    Hash32 header;       ///< R
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    da::Profile profile = da::Profile::crash_only;
    friend bool operator==(const LogDispersedData&, const LogDispersedData&) = default;
};

[[nodiscard]] json::Object to_json(const LogDispersedData& data);
/// Errors: invalid: another kind, unknown or missing members.
[[nodiscard]] Result<LogDispersedData> parse_log_dispersed(const Event& event);

/// A batch of one's own log, as it stands in the home.
struct OwnBatch {
    da::Header header;
    std::string header_note;
    std::string checkpoint;  ///< the signed checkpoint that went with it

    struct Certified {
        std::string certificate;
        std::uint64_t leaf = 0;  ///< index of `log.dispersed`
    };

    std::optional<Certified> certified;  ///< nothing: not every holder has signed yet
};

/// The publisher's side of docs/formats/da.md section 6. A header that is on file is the only one
/// for its range and roster.
class OwnBatches {
public:
    /// The disk must outlive it.
    explicit OwnBatches(Disk& disk) : disk_(&disk) {}

    /// Names of all batches, in order of their ranges. Errors: io.
    [[nodiscard]] Result<std::vector<da::BatchName>> names() const;
    /// Errors: not_found; corrupt; io.
    [[nodiscard]] Result<OwnBatch> read(const da::BatchName& name) const;
    /// Where the certified batches end. Errors: io.
    [[nodiscard]] Result<std::uint64_t> certified_size() const;
    /// The batch that begins at `from`, for this roster. Errors: corrupt, io.
    [[nodiscard]] Result<std::optional<OwnBatch>> find(std::uint64_t from,
                                                       const Hash32& roster) const;
    /// Durable when it returns. Errors: io.
    [[nodiscard]] Result<void> keep_header(const da::SignedHeader& header,
                                           const std::string& checkpoint);
    [[nodiscard]] Result<void> keep_certificate(const da::Header& header,
                                                const OwnBatch::Certified& certified);

private:
    Disk* disk_;
};

}  // namespace mednexus::service
