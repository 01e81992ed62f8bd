// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IInstitutionGated} from "./IInstitutionGated.sol";

/// @title The state of consents: granted, replaced, revoked
/// @notice A consent has an account of its own, and its handle is
/// `keccak256(abi.encode(keccak256("mednexus/consent-handle/v1"), account))`: only the holder of
/// that account's key can say anything about it. The chain sees a salted commitment, never the
/// consent.
/// @dev Specified in docs/formats/chain.md, section 1. Signatures are EIP-712, 65 bytes r ‖ s ‖ v,
/// low s. Whoever sees a signature may relay it: that changes who pays, never what is recorded.
interface IConsentRegistry is IInstitutionGated {
    enum State {
        None,
        Granted,
        Revoked
    }

    /// @dev Signed as Grant(bytes32 handle,bytes32 commitment,uint64 expiresAt,uint32 version).
    struct Grant {
        bytes32 handle;
        bytes32 commitment;
        uint64 expiresAt;
        uint32 version;
    }

    event ConsentGranted(
        bytes32 indexed handle, bytes32 commitment, uint64 expiresAt, uint32 version
    );
    event ConsentRevoked(bytes32 indexed handle);

    error LengthMismatch();
    /// @dev Over 64.
    error BatchTooLarge(uint256 count);
    /// @dev The signature at `index` is malformed, malleable, or not by the handle's account.
    error InvalidSignature(uint256 index);
    /// @dev Revocation is final.
    error ConsentIsRevoked(bytes32 handle);
    /// @dev `version` is not higher than the stored one, and the grant is not the stored one.
    error StaleVersion(bytes32 handle, uint32 version);
    /// @dev `expiresAt` is not later than the block's time.
    error ExpiryInThePast(uint64 expiresAt);

    /// @notice Records grants that the consents' own accounts signed. All or none.
    /// @dev A grant equal to the stored one does nothing, even after its expiry.
    function grantBatch(Grant[] calldata grants, bytes[] calldata signatures) external;

    /// @notice Records revocations that the consents' own accounts signed, also before any grant.
    /// All or none; anyone relays.
    function revokeBatch(bytes32[] calldata handles, bytes[] calldata signatures) external;

    /// @notice The record of a consent. A revoked one keeps what was last granted.
    function consent(bytes32 handle)
        external
        view
        returns (bytes32 commitment, uint64 expiresAt, uint32 version, State state);

    /// @notice Whether it is granted and has not expired in this block.
    function isInForce(bytes32 handle) external view returns (bool);
}
