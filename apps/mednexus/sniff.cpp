#include "apps/mednexus/sniff.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace mednexus::cli {
namespace {

/// The member names of the first object of a JSON text, or of the first in its array, as far as it
/// goes. Not a parser: of a damaged text it returns what stands before the damage.
class TopLevelKeys {
public:
    explicit TopLevelKeys(std::string_view text) : text_(text) {}

    [[nodiscard]] bool is_array() const noexcept { return level_ > 1; }

    std::set<std::string, std::less<>> read() {
        while (at_ < text_.size() && !is_done_) {
            step();
        }
        return keys_;
    }

private:
    void step() {
        const char c = text_[at_++];
        if (c == '"') {
            read_string();
        } else if (c == '{' || c == '[') {
            level_ = c == '[' && depth_ == 0 ? 2 : level_;
            ++depth_;
        } else if (c == '}' || c == ']') {
            --depth_;
            is_done_ = depth_ < level_;
        }
    }

    void read_string() {
        const auto from = at_;
        while (at_ < text_.size() && text_[at_] != '"') {
            at_ += text_[at_] == '\\' ? 2U : 1U;
        }
        const auto to = std::min(at_, text_.size());
        at_ = to + 1;
        const auto next = text_.find_first_not_of(" \t\r\n", at_);
        if (depth_ == level_ && next != std::string_view::npos && text_[next] == ':') {
            keys_.emplace(text_.substr(from, to - from));
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    int level_ = 1;  ///< where the object's members stand
    bool is_done_ = false;
    std::set<std::string, std::less<>> keys_;
};

bool is_dicom(std::string_view head) {
    constexpr std::size_t kPreambleBytes = 128;  // DICOM PS3.10, section 7.1
    return head.size() >= kPreambleBytes + 4 && head.substr(kPreambleBytes, 4) == "DICM";
}

bool ends_in(std::string_view name, std::string_view ending) {
    return name.size() > ending.size() && name.ends_with(ending);
}

}  // namespace

FileKind sniff(std::string_view file_name, BytesView head) {
    const auto text = text_of(head);
    if (is_dicom(text)) {
        return FileKind::dicom;
    }
    TopLevelKeys object(text);
    const auto keys = object.read();
    const auto has = [&](std::string_view key) { return keys.contains(key); };
    if (has("resourceType")) {
        return FileKind::fhir;
    }
    // A phenopacket has an id beside its subject; an MME request has a patient (v1.1, section 2).
    if (has("patient") && !has("id")) {
        return FileKind::mme;
    }
    const bool is_line = !object.is_array() &&
                         (has("hpo") || has("hpo_excluded") || has("institution") || has("cohort"));
    const bool is_named_so = ends_in(file_name, ".jsonl") || ends_in(file_name, ".ndjson");
    return is_line || is_named_so ? FileKind::case_lines : FileKind::phenopacket;
}

std::string_view name_of(FileKind kind) noexcept {
    constexpr std::array<std::string_view, 5> kNames{
        "phenopacket", "case JSONL", "FHIR resource", "DICOM file", "MME request"};
    return kNames[static_cast<std::size_t>(kind)];
}

bool is_supported(FileKind kind) noexcept {
    return kind == FileKind::phenopacket || kind == FileKind::case_lines;
}

}  // namespace mednexus::cli
