// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {BehavesLikeInstitutionGated} from "./Fixture.sol";
import {CaseRegistry} from "../src/CaseRegistry.sol";
import {ICaseRegistry} from "../src/ICaseRegistry.sol";
import {IInstitutionGated} from "../src/IInstitutionGated.sol";

contract CaseRegistryTest is BehavesLikeInstitutionGated {
    bytes32 private constant HANDLE = keccak256("a handle");
    bytes32 private constant COMMITMENT = keccak256("a commitment");

    ICaseRegistry private cases;

    function setUp() public override {
        super.setUp();
        cases = new CaseRegistry(registry);
    }

    function _gated() internal view override returns (IInstitutionGated) {
        return cases;
    }

    function _write() internal override {
        cases.registerBatch(_one(HANDLE), _one(COMMITMENT));
    }

    function test_RegistersAloud() public {
        vm.expectEmit(address(cases));
        emit ICaseRegistry.CaseRegistered(NORTH_ID, HANDLE, COMMITMENT);
        _register(NORTH, HANDLE, COMMITMENT);
        _assertRecord(NORTH_ID, HANDLE, COMMITMENT, ICaseRegistry.State.Registered);
    }

    function test_KnowsNothingOfOthers() public view {
        _assertRecord(NORTH_ID, HANDLE, 0, ICaseRegistry.State.None);
    }

    function test_TheSameRegistrationAgainDoesNothing() public {
        _register(NORTH, HANDLE, COMMITMENT);
        _listen();
        _register(NORTH, HANDLE, COMMITMENT);
        _assertQuiet();
    }

    function test_RefusesAnotherCommitmentForAHandle() public {
        _register(NORTH, HANDLE, COMMITMENT);
        _refusesRegistration(ICaseRegistry.CaseExists.selector, COMMITMENT ^ bytes32(uint256(1)));
        _assertRecord(NORTH_ID, HANDLE, COMMITMENT, ICaseRegistry.State.Registered);
    }

    function test_AZeroCommitmentIsACommitment() public {
        _register(NORTH, HANDLE, 0);
        _assertRecord(NORTH_ID, HANDLE, 0, ICaseRegistry.State.Registered);
        _refusesRegistration(ICaseRegistry.CaseExists.selector, COMMITMENT);
    }

    function test_NobodyTakesAnothersHandle() public {
        _register(SOUTH, HANDLE, keccak256("front run"));
        _tombstone(SOUTH, HANDLE);
        _register(NORTH, HANDLE, COMMITMENT);
        _assertRecord(NORTH_ID, HANDLE, COMMITMENT, ICaseRegistry.State.Registered);
        _assertRecord(SOUTH_ID, HANDLE, 0, ICaseRegistry.State.Tombstoned);
    }

    function test_TombstonesAloudAndForgetsTheCommitment() public {
        _register(NORTH, HANDLE, COMMITMENT);
        vm.expectEmit(address(cases));
        emit ICaseRegistry.CaseTombstoned(NORTH_ID, HANDLE);
        _tombstone(NORTH, HANDLE);
        _assertRecord(NORTH_ID, HANDLE, 0, ICaseRegistry.State.Tombstoned);
    }

    function test_ASecondTombstoneDoesNothing() public {
        _tombstone(NORTH, HANDLE);
        _listen();
        _tombstone(NORTH, HANDLE);
        _assertQuiet();
    }

    function test_RefusesToRegisterWhatWasTombstoned() public {
        _register(NORTH, HANDLE, COMMITMENT);
        _tombstone(NORTH, HANDLE);
        _refusesRegistration(ICaseRegistry.CaseTombstonedBefore.selector, COMMITMENT);
    }

    function test_RefusesToRegisterWhatWasTombstonedBeforeItsRegistration() public {
        _tombstone(NORTH, HANDLE);
        _refusesRegistration(ICaseRegistry.CaseTombstonedBefore.selector, COMMITMENT);
        _refusesRegistration(ICaseRegistry.CaseTombstonedBefore.selector, 0);
    }

    function test_RefusesATombstoneOfAnyoneButAnActiveInstitution() public {
        vm.prank(STRANGER);
        _refuses(abi.encodeWithSelector(IInstitutionGated.NotAnInstitution.selector, STRANGER));
        cases.tombstoneBatch(_one(HANDLE));
        vm.prank(ACCREDITOR);
        registry.suspend(NORTH_ID);
        vm.prank(NORTH);
        _refuses(abi.encodeWithSelector(IInstitutionGated.NotActive.selector, NORTH_ID));
        cases.tombstoneBatch(_one(HANDLE));
    }

    function test_RefusesListsOfUnequalLength() public {
        vm.startPrank(NORTH);
        _refuses(abi.encodeWithSelector(ICaseRegistry.LengthMismatch.selector));
        cases.registerBatch(_words(2, 0), _words(1, 0));
        _refuses(abi.encodeWithSelector(ICaseRegistry.LengthMismatch.selector));
        cases.registerBatch(_words(0, 0), _words(1, 0));
    }

    function test_Takes64AndRefuses65() public {
        vm.startPrank(NORTH);
        cases.registerBatch(_words(64, 0), _words(64, 1));
        cases.tombstoneBatch(_words(64, 0));
        _refuses(abi.encodeWithSelector(ICaseRegistry.BatchTooLarge.selector, 65));
        cases.registerBatch(_words(65, 2), _words(65, 3));
        _refuses(abi.encodeWithSelector(ICaseRegistry.BatchTooLarge.selector, 65));
        cases.tombstoneBatch(_words(65, 2));
    }

    function test_AnEmptyBatchDoesNothing() public {
        _listen();
        vm.startPrank(NORTH);
        cases.registerBatch(_words(0, 0), _words(0, 0));
        cases.tombstoneBatch(_words(0, 0));
        _assertQuiet();
    }

    function test_ABatchWithOneBadEntryChangesNothing() public {
        bytes32[] memory handles = _words(3, 0);
        _tombstone(NORTH, handles[2]);
        vm.prank(NORTH);
        _refuses(abi.encodeWithSelector(ICaseRegistry.CaseTombstonedBefore.selector, handles[2]));
        cases.registerBatch(handles, _words(3, 1));
        _assertRecord(NORTH_ID, handles[0], 0, ICaseRegistry.State.None);
        _assertRecord(NORTH_ID, handles[1], 0, ICaseRegistry.State.None);
    }

    function test_TombstonesHoldInAnyOrder(uint8 count, uint256 salt, uint64 early, uint64 late)
        public
    {
        bytes32[] memory handles = _words(count % 65, salt);
        _tombstoneSome(handles, early);
        for (uint256 i = 0; i < handles.length; ++i) {
            if (_isPicked(early, i)) {
                vm.prank(NORTH);
                _refuses(
                    abi.encodeWithSelector(ICaseRegistry.CaseTombstonedBefore.selector, handles[i])
                );
                cases.registerBatch(_one(handles[i]), _one(COMMITMENT));
            } else {
                _register(NORTH, handles[i], COMMITMENT);
            }
        }
        _tombstoneSome(handles, late);
        for (uint256 i = 0; i < handles.length; ++i) {
            bool isGone = _isPicked(early, i) || _isPicked(late, i);
            _assertRecord(
                NORTH_ID,
                handles[i],
                isGone ? bytes32(0) : COMMITMENT,
                isGone ? ICaseRegistry.State.Tombstoned : ICaseRegistry.State.Registered
            );
        }
    }

    function _isPicked(uint64 mask, uint256 index) private pure returns (bool) {
        return (mask >> index) & 1 == 1;
    }

    function _tombstoneSome(bytes32[] memory handles, uint64 mask) private {
        for (uint256 i = 0; i < handles.length; ++i) {
            if (_isPicked(mask, i)) _tombstone(NORTH, handles[i]);
        }
    }

    function _register(address sender, bytes32 handle, bytes32 commitment) private {
        vm.prank(sender);
        cases.registerBatch(_one(handle), _one(commitment));
    }

    function _tombstone(address sender, bytes32 handle) private {
        vm.prank(sender);
        cases.tombstoneBatch(_one(handle));
    }

    function _refusesRegistration(bytes4 problem, bytes32 commitment) private {
        vm.prank(NORTH);
        _refuses(abi.encodeWithSelector(problem, HANDLE));
        cases.registerBatch(_one(HANDLE), _one(commitment));
    }

    function _assertRecord(
        bytes32 institution,
        bytes32 handle,
        bytes32 commitment,
        ICaseRegistry.State state
    ) private view {
        (bytes32 c, ICaseRegistry.State s) = cases.caseRecord(institution, handle);
        vm.assertEq(c, commitment);
        vm.assertEq(uint256(s), uint256(state));
    }
}
