#pragma once
/// The parties of the demo, as its own steps make them, for tests that go on from there. A step
/// that fails is a failed assertion of the running test. Threads: one.
#include <set>
#include <string>

#include "apps/mednexus/demo/story.hpp"

namespace mednexus::demo {

/// Three institutions with cases, consents, keys and indexes, and a computing node; nobody has
/// asked yet.
class FoundedDemo {
public:
    /// `folder` is made, and holds everything.
    explicit FoundedDemo(const std::string& folder);
    ~FoundedDemo() = default;
    FoundedDemo(const FoundedDemo&) = delete;
    FoundedDemo& operator=(const FoundedDemo&) = delete;
    FoundedDemo(FoundedDemo&&) = delete;
    FoundedDemo& operator=(FoundedDemo&&) = delete;

    [[nodiscard]] bool is_whole() const noexcept { return is_whole_; }

    [[nodiscard]] Story& story() noexcept { return story_; }

    [[nodiscard]] std::string path(const std::string& relative) const {
        return workplace_.path(relative);
    }

private:
    Workplace workplace_;
    Report report_;
    Story story_;
    bool is_whole_ = false;
};

/// Terms, labels, diseases and subjects of the teaching cases: what must not lie about.
[[nodiscard]] std::set<std::string> clinical_words();

}  // namespace mednexus::demo
