// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ConsentFixture} from "./ConsentFixture.sol";
import {IConsentRegistry} from "../src/IConsentRegistry.sol";

/// @dev Grants and revokes for a few consents in any order, with time passing, and remembers what the
/// registry took.
contract ConsentWriter is ConsentFixture {
    uint256 public constant COUNT = 4;

    mapping(uint256 index => bool) public wasRevoked;
    mapping(uint256 index => uint32) public highest;
    mapping(uint256 index => uint64) public latestExpiry;

    constructor(IConsentRegistry consents_) {
        consents = consents_;
    }

    function setUp() public override {}

    function grant(uint8 who, uint8 version, uint16 ahead) external {
        uint256 index = who % COUNT;
        IConsentRegistry.Grant memory one = _grantOf(index + 1, version);
        one.expiresAt = uint64(block.timestamp) + ahead;
        _relayGrant(one, _signGrant(index + 1, one));
        highest[index] = version;
        latestExpiry[index] = one.expiresAt;
    }

    /// @dev Seldom, so that versions are also replaced.
    function revoke(uint16 who) external {
        if (who % 16 >= COUNT) return;
        uint256 index = who % 16;
        _relayRevocation(handleAt(index), _signRevocation(index + 1, handleAt(index)));
        wasRevoked[index] = true;
    }

    function wait_(uint16 seconds_) external {
        vm.warp(block.timestamp + seconds_);
    }

    function handleAt(uint256 index) public pure returns (bytes32) {
        return _handleOf(index + 1);
    }
}

contract ConsentInvariant is ConsentFixture {
    ConsentWriter private writer;

    function setUp() public override {
        super.setUp();
        writer = new ConsentWriter(consents);
        _accredit(keccak256("writer"), address(writer));
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(writer);
    }

    function invariant_RevokedStaysRevoked() public view {
        for (uint256 i = 0; i < writer.COUNT(); ++i) {
            if (!writer.wasRevoked(i)) continue;
            (,,, IConsentRegistry.State state) = consents.consent(writer.handleAt(i));
            vm.assertEq(uint256(state), uint256(IConsentRegistry.State.Revoked));
            vm.assertFalse(consents.isInForce(writer.handleAt(i)));
        }
    }

    /// @dev The writer remembers the last version that was taken; were a lower one ever taken, or the
    /// record changed without a grant, the two would differ.
    function invariant_TheRecordIsTheLastGrantThatWasTaken() public view {
        for (uint256 i = 0; i < writer.COUNT(); ++i) {
            (, uint64 expiresAt, uint32 version,) = consents.consent(writer.handleAt(i));
            vm.assertEq(version, writer.highest(i));
            vm.assertEq(expiresAt, writer.latestExpiry(i));
        }
    }

    function invariant_NothingIsInForceAfterItsExpiry() public view {
        for (uint256 i = 0; i < writer.COUNT(); ++i) {
            if (block.timestamp < writer.latestExpiry(i)) continue;
            vm.assertFalse(consents.isInForce(writer.handleAt(i)));
        }
    }
}
