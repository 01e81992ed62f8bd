/// Runs a fuzz target once over every file of the folders it is given: a fuzz target without
/// libFuzzer. A folder without files is a failure, because a replay of nothing proves nothing.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<std::uint8_t> bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool replay(const fs::path& folder) {
    const auto files = files_of(folder);
    for (const auto& file : files) {
        // Before the run, so that a crash leaves the name of its input.
        std::printf("%s\n", file.filename().c_str());
        std::fflush(stdout);
        const auto bytes = bytes_of(file);
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    }
    std::printf("%zu inputs replayed\n", files.size());
    return !files.empty();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: fuzz_<name> FOLDER…\n");
        return 64;
    }
    try {
        bool all = true;
        for (int i = 1; i < argc; ++i) {
            all = replay(argv[i]) && all;
        }
        return all ? 0 : 1;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "fuzz: error: %s\n", e.what());
        return 74;
    }
}
