// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {BehavesLikeInstitutionGated, Fixture} from "./Fixture.sol";
import {ConsentFixture} from "./ConsentFixture.sol";
import {IConsentRegistry} from "../src/IConsentRegistry.sol";
import {IInstitutionGated} from "../src/IInstitutionGated.sol";

contract ConsentRegistryTest is BehavesLikeInstitutionGated, ConsentFixture {
    uint256 private constant KEY = 1;
    uint256 private constant OTHER_KEY = 2;

    // The order of secp256k1.
    uint256 private constant N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    IConsentRegistry.Grant private grant;
    bytes private signature;

    function setUp() public override(Fixture, ConsentFixture) {
        ConsentFixture.setUp();
        grant = _grantOf(KEY, 1);
        signature = _signGrant(KEY, grant);
    }

    function _gated() internal view override returns (IInstitutionGated) {
        return consents;
    }

    /// @dev The accreditation outlives the first grant, hence one that ends far away.
    function _write() internal override {
        IConsentRegistry.Grant memory long = _grantOf(KEY, 1);
        long.expiresAt = EXPIRY + 1 days;
        _relayGrant(long, _signGrant(KEY, long));
    }

    // --- granting ------------------------------------------------------------------------------

    function test_GrantsAloud() public {
        vm.expectEmit(address(consents));
        emit IConsentRegistry.ConsentGranted(
            grant.handle, grant.commitment, grant.expiresAt, grant.version
        );
        _relayGrantAs(NORTH, grant, signature);
        _assertRecord(grant, IConsentRegistry.State.Granted);
        vm.assertTrue(consents.isInForce(grant.handle));
    }

    function test_KnowsNothingOfOthers() public view {
        IConsentRegistry.Grant memory none;
        none.handle = grant.handle;
        _assertRecord(none, IConsentRegistry.State.None);
        vm.assertFalse(consents.isInForce(grant.handle));
    }

    function test_IsInForceUntilItsExpiry() public {
        _relayGrantAs(NORTH, grant, signature);
        vm.warp(GRANT_EXPIRY - 1);
        vm.assertTrue(consents.isInForce(grant.handle));
        vm.warp(GRANT_EXPIRY);
        vm.assertFalse(consents.isInForce(grant.handle));
    }

    function test_TheSameGrantAgainDoesNothingWhoeverRelaysIt() public {
        _relayGrantAs(NORTH, grant, signature);
        _listen();
        _relayGrantAs(SOUTH, grant, signature);
        vm.warp(GRANT_EXPIRY + 1);
        _relayGrantAs(NORTH, grant, signature);
        _assertQuiet();
        _assertRecord(grant, IConsentRegistry.State.Granted);
    }

    function test_AFrontRunGrantLeavesWhatWasSigned() public {
        // SOUTH saw NORTH's transaction and sent its content first; NORTH's then succeeds quietly.
        _relayGrantAs(SOUTH, grant, signature);
        _relayGrantAs(NORTH, grant, signature);
        _assertRecord(grant, IConsentRegistry.State.Granted);
    }

    function test_AHigherVersionReplaces() public {
        _relayGrantAs(NORTH, grant, signature);
        IConsentRegistry.Grant memory next = _grantOf(KEY, 9);
        next.expiresAt = NOW + 1;
        _grantAs(NORTH, KEY, next);
        _assertRecord(next, IConsentRegistry.State.Granted);
    }

    function test_RefusesToReplayALowerVersion() public {
        _grantAs(NORTH, KEY, _grantOf(KEY, 2));
        _refuses(abi.encodeWithSelector(IConsentRegistry.StaleVersion.selector, grant.handle, 1));
        _relayGrantAs(SOUTH, grant, signature);
        _assertRecord(_grantOf(KEY, 2), IConsentRegistry.State.Granted);
    }

    function test_RefusesTheSameVersionWithOtherContent() public {
        _relayGrantAs(NORTH, grant, signature);
        IConsentRegistry.Grant memory other = _grantOf(KEY, 1);
        other.expiresAt += 1;
        _refusesGrant(
            KEY,
            other,
            abi.encodeWithSelector(IConsentRegistry.StaleVersion.selector, grant.handle, 1)
        );
        other = _grantOf(KEY, 1);
        other.commitment ^= bytes32(uint256(1));
        _refusesGrant(
            KEY,
            other,
            abi.encodeWithSelector(IConsentRegistry.StaleVersion.selector, grant.handle, 1)
        );
    }

    function test_TakesVersionZeroAndTheLastVersion() public {
        _grantAs(NORTH, KEY, _grantOf(KEY, 0));
        _assertRecord(_grantOf(KEY, 0), IConsentRegistry.State.Granted);
        _grantAs(NORTH, KEY, _grantOf(KEY, type(uint32).max));
        _assertRecord(_grantOf(KEY, type(uint32).max), IConsentRegistry.State.Granted);
    }

    function test_RefusesAnExpiryThatIsNotLaterThanTheBlock() public {
        vm.warp(GRANT_EXPIRY);
        _refuses(abi.encodeWithSelector(IConsentRegistry.ExpiryInThePast.selector, GRANT_EXPIRY));
        _relayGrantAs(NORTH, grant, signature);
        vm.warp(GRANT_EXPIRY - 1);
        _relayGrantAs(NORTH, grant, signature);
    }

    function test_RefusesARevocationUnderAGrantsSignature() public {
        _refuses(abi.encodeWithSelector(IConsentRegistry.InvalidSignature.selector, 0));
        _relayRevocation(grant.handle, signature);
        _refuses(abi.encodeWithSelector(IConsentRegistry.InvalidSignature.selector, 0));
        _relayGrantAs(NORTH, grant, _signRevocation(KEY, grant.handle));
    }

    // --- signatures ----------------------------------------------------------------------------

    /// @dev keccak256 by another program (js-sha3), from the EIP-712 rules and docs/formats/chain.md:
    /// chain 31337, the first contract of 0x…d0, key 1.
    function test_SignsTheDigestsThatWereComputedByHand() public {
        vm.assertEq(block.chainid, 31_337);
        vm.assertEq(address(consents), 0xe61244BB1242d392fB53dF4979A62E955a9BC70d);
        grant = IConsentRegistry.Grant({
            handle: 0x0c5600af7c4c5f6cb1e72f92a30eac12c6265f3875050bd21defa0cabdc643f2,
            commitment: 0xc0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0,
            expiresAt: 1_900_000_000,
            version: 7
        });
        bytes32 digest = 0x68857a28be28161558523c5d0e7afd88b9d92cdf5af42217c69d1b92a5c398db;
        vm.assertEq(_grantDigest(grant, block.chainid, address(consents)), digest);
        _relayGrantAs(NORTH, grant, _sign(KEY, digest));
        _assertRecord(grant, IConsentRegistry.State.Granted);
        digest = 0x5bb9e8b8678cae8aadc8aa8ea398cc2fa89c88d296659340e5542433df12a91a;
        _relayRevocation(grant.handle, _sign(KEY, digest));
        _assertRecord(grant, IConsentRegistry.State.Revoked);
    }

    function test_RefusesASignatureByAnotherKey() public {
        _refusesSignature(_signGrant(OTHER_KEY, grant));
    }

    function test_RefusesAHandleThatIsNotTheSigners() public {
        IConsentRegistry.Grant memory taken = _grantOf(KEY, 1);
        taken.handle = _handleOf(OTHER_KEY);
        _refusesGrant(
            KEY, taken, abi.encodeWithSelector(IConsentRegistry.InvalidSignature.selector, 0)
        );
    }

    function test_RefusesEveryFieldThatWasChangedAfterSigning() public {
        IConsentRegistry.Grant memory changed = _grantOf(KEY, 1);
        changed.handle ^= bytes32(uint256(1));
        _refusesSignatureOver(changed, signature);
        changed = _grantOf(KEY, 1);
        changed.commitment ^= bytes32(uint256(1));
        _refusesSignatureOver(changed, signature);
        changed = _grantOf(KEY, 1);
        changed.expiresAt += 1;
        _refusesSignatureOver(changed, signature);
        changed = _grantOf(KEY, 1);
        changed.version += 1;
        _refusesSignatureOver(changed, signature);
    }

    function test_RefusesASignatureForAnotherChainOrAnotherContract() public {
        _refusesSignature(_sign(KEY, _grantDigest(grant, block.chainid + 1, address(consents))));
        _refusesSignature(_sign(KEY, _grantDigest(grant, block.chainid, address(registry))));
    }

    function test_RefusesItsOwnSignatureOnAForkWithAnotherChainId() public {
        vm.chainId(block.chainid + 1);
        _refusesSignature(signature);
        _relayGrantAs(NORTH, grant, _signGrant(KEY, grant));
    }

    function test_RefusesAHighS() public {
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(KEY, _grantDigest(grant, block.chainid, address(consents)));
        _refusesSignature(abi.encodePacked(r, N - uint256(s), 55 - v));
    }

    function test_RefusesAnotherVAndZeroes() public {
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(KEY, _grantDigest(grant, block.chainid, address(consents)));
        _refusesSignature(abi.encodePacked(r, s, v - 27));
        _refusesSignature(abi.encodePacked(r, s, uint8(55 - v)));
        _refusesSignature(abi.encodePacked(r, s, uint8(255)));
        _refusesSignature(new bytes(65));
    }

    function test_RefusesEveryOtherLength() public {
        for (uint256 length = 0; length <= 130; ++length) {
            bytes memory wrong = new bytes(length);
            for (uint256 i = 0; i < length && i < 65; ++i) {
                wrong[i] = signature[i];
            }
            if (length != 65) _refusesSignature(wrong);
        }
    }

    function test_RefusesTheCompactForm() public {
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(KEY, _grantDigest(grant, block.chainid, address(consents)));
        _refusesSignature(abi.encodePacked(r, uint256(s) | (uint256(v - 27) << 255)));
    }

    function test_RefusesAnyFlippedBit(uint16 position) public {
        uint256 bit = position % 520;
        bytes memory flipped = signature;
        flipped[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        _refusesSignature(flipped);
    }

    // --- revoking ------------------------------------------------------------------------------

    function test_RevokesAloudWhoeverRelaysItAndKeepsWhatWasGranted() public {
        _relayGrantAs(NORTH, grant, signature);
        bytes memory revocation = _signRevocation(KEY, grant.handle);
        vm.expectEmit(address(consents));
        emit IConsentRegistry.ConsentRevoked(grant.handle);
        vm.prank(STRANGER);
        _relayRevocation(grant.handle, revocation);
        _assertRecord(grant, IConsentRegistry.State.Revoked);
        vm.assertFalse(consents.isInForce(grant.handle));
    }

    function test_ASecondRevocationDoesNothing() public {
        bytes memory revocation = _signRevocation(KEY, grant.handle);
        _relayRevocation(grant.handle, revocation);
        _listen();
        _relayRevocation(grant.handle, revocation);
        _assertQuiet();
    }

    function test_RefusesToGrantWhatWasRevoked() public {
        _relayGrantAs(NORTH, grant, signature);
        _relayRevocation(grant.handle, _signRevocation(KEY, grant.handle));
        bytes memory problem =
            abi.encodeWithSelector(IConsentRegistry.ConsentIsRevoked.selector, grant.handle);
        _refuses(problem);
        _relayGrantAs(NORTH, grant, signature);
        _refusesGrant(KEY, _grantOf(KEY, 2), problem);
        _assertRecord(grant, IConsentRegistry.State.Revoked);
    }

    function test_RefusesToGrantWhatWasRevokedBeforeItsGrant() public {
        _relayRevocation(grant.handle, _signRevocation(KEY, grant.handle));
        _refuses(abi.encodeWithSelector(IConsentRegistry.ConsentIsRevoked.selector, grant.handle));
        _relayGrantAs(NORTH, grant, signature);
    }

    function test_RefusesARevocationByAnyoneElse() public {
        _relayGrantAs(NORTH, grant, signature);
        bytes memory foreign = _signRevocation(OTHER_KEY, grant.handle);
        _refuses(abi.encodeWithSelector(IConsentRegistry.InvalidSignature.selector, 0));
        _relayRevocation(grant.handle, foreign);
        foreign = _signRevocation(OTHER_KEY, _handleOf(OTHER_KEY));
        _refuses(abi.encodeWithSelector(IConsentRegistry.InvalidSignature.selector, 0));
        _relayRevocation(grant.handle, foreign);
        vm.assertTrue(consents.isInForce(grant.handle));
    }

    // --- helpers -------------------------------------------------------------------------------

    function _relayGrantAs(
        address sender,
        IConsentRegistry.Grant memory relayed,
        bytes memory relayedSignature
    ) private {
        vm.prank(sender);
        _relayGrant(relayed, relayedSignature);
    }

    function _grantAs(address sender, uint256 key, IConsentRegistry.Grant memory relayed) private {
        _relayGrantAs(sender, relayed, _signGrant(key, relayed));
    }

    function _refusesGrant(uint256 key, IConsentRegistry.Grant memory relayed, bytes memory problem)
        private
    {
        bytes memory signed = _signGrant(key, relayed);
        _refuses(problem);
        _relayGrantAs(NORTH, relayed, signed);
    }

    function _refusesSignature(bytes memory wrong) private {
        _refusesSignatureOver(grant, wrong);
    }

    function _refusesSignatureOver(IConsentRegistry.Grant memory relayed, bytes memory wrong)
        private
    {
        _refuses(abi.encodeWithSelector(IConsentRegistry.InvalidSignature.selector, 0));
        _relayGrantAs(NORTH, relayed, wrong);
    }
}
