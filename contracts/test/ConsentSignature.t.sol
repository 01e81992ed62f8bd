// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ConsentFixture} from "./ConsentFixture.sol";
import {IConsentRegistry} from "../src/IConsentRegistry.sol";

/// @dev Which signatures count, and for what.
contract ConsentSignatureTest is ConsentFixture {
    uint256 private constant KEY = 1;
    uint256 private constant OTHER_KEY = 2;

    // The order of secp256k1.
    uint256 private constant N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    IConsentRegistry.Grant private grant;
    bytes private signature;

    function setUp() public override {
        super.setUp();
        grant = _grantOf(KEY, 1);
        signature = _signGrant(KEY, grant);
    }

    /// @dev keccak256 by another program (js-sha3), from the EIP-712 rules and docs/formats/chain.md:
    /// chain 31337, the first contract of 0x…d0, key 1. The signatures are those of RFC 6979.
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
        bytes memory signed =
            hex"cbf139de25ffb22cb9da4f5561d53ea1cfaafaab55737f08b33f6d5721c36fca659d83dc0189e37898f5faf3748fc419ed81873cfbde62eb341897e4c6bf1b591b";
        vm.assertEq(keccak256(_sign(KEY, digest)), keccak256(signed));
        _relayGrantAs(NORTH, grant, signed);
        _assertRecord(grant, IConsentRegistry.State.Granted);
        digest = 0x5bb9e8b8678cae8aadc8aa8ea398cc2fa89c88d296659340e5542433df12a91a;
        vm.assertEq(_revocationDigest(grant.handle), digest);
        signed =
            hex"f849223868015d82385608297f487f748fd339d87df96f6aac7e1c7aa03cb5725fb1a9d6fb922f473671ac4884e54035d5b0aac4145be37b78a8fc5fec59666f1b";
        _relayRevocation(grant.handle, signed);
        _assertRecord(grant, IConsentRegistry.State.Revoked);
    }

    /// @dev A signature that recovers to nobody must not speak for nobody's handle.
    function test_RefusesTheHandleOfTheZeroAccount() public {
        IConsentRegistry.Grant memory nobodys = _grantOf(KEY, 1);
        nobodys.handle = keccak256(abi.encode(keccak256("mednexus/consent-handle/v1"), address(0)));
        _refusesSignatureOver(nobodys, new bytes(65));
        _refusesSignatureOver(nobodys, "");
        _refuses(abi.encodeWithSelector(IConsentRegistry.InvalidSignature.selector, 0));
        _relayRevocation(nobodys.handle, new bytes(65));
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
