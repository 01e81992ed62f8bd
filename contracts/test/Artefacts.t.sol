// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ConsentFixture} from "./ConsentFixture.sol";
import {IAnchorRegistry} from "../src/IAnchorRegistry.sol";
import {ICaseRegistry} from "../src/ICaseRegistry.sol";
import {IConsentRegistry} from "../src/IConsentRegistry.sol";
import {IInstitutionRegistry} from "../src/IInstitutionRegistry.sol";

/// @dev Deploys what is checked in under abi/, as the C++ side does, and walks the main road once.
contract ArtefactsTest is ConsentFixture {
    IAnchorRegistry private anchors;
    ICaseRegistry private cases;

    function setUp() public override {
        vm.warp(NOW);
        registry = IInstitutionRegistry(_deploy("InstitutionRegistry", abi.encode(ADMINISTRATOR)));
        bytes memory ofRegistry = abi.encode(registry);
        consents = IConsentRegistry(_deploy("ConsentRegistry", ofRegistry));
        cases = ICaseRegistry(_deploy("CaseRegistry", ofRegistry));
        anchors = IAnchorRegistry(_deploy("AnchorRegistry", ofRegistry));
        vm.prank(ADMINISTRATOR);
        registry.addAccreditor(ACCREDITOR);
        _accredit(NORTH_ID, NORTH);
    }

    function test_TheCheckedInCodeDoesTheMainRoad() public {
        IConsentRegistry.Grant memory grant = _grantOf(1, 1);
        bytes memory signature = _signGrant(1, grant);
        vm.startPrank(NORTH);
        _relayGrant(grant, signature);
        cases.registerBatch(_words(2, 0), _words(2, 1));
        cases.tombstoneBatch(_one(_words(2, 0)[1]));
        anchors.anchor(3, keccak256("root"));
        vm.stopPrank();
        vm.assertTrue(consents.isInForce(grant.handle));
        _relayRevocation(grant.handle, _signRevocation(1, grant.handle));
        _assertRecord(grant, IConsentRegistry.State.Revoked);
        (bytes32 commitment, ICaseRegistry.State state) =
            cases.caseRecord(NORTH_ID, _words(2, 0)[0]);
        vm.assertEq(commitment, _words(2, 1)[0]);
        vm.assertEq(uint256(state), uint256(ICaseRegistry.State.Registered));
        (uint64 size,,) = anchors.latest(NORTH_ID);
        vm.assertEq(size, 3);
    }

    function test_TheCheckedInCodeRefusesAStranger() public {
        bytes memory problem =
            abi.encodeWithSelector(IInstitutionRegistry.NotAnInstitution.selector, STRANGER);
        vm.startPrank(STRANGER);
        _refuses(problem);
        anchors.anchor(3, keccak256("root"));
        _refuses(problem);
        cases.registerBatch(_words(1, 0), _words(1, 0));
        _refuses(problem);
        consents.grantBatch(new IConsentRegistry.Grant[](0), new bytes[](0));
    }

    function _deploy(string memory name, bytes memory arguments) private returns (address made) {
        string memory line = vm.readLine(string.concat("abi/", name, ".bin"));
        bytes memory code = bytes.concat(vm.parseBytes(string.concat("0x", line)), arguments);
        assembly ("memory-safe") {
            made := create(0, add(code, 0x20), mload(code))
        }
        vm.assertTrue(made != address(0));
    }
}
