// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IInstitutionGated} from "./IInstitutionGated.sol";
import {IInstitutionRegistry} from "./IInstitutionRegistry.sol";

/// @dev Described in {IInstitutionGated}.
abstract contract InstitutionGated is IInstitutionGated {
    IInstitutionRegistry private immutable _institutions;

    constructor(IInstitutionRegistry registry) {
        _institutions = registry;
    }

    /// @inheritdoc IInstitutionGated
    function institutions() external view returns (address) {
        return address(_institutions);
    }

    /// @dev The caller's institution, active in this block, or a refusal.
    function _activeCaller() internal view returns (bytes32) {
        return _institutions.requireActive(msg.sender);
    }
}
