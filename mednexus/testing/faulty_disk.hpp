#pragma once
/// A disk in memory that keeps the promises of the Disk port and can be told to break at one
/// operation. Tests run a scenario once to count its operations, then once per index with a fault
/// there, restart() and look at what is left.
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "mednexus/disk/disk.hpp"

namespace mednexus::testing {

/// What happens at the chosen operation.
enum class FaultKind : std::uint8_t {
    io,            ///< it fails with `io`, without effect; later operations work
    disk_full,     ///< the same, in the words of a full disk
    crash_before,  ///< power goes before it takes effect: it and all later operations fail
    crash_after,   ///< power goes after it took effect, before the caller hears of it
    torn,          ///< power goes while a commit is written: half of the content has the name
};

struct Fault {
    FaultKind kind = FaultKind::io;
    std::uint64_t at_operation = 0;  ///< counted from 0 since the disk was made or restarted
};

/// Threads: safe. Files made by create() must not outlive it.
class FaultyDisk final : public Disk {
public:
    FaultyDisk();
    ~FaultyDisk() override;
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;
    FaultyDisk(FaultyDisk&&) = delete;
    FaultyDisk& operator=(FaultyDisk&&) = delete;

    /// Every call of the port, and every append and commit of a file, is one operation.
    [[nodiscard]] std::uint64_t operations() const;

    void set_fault(std::optional<Fault> fault);

    /// Power off: files not yet committed are lost for good, every operation fails until restart().
    void crash();

    /// Power on again, without faults: what was committed is there. Counting starts at 0.
    void restart();

    /// From now on reads of `path` see bit `bit_index` of the file inverted (bit 0 is the least
    /// significant of byte 0); the index is taken modulo the file's length.
    void flip_bit_on_read(const std::string& path, std::uint64_t bit_index);

    /// The committed content, past all faults. Needs: the file exists.
    [[nodiscard]] Bytes content_of(const std::string& path) const;

    /// Puts content under a name past all rules of atomicity: what a bad disk or a bad neighbour
    /// would leave.
    void plant(const std::string& path, BytesView content);

    /// All paths, sorted.
    [[nodiscard]] std::vector<std::string> paths() const;

    [[nodiscard]] Result<Bytes> read(const std::string& path,
                                     std::uint64_t size_bytes_max) const override;
    [[nodiscard]] Result<Bytes> read_range(const std::string& path,
                                           std::uint64_t offset,
                                           std::uint64_t count) const override;
    [[nodiscard]] Result<std::uint64_t> size_of(const std::string& path) const override;
    [[nodiscard]] Result<void> write(const std::string& path, BytesView content) override;
    [[nodiscard]] Result<std::unique_ptr<DurableFile>> create() override;
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string& folder) const override;
    [[nodiscard]] Result<void> remove(const std::string& path) override;

private:
    struct State;
    class File;
    std::unique_ptr<State> state_;
};

}  // namespace mednexus::testing
