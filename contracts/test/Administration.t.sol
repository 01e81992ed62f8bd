// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

import {Fixture} from "./Fixture.sol";
import {IInstitutionRegistry} from "../src/IInstitutionRegistry.sol";
import {InstitutionRegistry} from "../src/InstitutionRegistry.sol";

/// @dev Who names accreditors, and who names who names them.
contract AdministrationTest is Fixture {
    function test_AddsAndRemovesAnAccreditorAloudAndOnce() public {
        vm.startPrank(ADMINISTRATOR);
        vm.expectEmit(address(registry));
        emit IInstitutionRegistry.AccreditorAdded(STRANGER);
        registry.addAccreditor(STRANGER);
        vm.expectEmit(address(registry));
        emit IInstitutionRegistry.AccreditorRemoved(STRANGER);
        registry.removeAccreditor(STRANGER);
        _listen();
        registry.removeAccreditor(STRANGER);
        registry.addAccreditor(ACCREDITOR);
        _assertQuiet();
    }

    function test_ARemovedAccreditorLosesItsRightAndItsWorkStays() public {
        vm.prank(ADMINISTRATOR);
        registry.removeAccreditor(ACCREDITOR);
        vm.prank(ACCREDITOR);
        _refuses(abi.encodeWithSelector(IInstitutionRegistry.NotAccreditor.selector, ACCREDITOR));
        registry.suspend(NORTH_ID);
        vm.assertEq(registry.requireActive(NORTH), NORTH_ID);
    }

    function test_RefusesAccreditorsNamedByAnyoneButTheAdministrator(address other) public {
        vm.assume(other != ADMINISTRATOR);
        bytes memory problem =
            abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, other);
        vm.startPrank(other);
        _refuses(problem);
        registry.addAccreditor(other);
        _refuses(problem);
        registry.removeAccreditor(ACCREDITOR);
    }

    function test_HandsTheAdministrationOverInTwoSteps() public {
        Ownable2Step owned = Ownable2Step(address(registry));
        vm.prank(ADMINISTRATOR);
        owned.transferOwnership(STRANGER);
        vm.assertEq(owned.owner(), ADMINISTRATOR);
        vm.prank(STRANGER);
        owned.acceptOwnership();
        vm.assertEq(owned.owner(), STRANGER);
    }

    function test_RefusesToBeLeftWithoutAnAdministrator() public {
        bytes memory problem = abi.encodeWithSelector(Ownable.OwnableInvalidOwner.selector, 0);
        vm.prank(ADMINISTRATOR);
        _refuses(problem);
        Ownable2Step(address(registry)).renounceOwnership();
        _refuses(problem);
        new InstitutionRegistry(address(0));
    }
}
