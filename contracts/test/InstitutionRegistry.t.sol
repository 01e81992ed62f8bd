// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Fixture} from "./Fixture.sol";
import {IInstitutionRegistry} from "../src/IInstitutionRegistry.sol";

contract InstitutionRegistryTest is Fixture {
    bytes32 private constant EAST_ID = keccak256("east.example");
    address private constant EAST = address(0xB3);

    function test_KeepsWhatWasAccredited() public view {
        _assertRecord(NORTH_ID, NORTH, EXPIRY, IInstitutionRegistry.Status.Active, CARD);
        vm.assertEq(registry.institutionOf(NORTH), NORTH_ID);
        vm.assertEq(registry.requireActive(NORTH), NORTH_ID);
    }

    function test_KnowsNothingOfOthers() public view {
        _assertRecord(EAST_ID, address(0), 0, IInstitutionRegistry.Status.None, 0);
        vm.assertEq(registry.institutionOf(EAST), bytes32(0));
    }

    function test_AnnouncesAnAccreditation() public {
        vm.expectEmit(address(registry));
        emit IInstitutionRegistry.InstitutionAccredited(
            EAST_ID, EAST, CARD, "https://node.example:8443", EXPIRY
        );
        _accredit(EAST_ID, EAST);
    }

    function test_TakesAnEndpointOf256BytesAndRefuses257() public {
        string memory longest = string(new bytes(256));
        string memory longer = string(new bytes(257));
        vm.startPrank(ACCREDITOR);
        _refuses(abi.encodeWithSelector(IInstitutionRegistry.EndpointTooLong.selector, 257));
        registry.accredit(EAST_ID, EAST, CARD, longer, EXPIRY);
        registry.accredit(EAST_ID, EAST, CARD, longest, EXPIRY);
        vm.stopPrank();
        vm.startPrank(EAST);
        _refuses(abi.encodeWithSelector(IInstitutionRegistry.EndpointTooLong.selector, 257));
        registry.publishCard(CARD, longer);
        registry.publishCard(CARD, longest);
    }

    function test_RefusesAnInstitutionThatExists() public {
        _refusesAccreditation(
            NORTH_ID,
            EAST,
            EXPIRY,
            abi.encodeWithSelector(IInstitutionRegistry.InstitutionExists.selector, NORTH_ID)
        );
    }

    function test_RefusesARevokedInstitutionUnderANewAccount() public {
        vm.prank(ACCREDITOR);
        registry.revoke(NORTH_ID);
        _refusesAccreditation(
            NORTH_ID,
            EAST,
            EXPIRY,
            abi.encodeWithSelector(IInstitutionRegistry.InstitutionExists.selector, NORTH_ID)
        );
    }

    function test_RefusesAnAccountOfAnotherInstitutionEvenOfARevokedOne() public {
        bytes memory problem =
            abi.encodeWithSelector(IInstitutionRegistry.AccountInUse.selector, NORTH);
        _refusesAccreditation(EAST_ID, NORTH, EXPIRY, problem);
        vm.prank(ACCREDITOR);
        registry.revoke(NORTH_ID);
        _refusesAccreditation(EAST_ID, NORTH, EXPIRY, problem);
    }

    function test_RefusesTheZeroAccountAndTheZeroInstitution() public {
        _refusesAccreditation(
            EAST_ID,
            address(0),
            EXPIRY,
            abi.encodeWithSelector(IInstitutionRegistry.InvalidAccount.selector)
        );
        _refusesAccreditation(
            0,
            EAST,
            EXPIRY,
            abi.encodeWithSelector(IInstitutionRegistry.UnknownInstitution.selector, 0)
        );
    }

    function test_RefusesAnExpiryThatIsNotLaterThanTheBlock() public {
        bytes memory problem =
            abi.encodeWithSelector(IInstitutionRegistry.ExpiryInThePast.selector, NOW);
        _refusesAccreditation(EAST_ID, EAST, NOW, problem);
        vm.prank(ACCREDITOR);
        _refuses(problem);
        registry.renew(NORTH_ID, NOW);
    }

    function test_RefusesEveryActOfAnyoneButAnAccreditor(address other) public {
        vm.assume(other != ACCREDITOR);
        bytes memory problem =
            abi.encodeWithSelector(IInstitutionRegistry.NotAccreditor.selector, other);
        vm.startPrank(other);
        _refuses(problem);
        registry.accredit(EAST_ID, EAST, CARD, "", EXPIRY);
        _refuses(problem);
        registry.renew(NORTH_ID, EXPIRY + 1);
        _refuses(problem);
        registry.suspend(NORTH_ID);
        _refuses(problem);
        registry.reinstate(NORTH_ID);
        _refuses(problem);
        registry.revoke(NORTH_ID);
    }

    function test_RefusesActsOnAnUnknownInstitution() public {
        bytes memory problem =
            abi.encodeWithSelector(IInstitutionRegistry.UnknownInstitution.selector, EAST_ID);
        vm.startPrank(ACCREDITOR);
        _refuses(problem);
        registry.renew(EAST_ID, EXPIRY);
        _refuses(problem);
        registry.suspend(EAST_ID);
        _refuses(problem);
        registry.reinstate(EAST_ID);
        _refuses(problem);
        registry.revoke(EAST_ID);
    }

    function test_RenewsLaterAndSooner() public {
        _renews(EXPIRY + 1 days);
        _renews(NOW + 1);
        vm.assertEq(registry.requireActive(NORTH), NORTH_ID);
        vm.warp(NOW + 1);
        _refuses(abi.encodeWithSelector(IInstitutionRegistry.NotActive.selector, NORTH_ID));
        registry.requireActive(NORTH);
    }

    function test_RenewsAnExpiredInstitutionBackToLife() public {
        vm.warp(EXPIRY);
        _renews(EXPIRY + 1 days);
        vm.assertEq(registry.requireActive(NORTH), NORTH_ID);
    }

    function test_RenewingKeepsASuspension() public {
        vm.startPrank(ACCREDITOR);
        registry.suspend(NORTH_ID);
        registry.renew(NORTH_ID, EXPIRY + 1 days);
        vm.stopPrank();
        _refuses(abi.encodeWithSelector(IInstitutionRegistry.NotActive.selector, NORTH_ID));
        registry.requireActive(NORTH);
    }

    function test_SuspendsReinstatesAndRevokesAloud() public {
        vm.startPrank(ACCREDITOR);
        _expectStatus(IInstitutionRegistry.Status.Suspended);
        registry.suspend(NORTH_ID);
        _expectStatus(IInstitutionRegistry.Status.Active);
        registry.reinstate(NORTH_ID);
        _expectStatus(IInstitutionRegistry.Status.Revoked);
        registry.revoke(NORTH_ID);
        vm.stopPrank();
        _assertRecord(NORTH_ID, NORTH, EXPIRY, IInstitutionRegistry.Status.Revoked, CARD);
    }

    function test_RevokesASuspendedInstitution() public {
        vm.startPrank(ACCREDITOR);
        registry.suspend(NORTH_ID);
        _expectStatus(IInstitutionRegistry.Status.Revoked);
        registry.revoke(NORTH_ID);
    }

    function test_RefusesActsThatDoNotFitTheStatus() public {
        vm.startPrank(ACCREDITOR);
        _refusesStatus(IInstitutionRegistry.Status.Active);
        registry.reinstate(NORTH_ID);
        registry.suspend(NORTH_ID);
        _refusesStatus(IInstitutionRegistry.Status.Suspended);
        registry.suspend(NORTH_ID);
    }

    function test_RevokedIsFinal() public {
        vm.startPrank(ACCREDITOR);
        registry.revoke(NORTH_ID);
        _refusesStatus(IInstitutionRegistry.Status.Revoked);
        registry.renew(NORTH_ID, EXPIRY + 1 days);
        _refusesStatus(IInstitutionRegistry.Status.Revoked);
        registry.suspend(NORTH_ID);
        _refusesStatus(IInstitutionRegistry.Status.Revoked);
        registry.reinstate(NORTH_ID);
        _refusesStatus(IInstitutionRegistry.Status.Revoked);
        registry.revoke(NORTH_ID);
        vm.stopPrank();
        _refuses(abi.encodeWithSelector(IInstitutionRegistry.NotActive.selector, NORTH_ID));
        registry.requireActive(NORTH);
    }

    function test_PublishesACardForItsOwnAccountEvenWhileSuspended() public {
        vm.prank(ACCREDITOR);
        registry.suspend(NORTH_ID);
        bytes32 card = keccak256("a new card");
        vm.expectEmit(address(registry));
        emit IInstitutionRegistry.CardPublished(NORTH_ID, card, "https://new.example");
        vm.prank(NORTH);
        registry.publishCard(card, "https://new.example");
        _assertRecord(NORTH_ID, NORTH, EXPIRY, IInstitutionRegistry.Status.Suspended, card);
    }

    function test_RefusesACardOfAStrangerAndOfARevokedInstitution() public {
        vm.prank(ACCREDITOR);
        registry.revoke(NORTH_ID);
        _refusesCard(NORTH);
        _refusesCard(STRANGER);
    }

    function test_RequireActiveRefusesAStranger() public {
        _refuses(abi.encodeWithSelector(IInstitutionRegistry.NotAnInstitution.selector, STRANGER));
        registry.requireActive(STRANGER);
    }

    function _renews(uint64 expiresAt) private {
        vm.expectEmit(address(registry));
        emit IInstitutionRegistry.InstitutionRenewed(NORTH_ID, expiresAt);
        vm.prank(ACCREDITOR);
        registry.renew(NORTH_ID, expiresAt);
        _assertRecord(NORTH_ID, NORTH, expiresAt, IInstitutionRegistry.Status.Active, CARD);
    }

    function _refusesAccreditation(
        bytes32 institution,
        address account,
        uint64 expiresAt,
        bytes memory problem
    ) private {
        vm.prank(ACCREDITOR);
        _refuses(problem);
        registry.accredit(institution, account, CARD, "", expiresAt);
    }

    function _refusesCard(address sender) private {
        vm.prank(sender);
        _refuses(abi.encodeWithSelector(IInstitutionRegistry.NotAnInstitution.selector, sender));
        registry.publishCard(CARD, "");
    }

    function _expectStatus(IInstitutionRegistry.Status status) private {
        vm.expectEmit(address(registry));
        emit IInstitutionRegistry.InstitutionStatusChanged(NORTH_ID, status);
    }

    function _refusesStatus(IInstitutionRegistry.Status status) private {
        _refuses(
            abi.encodeWithSelector(IInstitutionRegistry.WrongStatus.selector, NORTH_ID, status)
        );
    }

    function _assertRecord(
        bytes32 institution,
        address account,
        uint64 expiresAt,
        IInstitutionRegistry.Status status,
        bytes32 card
    ) private view {
        (address a, uint64 e, IInstitutionRegistry.Status s, bytes32 c) =
            registry.institution(institution);
        vm.assertEq(a, account);
        vm.assertEq(e, expiresAt);
        vm.assertEq(uint256(s), uint256(status));
        vm.assertEq(c, card);
    }
}
