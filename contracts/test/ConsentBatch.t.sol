// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ConsentFixture} from "./ConsentFixture.sol";
import {IConsentRegistry} from "../src/IConsentRegistry.sol";

/// @dev Whole batches: limits, all or nothing, any mixture.
contract ConsentBatchTest is ConsentFixture {
    function test_Takes64AndRefuses65() public {
        (IConsentRegistry.Grant[] memory grants, bytes[] memory signatures) = _batch(64, 1);
        vm.prank(NORTH);
        consents.grantBatch(grants, signatures);
        _assertRecord(grants[63], IConsentRegistry.State.Granted);
        (grants, signatures) = _batch(65, 2);
        vm.prank(NORTH);
        _refuses(abi.encodeWithSelector(IConsentRegistry.BatchTooLarge.selector, 65));
        consents.grantBatch(grants, signatures);
    }

    function test_Revokes64AndRefuses65() public {
        (bytes32[] memory handles, bytes[] memory signatures) = _revocations(64);
        consents.revokeBatch(handles, signatures);
        (handles, signatures) = _revocations(65);
        _refuses(abi.encodeWithSelector(IConsentRegistry.BatchTooLarge.selector, 65));
        consents.revokeBatch(handles, signatures);
    }

    function test_RefusesListsOfUnequalLength() public {
        (IConsentRegistry.Grant[] memory grants,) = _batch(2, 1);
        bytes memory problem = abi.encodeWithSelector(IConsentRegistry.LengthMismatch.selector);
        vm.prank(NORTH);
        _refuses(problem);
        consents.grantBatch(grants, new bytes[](1));
        vm.prank(NORTH);
        _refuses(problem);
        consents.grantBatch(grants, new bytes[](3));
        _refuses(problem);
        consents.revokeBatch(_words(1, 0), new bytes[](0));
    }

    function test_AnEmptyBatchDoesNothing() public {
        _listen();
        vm.prank(NORTH);
        consents.grantBatch(new IConsentRegistry.Grant[](0), new bytes[](0));
        consents.revokeBatch(new bytes32[](0), new bytes[](0));
        _assertQuiet();
    }

    function test_TheSameGrantTwiceInABatchIsOneGrant() public {
        (IConsentRegistry.Grant[] memory grants, bytes[] memory signatures) = _batch(2, 1);
        (grants[1], signatures[1]) = (grants[0], signatures[0]);
        _listen();
        vm.prank(NORTH);
        consents.grantBatch(grants, signatures);
        vm.assertEq(vm.getRecordedLogs().length, 1);
    }

    function test_NamesTheBadSignatureAndChangesNothing(uint8 size, uint8 bad, uint8 position)
        public
    {
        uint256 count = 1 + size % 64;
        uint256 at = bad % count;
        (IConsentRegistry.Grant[] memory grants, bytes[] memory signatures) = _batch(count, 1);
        signatures[at][position % 65] ^= 0x40;
        vm.prank(NORTH);
        _refuses(abi.encodeWithSelector(IConsentRegistry.InvalidSignature.selector, at));
        consents.grantBatch(grants, signatures);
        for (uint256 i = 0; i < count; ++i) {
            vm.assertFalse(consents.isInForce(grants[i].handle));
        }
    }

    function test_SwappedSignaturesAreRefused() public {
        (IConsentRegistry.Grant[] memory grants, bytes[] memory signatures) = _batch(3, 1);
        (signatures[1], signatures[2]) = (signatures[2], signatures[1]);
        vm.prank(NORTH);
        _refuses(abi.encodeWithSelector(IConsentRegistry.InvalidSignature.selector, 1));
        consents.grantBatch(grants, signatures);
    }

    function test_ARevocationSentAheadStopsTheWholeGrantBatch() public {
        (IConsentRegistry.Grant[] memory grants, bytes[] memory signatures) = _batch(3, 1);
        bytes32 handle = grants[1].handle;
        _relayRevocation(handle, _signRevocation(2, handle));
        vm.prank(NORTH);
        _refuses(abi.encodeWithSelector(IConsentRegistry.ConsentIsRevoked.selector, handle));
        consents.grantBatch(grants, signatures);
        vm.assertFalse(consents.isInForce(grants[0].handle));
    }

    function test_AnyBatchCanBeRepeatedAndRevokedInParts(uint8 size, uint32 version, uint64 revoked)
        public
    {
        uint256 count = size % 65;
        (IConsentRegistry.Grant[] memory grants, bytes[] memory signatures) = _batch(count, version);
        vm.prank(SOUTH);
        consents.grantBatch(grants, signatures);
        _listen();
        vm.prank(NORTH);
        consents.grantBatch(grants, signatures);
        _assertQuiet();
        for (uint256 i = 0; i < count; ++i) {
            if (!_isPicked(revoked, i)) continue;
            _relayRevocation(grants[i].handle, _signRevocation(i + 1, grants[i].handle));
        }
        for (uint256 i = 0; i < count; ++i) {
            IConsentRegistry.State state = _isPicked(revoked, i)
                ? IConsentRegistry.State.Revoked
                : IConsentRegistry.State.Granted;
            _assertRecord(grants[i], state);
            vm.assertTrue(consents.isInForce(grants[i].handle) != _isPicked(revoked, i));
        }
    }

    function _isPicked(uint64 mask, uint256 index) private pure returns (bool) {
        return (mask >> index) & 1 == 1;
    }

    /// @dev Grants under the keys 1, 2, …
    function _batch(uint256 count, uint32 version)
        private
        view
        returns (IConsentRegistry.Grant[] memory grants, bytes[] memory signatures)
    {
        grants = new IConsentRegistry.Grant[](count);
        signatures = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            grants[i] = _grantOf(i + 1, version);
            signatures[i] = _signGrant(i + 1, grants[i]);
        }
    }

    function _revocations(uint256 count)
        private
        view
        returns (bytes32[] memory handles, bytes[] memory signatures)
    {
        handles = new bytes32[](count);
        signatures = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            handles[i] = _handleOf(i + 1);
            signatures[i] = _signRevocation(i + 1, handles[i]);
        }
    }
}
