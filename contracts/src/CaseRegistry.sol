// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICaseRegistry} from "./ICaseRegistry.sol";
import {IInstitutionRegistry} from "./IInstitutionRegistry.sol";
import {InstitutionGated} from "./InstitutionGated.sol";

/// @dev Described in {ICaseRegistry}.
contract CaseRegistry is ICaseRegistry, InstitutionGated {
    struct Record {
        bytes32 commitment;
        State state;
    }

    uint256 private constant BATCH_MAX = 64;

    mapping(bytes32 institution => mapping(bytes32 handle => Record)) private _records;

    constructor(IInstitutionRegistry registry) InstitutionGated(registry) {}

    /// @inheritdoc ICaseRegistry
    function registerBatch(bytes32[] calldata handles, bytes32[] calldata commitments) external {
        bytes32 own = _activeCaller();
        if (handles.length != commitments.length) revert LengthMismatch();
        _checkBatch(handles.length);
        for (uint256 i = 0; i < handles.length; ++i) {
            _register(own, handles[i], commitments[i]);
        }
    }

    /// @inheritdoc ICaseRegistry
    function tombstoneBatch(bytes32[] calldata handles) external {
        bytes32 own = _activeCaller();
        _checkBatch(handles.length);
        for (uint256 i = 0; i < handles.length; ++i) {
            _tombstone(own, handles[i]);
        }
    }

    /// @inheritdoc ICaseRegistry
    function caseRecord(bytes32 institution, bytes32 handle)
        external
        view
        returns (bytes32 commitment, State state)
    {
        Record storage record = _records[institution][handle];
        return (record.commitment, record.state);
    }

    function _register(bytes32 institution, bytes32 handle, bytes32 commitment) private {
        Record storage record = _records[institution][handle];
        if (record.state == State.Tombstoned) revert CaseTombstonedBefore(handle);
        if (record.state == State.Registered) {
            if (record.commitment != commitment) revert CaseExists(handle);
            return;
        }
        _records[institution][handle] = Record(commitment, State.Registered);
        emit CaseRegistered(institution, handle, commitment);
    }

    function _tombstone(bytes32 institution, bytes32 handle) private {
        Record storage record = _records[institution][handle];
        if (record.state == State.Tombstoned) return;
        _records[institution][handle] = Record(0, State.Tombstoned);
        emit CaseTombstoned(institution, handle);
    }

    function _checkBatch(uint256 count) private pure {
        if (count > BATCH_MAX) revert BatchTooLarge(count);
    }
}
