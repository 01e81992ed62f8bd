#pragma once
/// The demo's own input, carried inside the program: `mednexus demo` runs from any folder of any
/// machine. Threads: constant data.
#include <span>
#include <string_view>

#include "mednexus/core/bytes.hpp"

namespace mednexus::demo {

struct EmbeddedFile {
    std::string_view path;  ///< below demo/, e.g. "cases/north.example/noonan-boy.json"
    BytesView bytes;        ///< lives as long as the program
};

/// Every file of demo/cases and demo/hpo, sorted by path.
[[nodiscard]] std::span<const EmbeddedFile> demo_files();

}  // namespace mednexus::demo
