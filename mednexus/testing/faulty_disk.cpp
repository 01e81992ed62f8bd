#include "mednexus/testing/faulty_disk.hpp"

#include <algorithm>

#include "mednexus/core/check.hpp"
#include "mednexus/disk/path.hpp"

namespace mednexus::testing {
namespace {

Failure missing(const std::string& path) {
    return fail(Kind::not_found, "disk.open: " + path + ": no such file");
}

}  // namespace

struct FaultyDisk::State {
    mutable std::mutex mutex;
    std::map<std::string, Bytes> files;
    std::set<std::string> folders;  ///< they stay when their last file goes, as on a real disk
    std::map<std::string, std::uint64_t> flips;
    std::optional<Fault> fault;
    std::uint64_t operations = 0;
    std::uint64_t generation = 0;  ///< grows with every crash: open files of an older one are dead
    bool is_down = false;

    /// Counts one operation. The answer is the fault to apply around the effect, if any.
    Result<std::optional<FaultKind>> begin() {
        const std::uint64_t index = operations++;
        if (is_down) {
            return fail(Kind::io, "disk: no power");
        }
        if (!fault || fault->at_operation != index) {
            return std::optional<FaultKind>{};
        }
        switch (fault->kind) {
            case FaultKind::io:
                return fail(Kind::io, "disk: input/output error");
            case FaultKind::disk_full:
                return fail(Kind::io, "disk: no space left on device");
            case FaultKind::crash_before:
                go_down();
                return fail(Kind::io, "disk: no power");
            case FaultKind::crash_after:
            case FaultKind::torn:
                break;
        }
        return std::optional(fault->kind);
    }

    Result<void> end(std::optional<FaultKind> around) {
        if (around) {
            go_down();
            return fail(Kind::io, "disk: no power");
        }
        return {};
    }

    void go_down() {
        is_down = true;
        ++generation;
    }

    [[nodiscard]] bool is_under_a_file(const std::string& path) const {
        for (std::size_t slash = path.find('/'); slash != std::string::npos;
             slash = path.find('/', slash + 1)) {
            if (files.contains(path.substr(0, slash))) {
                return true;
            }
        }
        return false;
    }

    void make_folders(const std::string& path) {
        for (std::size_t slash = path.find('/'); slash != std::string::npos;
             slash = path.find('/', slash + 1)) {
            folders.insert(path.substr(0, slash));
        }
    }

    Result<void> put(const std::string& path, BytesView content, std::optional<FaultKind> around) {
        if (folders.contains(path) || is_under_a_file(path)) {
            return fail(Kind::io, "disk.rename: " + path + ": a file or folder is in the way");
        }
        const bool is_torn = around == FaultKind::torn;
        make_folders(path);
        files[path] = to_bytes(is_torn ? content.first(content.size() / 2) : content);
        return end(around);
    }

    [[nodiscard]] Result<Bytes> seen(const std::string& path) const {
        const auto file = files.find(path);
        if (file == files.end()) {
            return missing(path);
        }
        Bytes content = file->second;
        const auto flip = flips.find(path);
        if (flip != flips.end() && !content.empty()) {
            const std::uint64_t bit = flip->second % (content.size() * 8);
            content[bit / 8] = static_cast<std::uint8_t>(content[bit / 8] ^ (1U << (bit % 8)));
        }
        return content;
    }
};

class FaultyDisk::File final : public DurableFile {
public:
    explicit File(State& state) : state_(state), generation_(state.generation) {}

    Result<void> append(BytesView more) override {
        MN_CHECK(!is_committed_);
        const std::scoped_lock lock(state_.mutex);
        MN_TRY(const auto around, begin());
        mednexus::append(content_, more);
        return state_.end(around);
    }

    Result<void> commit_as(const std::string& path) override {
        MN_CHECK(!is_committed_);
        MN_DO(disk::check_path(path));
        const std::scoped_lock lock(state_.mutex);
        MN_TRY(const auto around, begin());
        MN_DO(state_.put(path, content_, around));
        is_committed_ = true;
        return {};
    }

private:
    [[nodiscard]] Result<std::optional<FaultKind>> begin() {
        MN_TRY(const auto around, state_.begin());
        if (generation_ != state_.generation) {
            return fail(Kind::io, "disk: the file was lost in a crash");
        }
        return around;
    }

    State& state_;
    std::uint64_t generation_;
    Bytes content_;
    bool is_committed_ = false;
};

FaultyDisk::FaultyDisk() : state_(std::make_unique<State>()) {}

FaultyDisk::~FaultyDisk() = default;

std::uint64_t FaultyDisk::operations() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->operations;
}

void FaultyDisk::set_fault(std::optional<Fault> fault) {
    const std::scoped_lock lock(state_->mutex);
    state_->fault = fault;
}

void FaultyDisk::crash() {
    const std::scoped_lock lock(state_->mutex);
    state_->go_down();
}

void FaultyDisk::restart() {
    const std::scoped_lock lock(state_->mutex);
    state_->go_down();
    state_->is_down = false;
    state_->fault.reset();
    state_->operations = 0;
}

void FaultyDisk::flip_bit_on_read(const std::string& path, std::uint64_t bit_index) {
    const std::scoped_lock lock(state_->mutex);
    state_->flips[path] = bit_index;
}

Bytes FaultyDisk::content_of(const std::string& path) const {
    const std::scoped_lock lock(state_->mutex);
    const auto file = state_->files.find(path);
    MN_CHECK(file != state_->files.end());
    return file->second;
}

void FaultyDisk::plant(const std::string& path, BytesView content) {
    const std::scoped_lock lock(state_->mutex);
    state_->make_folders(path);
    state_->files[path] = to_bytes(content);
}

std::vector<std::string> FaultyDisk::paths() const {
    const std::scoped_lock lock(state_->mutex);
    std::vector<std::string> out;
    for (const auto& [path, content] : state_->files) {
        out.push_back(path);
    }
    return out;
}

Result<Bytes> FaultyDisk::read(const std::string& path, std::uint64_t size_bytes_max) const {
    MN_DO(disk::check_path(path));
    const std::scoped_lock lock(state_->mutex);
    MN_TRY(const auto around, state_->begin());
    MN_DO(state_->end(around));  // a read has no effect that a crash could come before
    MN_TRY(Bytes content, state_->seen(path));
    if (content.size() > size_bytes_max) {
        return fail(Kind::invalid, "disk.read: " + path + ": larger than allowed");
    }
    return content;
}

Result<Bytes> FaultyDisk::read_range(const std::string& path,
                                     std::uint64_t offset,
                                     std::uint64_t count) const {
    MN_DO(disk::check_path(path));
    const std::scoped_lock lock(state_->mutex);
    MN_TRY(const auto around, state_->begin());
    MN_DO(state_->end(around));
    MN_TRY(const Bytes content, state_->seen(path));
    if (offset > content.size() || count > content.size() - offset) {
        return fail(Kind::corrupt, "disk.read: " + path + ": the file ends before the range");
    }
    return to_bytes(BytesView(content).subspan(static_cast<std::size_t>(offset),
                                               static_cast<std::size_t>(count)));
}

Result<std::uint64_t> FaultyDisk::size_of(const std::string& path) const {
    MN_DO(disk::check_path(path));
    const std::scoped_lock lock(state_->mutex);
    MN_TRY(const auto around, state_->begin());
    MN_DO(state_->end(around));
    const auto file = state_->files.find(path);
    if (file == state_->files.end()) {
        return missing(path);
    }
    return file->second.size();
}

Result<void> FaultyDisk::write(const std::string& path, BytesView content) {
    MN_DO(disk::check_path(path));
    const std::scoped_lock lock(state_->mutex);
    MN_TRY(const auto around, state_->begin());
    return state_->put(path, content, around);
}

Result<std::unique_ptr<DurableFile>> FaultyDisk::create() {
    const std::scoped_lock lock(state_->mutex);
    MN_TRY(const auto around, state_->begin());
    MN_DO(state_->end(around));
    return std::make_unique<File>(*state_);
}

Result<std::vector<std::string>> FaultyDisk::list(const std::string& folder) const {
    MN_DO(disk::check_folder(folder));
    const std::scoped_lock lock(state_->mutex);
    MN_TRY(const auto around, state_->begin());
    MN_DO(state_->end(around));
    const std::string prefix = folder.empty() ? std::string() : folder + '/';
    std::set<std::string> names;
    const auto add = [&](const std::string& path, std::string_view ending) {
        const bool is_below = path.size() > prefix.size() && path.starts_with(prefix);
        if (is_below && path.find('/', prefix.size()) == std::string::npos) {
            names.insert(path.substr(prefix.size()).append(ending));
        }
    };
    for (const auto& [path, content] : state_->files) {
        add(path, "");
    }
    for (const std::string& path : state_->folders) {
        add(path, "/");
    }
    return std::vector<std::string>(names.begin(), names.end());
}

Result<void> FaultyDisk::remove(const std::string& path) {
    MN_DO(disk::check_path(path));
    const std::scoped_lock lock(state_->mutex);
    MN_TRY(const auto around, state_->begin());
    if (state_->folders.contains(path)) {
        return fail(Kind::io, "disk.remove: " + path + ": is a folder");
    }
    state_->files.erase(path);
    return state_->end(around);
}

}  // namespace mednexus::testing
