// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Vm} from "./Vm.sol";
import {IInstitutionGated} from "../src/IInstitutionGated.sol";
import {IInstitutionRegistry} from "../src/IInstitutionRegistry.sol";
import {InstitutionRegistry} from "../src/InstitutionRegistry.sol";

/// @dev A registry with an accreditor and two active institutions.
abstract contract Fixture {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    uint64 internal constant NOW = 1_800_000_000;
    uint64 internal constant EXPIRY = NOW + 365 days;

    address internal constant ADMINISTRATOR = address(0xA1);
    address internal constant ACCREDITOR = address(0xA2);
    address internal constant NORTH = address(0xB1);
    address internal constant SOUTH = address(0xB2);
    address internal constant STRANGER = address(0xC1);

    bytes32 internal constant NORTH_ID = keccak256("north.example");
    bytes32 internal constant SOUTH_ID = keccak256("south.example");
    bytes32 internal constant CARD = keccak256("a card");

    IInstitutionRegistry internal registry;

    function setUp() public virtual {
        vm.warp(NOW);
        registry = new InstitutionRegistry(ADMINISTRATOR);
        vm.prank(ADMINISTRATOR);
        registry.addAccreditor(ACCREDITOR);
        _accredit(NORTH_ID, NORTH);
        _accredit(SOUTH_ID, SOUTH);
    }

    function _accredit(bytes32 institution, address account) internal {
        vm.prank(ACCREDITOR);
        registry.accredit(institution, account, CARD, "https://node.example:8443", EXPIRY);
    }

    /// @dev The next call must revert with exactly this.
    function _refuses(bytes memory problem) internal {
        vm.expectRevert(problem);
    }

    /// @dev Between this and {_assertQuiet} no event may come.
    function _listen() internal {
        vm.recordLogs();
    }

    function _assertQuiet() internal {
        vm.assertEq(vm.getRecordedLogs().length, 0);
    }

    function _words(uint256 count, uint256 salt) internal pure returns (bytes32[] memory words) {
        words = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            words[i] = keccak256(abi.encode(salt, i));
        }
    }

    function _one(bytes32 word) internal pure returns (bytes32[] memory words) {
        words = new bytes32[](1);
        words[0] = word;
    }
}

/// @dev Who may write to a registry that asks the institution registry. Each of them runs all of it.
abstract contract BehavesLikeInstitutionGated is Fixture {
    /// @dev The registry under test.
    function _gated() internal view virtual returns (IInstitutionGated);

    /// @dev One valid write; exactly one call, so that a prank or an expectation meets it.
    function _write() internal virtual;

    function test_NamesTheRegistryThatItAsks() public view {
        vm.assertEq(_gated().institutions(), address(registry));
    }

    function test_TakesAWriteUntilTheLastSecondOfTheAccreditation() public {
        vm.warp(EXPIRY - 1);
        vm.prank(NORTH);
        _write();
    }

    function test_RefusesAWriteAtTheExpiry() public {
        vm.warp(EXPIRY);
        _refusesWrite(NORTH, abi.encodeWithSelector(IInstitutionGated.NotActive.selector, NORTH_ID));
    }

    function test_RefusesAWriteOfAStranger() public {
        _refusesWrite(
            STRANGER, abi.encodeWithSelector(IInstitutionGated.NotAnInstitution.selector, STRANGER)
        );
    }

    function test_RefusesAWriteOfTheAccreditor() public {
        _refusesWrite(
            ACCREDITOR,
            abi.encodeWithSelector(IInstitutionGated.NotAnInstitution.selector, ACCREDITOR)
        );
    }

    function test_RefusesAWriteOfASuspendedInstitutionUntilItIsReinstated() public {
        vm.prank(ACCREDITOR);
        registry.suspend(NORTH_ID);
        _refusesWrite(NORTH, abi.encodeWithSelector(IInstitutionGated.NotActive.selector, NORTH_ID));
        vm.prank(ACCREDITOR);
        registry.reinstate(NORTH_ID);
        vm.prank(NORTH);
        _write();
    }

    function test_RefusesAWriteOfARevokedInstitution() public {
        vm.prank(ACCREDITOR);
        registry.revoke(NORTH_ID);
        _refusesWrite(NORTH, abi.encodeWithSelector(IInstitutionGated.NotActive.selector, NORTH_ID));
    }

    function _refusesWrite(address sender, bytes memory problem) private {
        vm.prank(sender);
        _refuses(problem);
        _write();
    }
}
