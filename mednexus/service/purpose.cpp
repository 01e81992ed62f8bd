#include "mednexus/service/purpose.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace mednexus::service {

namespace {

constexpr std::array<std::pair<Purpose, std::string_view>, 4> kCodes{{
    {Purpose::general_research, "DUO:0000042"},
    {Purpose::biomedical_research, "DUO:0000006"},
    {Purpose::disease_specific, "DUO:0000007"},
    {Purpose::clinical_care, "DUO:0000043"},
}};

}  // namespace

Result<Purpose> parse_purpose(std::string_view code) {
    for (const auto& [purpose, known] : kCodes) {
        if (code == known) {
            return purpose;
        }
    }
    return fail(Kind::invalid,
                "purpose: not a DUO code we know (DUO:0000042, 0000006, 0000007, 0000043)");
}

std::string_view code_of(Purpose purpose) noexcept {
    return kCodes.at(static_cast<std::size_t>(purpose)).second;
}

bool covers(Purpose granted, Purpose asked) noexcept {
    switch (granted) {
        case Purpose::general_research:
            return asked != Purpose::clinical_care;
        case Purpose::biomedical_research:
            return asked == Purpose::biomedical_research || asked == Purpose::disease_specific;
        case Purpose::disease_specific:
        case Purpose::clinical_care:
            return asked == granted;
    }
    return false;
}

bool covers(std::span<const Purpose> granted, Purpose asked) noexcept {
    return std::any_of(
        granted.begin(), granted.end(), [&](Purpose one) { return covers(one, asked); });
}

Result<std::vector<Purpose>> parse_purposes(std::span<const std::string> codes) {
    std::vector<Purpose> out;
    for (const std::string& code : codes) {
        MN_TRY(const Purpose purpose, parse_purpose(code));
        if (std::find(out.begin(), out.end(), purpose) != out.end()) {
            return fail(Kind::invalid, "purpose: one code stands twice");
        }
        out.push_back(purpose);
    }
    if (out.empty()) {
        return fail(Kind::invalid, "purpose: at least one code is needed");
    }
    return out;
}

}  // namespace mednexus::service
