#include "mednexus/service/role.hpp"

namespace mednexus::service {

std::string_view name_of(Role role) noexcept {
    return role == Role::compute ? "compute" : "institution";
}

Result<Role> parse_role(std::string_view name) {
    for (const Role role : {Role::institution, Role::compute}) {
        if (name == name_of(role)) {
            return role;
        }
    }
    return fail(Kind::invalid, "role: neither institution nor compute");
}

}  // namespace mednexus::service
