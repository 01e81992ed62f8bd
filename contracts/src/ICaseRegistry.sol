// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IInstitutionGated} from "./IInstitutionGated.sol";

/// @title Which cases an institution holds, and which it has erased
/// @notice Handles and commitments are salted; records are kept per institution, so nobody can take
/// another's handle. A tombstone is final and may come before its registration.
/// @dev Specified in docs/formats/chain.md, section 1.
interface ICaseRegistry is IInstitutionGated {
    enum State {
        None,
        Registered,
        Tombstoned
    }

    event CaseRegistered(bytes32 indexed institution, bytes32 indexed handle, bytes32 commitment);
    event CaseTombstoned(bytes32 indexed institution, bytes32 indexed handle);

    error LengthMismatch();
    /// @dev Over 64.
    error BatchTooLarge(uint256 count);
    /// @dev Registered by this institution with another commitment.
    error CaseExists(bytes32 handle);
    error CaseTombstonedBefore(bytes32 handle);

    /// @notice Registers cases of the caller's institution. All or none; the same again does
    /// nothing.
    function registerBatch(bytes32[] calldata handles, bytes32[] calldata commitments) external;

    /// @notice Ends cases of the caller's institution and clears their commitments.
    function tombstoneBatch(bytes32[] calldata handles) external;

    /// @notice The record of a case; the commitment of a tombstoned one is zero.
    function caseRecord(bytes32 institution, bytes32 handle)
        external
        view
        returns (bytes32 commitment, State state);
}
