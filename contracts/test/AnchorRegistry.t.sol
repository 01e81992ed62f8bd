// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {BehavesLikeInstitutionGated, Fixture} from "./Fixture.sol";
import {AnchorRegistry} from "../src/AnchorRegistry.sol";
import {IAnchorRegistry} from "../src/IAnchorRegistry.sol";
import {IInstitutionGated} from "../src/IInstitutionGated.sol";

contract AnchorRegistryTest is BehavesLikeInstitutionGated {
    bytes32 private constant ROOT = keccak256("a root");

    IAnchorRegistry private anchors;

    function setUp() public override {
        super.setUp();
        anchors = new AnchorRegistry(registry);
    }

    function _gated() internal view override returns (IInstitutionGated) {
        return anchors;
    }

    function _write() internal override {
        anchors.anchor(5, ROOT);
    }

    function test_AnchorsAloudWithItsBlock() public {
        vm.roll(77);
        vm.expectEmit(address(anchors));
        emit IAnchorRegistry.Anchored(NORTH_ID, 5, ROOT);
        _anchor(5, ROOT);
        _assertLatest(NORTH_ID, 5, ROOT, 77);
        _assertLatest(SOUTH_ID, 0, 0, 0);
    }

    function test_TakesALargerHeadOnly() public {
        _anchor(5, ROOT);
        _anchor(6, keccak256("another root"));
        _anchor(type(uint64).max, ROOT);
        _refuses(
            abi.encodeWithSelector(
                IAnchorRegistry.SizeNotLarger.selector, uint64(6), type(uint64).max
            )
        );
        _anchor(6, ROOT);
    }

    function test_TheLastAnchorAgainDoesNothingAndKeepsItsBlock() public {
        vm.roll(77);
        _anchor(5, ROOT);
        vm.roll(78);
        _listen();
        _anchor(5, ROOT);
        _assertQuiet();
        _assertLatest(NORTH_ID, 5, ROOT, 77);
    }

    function test_RefusesTwoRootsOfOneSize() public {
        _anchor(5, ROOT);
        _refuses(abi.encodeWithSelector(IAnchorRegistry.Equivocation.selector, 5));
        _anchor(5, ROOT ^ bytes32(uint256(1)));
        _refuses(abi.encodeWithSelector(IAnchorRegistry.Equivocation.selector, 5));
        _anchor(5, 0);
    }

    function test_RefusesASmallerHeadEvenOneThatStoodHereBefore() public {
        _anchor(5, ROOT);
        _anchor(6, ROOT);
        _refuses(abi.encodeWithSelector(IAnchorRegistry.SizeNotLarger.selector, 5, 6));
        _anchor(5, ROOT);
    }

    function test_RefusesAnEmptyLog() public {
        _refuses(abi.encodeWithSelector(IAnchorRegistry.SizeNotLarger.selector, 0, 0));
        _anchor(0, 0);
        _refuses(abi.encodeWithSelector(IAnchorRegistry.SizeNotLarger.selector, 0, 0));
        _anchor(0, ROOT);
    }

    function test_OneInstitutionDoesNotMoveAnothersHead() public {
        vm.prank(SOUTH);
        anchors.anchor(1000, keccak256("south"));
        _anchor(5, ROOT);
        _assertLatest(NORTH_ID, 5, ROOT, block.number);
        _assertLatest(SOUTH_ID, 1000, keccak256("south"), block.number);
    }

    function test_AnySequenceLeavesTheLargestHead(uint64[] calldata sizes) public {
        uint64 largest = 0;
        for (uint256 i = 0; i < sizes.length; ++i) {
            bytes32 root = keccak256(abi.encode(sizes[i]));
            if (sizes[i] < largest || sizes[i] == 0) {
                _refuses(
                    abi.encodeWithSelector(
                        IAnchorRegistry.SizeNotLarger.selector, sizes[i], largest
                    )
                );
            } else {
                largest = sizes[i];
            }
            _anchor(sizes[i], root);
        }
        (uint64 size, bytes32 last,) = anchors.latest(NORTH_ID);
        vm.assertEq(size, largest);
        vm.assertEq(last, largest == 0 ? bytes32(0) : keccak256(abi.encode(largest)));
    }

    function _anchor(uint64 size, bytes32 root) private {
        vm.prank(NORTH);
        anchors.anchor(size, root);
    }

    function _assertLatest(bytes32 institution, uint64 size, bytes32 root, uint256 blockNumber)
        private
        view
    {
        (uint64 s, bytes32 r, uint64 b) = anchors.latest(institution);
        vm.assertEq(s, size);
        vm.assertEq(r, root);
        vm.assertEq(b, blockNumber);
    }
}

/// @dev Writes what it is told to, and remembers the largest head that was ever taken.
contract AnchorWriter {
    IAnchorRegistry private immutable _anchors;

    uint64 public largest;
    bytes32 public largestRoot;

    constructor(IAnchorRegistry anchors) {
        _anchors = anchors;
    }

    function writeAnywhere(uint16 size, bytes32 root) external {
        _write(size, root);
    }

    /// @dev Near the last head, where the rules are.
    function writeNear(uint8 step, bool isSameRoot) external {
        uint64 size = largest + step;
        _write(size < 3 ? size : size - 3, isSameRoot ? largestRoot : keccak256(abi.encode(step)));
    }

    function _write(uint64 size, bytes32 root) private {
        _anchors.anchor(size, root);
        if (size > largest) {
            largest = size;
            largestRoot = root;
        }
    }
}

contract AnchorRegistryInvariant is Fixture {
    IAnchorRegistry private anchors;
    AnchorWriter private writer;

    function setUp() public override {
        super.setUp();
        anchors = new AnchorRegistry(registry);
        writer = new AnchorWriter(anchors);
        _accredit(keccak256("writer"), address(writer));
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(writer);
    }

    /// @dev Every head that was taken was larger than all before it, so the last is the largest.
    function invariant_HeadsOnlyGrow() public view {
        (uint64 size, bytes32 root,) = anchors.latest(keccak256("writer"));
        vm.assertEq(size, writer.largest());
        vm.assertEq(root, writer.largestRoot());
    }
}
