// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title What the registries share that only active institutions write to
/// @dev Both errors are {IInstitutionRegistry}'s, passed on; declared here so that each ABI has
/// them.
interface IInstitutionGated {
    error NotAnInstitution(address account);
    error NotActive(bytes32 institution);

    /// @notice The institution registry that this contract asks. It never changes.
    function institutions() external view returns (address);
}
