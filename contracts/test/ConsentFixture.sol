// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Fixture} from "./Fixture.sol";
import {ConsentRegistry} from "../src/ConsentRegistry.sol";
import {IConsentRegistry} from "../src/IConsentRegistry.sol";

/// @dev Signs for consents. The digests are computed here once more, from docs/formats/chain.md.
abstract contract ConsentFixture is Fixture {
    /// @dev The registry is its first contract, so that its address is known before it exists.
    address internal constant DEPLOYER = address(0xD0);
    uint64 internal constant GRANT_EXPIRY = NOW + 30 days;

    IConsentRegistry internal consents;

    function setUp() public virtual override {
        super.setUp();
        vm.prank(DEPLOYER);
        consents = new ConsentRegistry(registry);
    }

    function _handleOf(uint256 key) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256("mednexus/consent-handle/v1"), vm.addr(key)));
    }

    function _grantOf(uint256 key, uint32 version)
        internal
        pure
        returns (IConsentRegistry.Grant memory)
    {
        bytes32 commitment = keccak256(abi.encode(key, version));
        return IConsentRegistry.Grant(_handleOf(key), commitment, GRANT_EXPIRY, version);
    }

    function _sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _signGrant(uint256 key, IConsentRegistry.Grant memory grant)
        internal
        view
        returns (bytes memory)
    {
        return _sign(key, _grantDigest(grant, block.chainid, address(consents)));
    }

    function _signRevocation(uint256 key, bytes32 handle) internal view returns (bytes memory) {
        return _sign(key, _revocationDigest(handle));
    }

    function _grantDigest(IConsentRegistry.Grant memory grant, uint256 chainId, address verifier)
        internal
        pure
        returns (bytes32)
    {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(
                    "Grant(bytes32 handle,bytes32 commitment,uint64 expiresAt,uint32 version)"
                ),
                grant.handle,
                grant.commitment,
                grant.expiresAt,
                grant.version
            )
        );
        return _typedDigest(structHash, chainId, verifier);
    }

    function _revocationDigest(bytes32 handle) internal view returns (bytes32) {
        bytes32 structHash = keccak256(abi.encode(keccak256("Revocation(bytes32 handle)"), handle));
        return _typedDigest(structHash, block.chainid, address(consents));
    }

    function _typedDigest(bytes32 structHash, uint256 chainId, address verifier)
        private
        pure
        returns (bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("MedNexus ConsentRegistry"),
                keccak256("1"),
                chainId,
                verifier
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    /// @dev Exactly one call of the registry, like {_relayRevocation}.
    function _relayGrant(IConsentRegistry.Grant memory grant, bytes memory signature) internal {
        IConsentRegistry.Grant[] memory grants = new IConsentRegistry.Grant[](1);
        grants[0] = grant;
        consents.grantBatch(grants, _oneBytes(signature));
    }

    function _relayRevocation(bytes32 handle, bytes memory signature) internal {
        consents.revokeBatch(_one(handle), _oneBytes(signature));
    }

    function _relayGrantAs(
        address sender,
        IConsentRegistry.Grant memory relayed,
        bytes memory relayedSignature
    ) internal {
        vm.prank(sender);
        _relayGrant(relayed, relayedSignature);
    }

    function _grantAs(address sender, uint256 key, IConsentRegistry.Grant memory relayed) internal {
        _relayGrantAs(sender, relayed, _signGrant(key, relayed));
    }

    function _refusesGrant(uint256 key, IConsentRegistry.Grant memory relayed, bytes memory problem)
        internal
    {
        bytes memory signed = _signGrant(key, relayed);
        _refuses(problem);
        _relayGrantAs(NORTH, relayed, signed);
    }

    function _oneBytes(bytes memory value) internal pure returns (bytes[] memory values) {
        values = new bytes[](1);
        values[0] = value;
    }

    function _assertRecord(IConsentRegistry.Grant memory grant, IConsentRegistry.State state)
        internal
        view
    {
        (bytes32 commitment, uint64 expiresAt, uint32 version, IConsentRegistry.State s) =
            consents.consent(grant.handle);
        vm.assertEq(commitment, grant.commitment);
        vm.assertEq(expiresAt, grant.expiresAt);
        vm.assertEq(version, grant.version);
        vm.assertEq(uint256(s), uint256(state));
    }
}
