#include "mednexus/clinical/issue.hpp"

namespace mednexus::clinical {

Failure fail_with(const Issue& issue) {
    return fail(Kind::invalid, issue.place.empty() ? issue.rule : issue.place + ": " + issue.rule);
}

}  // namespace mednexus::clinical
