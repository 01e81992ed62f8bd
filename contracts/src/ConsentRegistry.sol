// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IConsentRegistry} from "./IConsentRegistry.sol";
import {IInstitutionRegistry} from "./IInstitutionRegistry.sol";
import {InstitutionGated} from "./InstitutionGated.sol";

/// @dev Described in {IConsentRegistry}.
contract ConsentRegistry is IConsentRegistry, InstitutionGated, EIP712 {
    struct Record {
        bytes32 commitment;
        uint64 expiresAt;
        uint32 version;
        State state;
    }

    bytes32 private constant HANDLE_DOMAIN = keccak256("mednexus/consent-handle/v1");
    bytes32 private constant GRANT_TYPEHASH =
        keccak256("Grant(bytes32 handle,bytes32 commitment,uint64 expiresAt,uint32 version)");
    bytes32 private constant REVOCATION_TYPEHASH = keccak256("Revocation(bytes32 handle)");
    uint256 private constant BATCH_MAX = 64;

    mapping(bytes32 handle => Record) private _records;

    constructor(IInstitutionRegistry registry)
        InstitutionGated(registry)
        EIP712("MedNexus ConsentRegistry", "1")
    {}

    /// @inheritdoc IConsentRegistry
    function grantBatch(Grant[] calldata grants, bytes[] calldata signatures) external {
        _activeCaller();
        _checkBatch(grants.length, signatures.length);
        for (uint256 i = 0; i < grants.length; ++i) {
            bytes32 structHash = keccak256(
                abi.encode(
                    GRANT_TYPEHASH,
                    grants[i].handle,
                    grants[i].commitment,
                    grants[i].expiresAt,
                    grants[i].version
                )
            );
            _checkSignature(i, grants[i].handle, structHash, signatures[i]);
            _grant(grants[i]);
        }
    }

    /// @inheritdoc IConsentRegistry
    function revokeBatch(bytes32[] calldata handles, bytes[] calldata signatures) external {
        _checkBatch(handles.length, signatures.length);
        for (uint256 i = 0; i < handles.length; ++i) {
            bytes32 structHash = keccak256(abi.encode(REVOCATION_TYPEHASH, handles[i]));
            _checkSignature(i, handles[i], structHash, signatures[i]);
            _revoke(handles[i]);
        }
    }

    /// @inheritdoc IConsentRegistry
    function consent(bytes32 handle)
        external
        view
        returns (bytes32 commitment, uint64 expiresAt, uint32 version, State state)
    {
        Record storage record = _records[handle];
        return (record.commitment, record.expiresAt, record.version, record.state);
    }

    /// @inheritdoc IConsentRegistry
    function isInForce(bytes32 handle) external view returns (bool) {
        Record storage record = _records[handle];
        return record.state == State.Granted && block.timestamp < record.expiresAt;
    }

    function _grant(Grant calldata grant) private {
        Record storage record = _records[grant.handle];
        if (record.state == State.Revoked) revert ConsentIsRevoked(grant.handle);
        if (record.state == State.Granted) {
            if (_isStored(record, grant)) return;
            if (grant.version <= record.version) revert StaleVersion(grant.handle, grant.version);
        }
        if (block.timestamp >= grant.expiresAt) revert ExpiryInThePast(grant.expiresAt);
        _records[grant.handle] =
            Record(grant.commitment, grant.expiresAt, grant.version, State.Granted);
        emit ConsentGranted(grant.handle, grant.commitment, grant.expiresAt, grant.version);
    }

    function _revoke(bytes32 handle) private {
        Record storage record = _records[handle];
        if (record.state == State.Revoked) return;
        record.state = State.Revoked;
        emit ConsentRevoked(handle);
    }

    /// @dev Any length but 65, a high s and an odd v are refused inside; none of these reverts
    /// there.
    function _checkSignature(
        uint256 index,
        bytes32 handle,
        bytes32 structHash,
        bytes calldata signature
    ) private view {
        (address account, ECDSA.RecoverError problem,) =
            ECDSA.tryRecoverCalldata(_hashTypedDataV4(structHash), signature);
        bool isSound = problem == ECDSA.RecoverError.NoError
            && keccak256(abi.encode(HANDLE_DOMAIN, account)) == handle;
        if (!isSound) revert InvalidSignature(index);
    }

    function _isStored(Record storage record, Grant calldata grant) private view returns (bool) {
        return record.version == grant.version && record.expiresAt == grant.expiresAt
            && record.commitment == grant.commitment;
    }

    function _checkBatch(uint256 count, uint256 signatureCount) private pure {
        if (count != signatureCount) revert LengthMismatch();
        if (count > BATCH_MAX) revert BatchTooLarge(count);
    }
}
