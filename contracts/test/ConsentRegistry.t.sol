// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {BehavesLikeInstitutionGated, Fixture} from "./Fixture.sol";
import {ConsentFixture} from "./ConsentFixture.sol";
import {IConsentRegistry} from "../src/IConsentRegistry.sol";
import {IInstitutionGated} from "../src/IInstitutionGated.sol";

contract ConsentRegistryTest is BehavesLikeInstitutionGated, ConsentFixture {
    uint256 private constant KEY = 1;
    uint256 private constant OTHER_KEY = 2;

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
}
