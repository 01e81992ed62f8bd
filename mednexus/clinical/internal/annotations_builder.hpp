#pragma once
/// Collects annotation rows in any order and makes them canonical: diseases, references and rows
/// sorted, exact duplicates merged.
#include <string>
#include <string_view>
#include <unordered_map>

#include "mednexus/clinical/annotations.hpp"

namespace mednexus::clinical {

/// One row as its file has it.
struct AnnotationText {
    std::string_view disease_id;
    std::string_view disease_name;
    std::string_view term;
    std::string_view frequency;
    std::string_view aspect;
    std::string_view reference;
    bool negated = false;
};

class AnnotationsBuilder {
public:
    /// Errors   invalid: the rule, without a place
    [[nodiscard]] Result<void> add(const AnnotationText& row);
    /// Errors   invalid: no row, or no release
    [[nodiscard]] Result<Annotations> finish(std::string release);

private:
    [[nodiscard]] std::uint32_t disease_at(std::string_view id, std::string_view name);
    [[nodiscard]] std::uint32_t reference_at(std::string_view text);
    void sort_diseases();
    void sort_references();

    Annotations out_;
    std::unordered_map<std::string, std::uint32_t> diseases_;
    std::unordered_map<std::string, std::uint32_t> references_;
    std::uint32_t last_disease_ = 0;
};

}  // namespace mednexus::clinical
