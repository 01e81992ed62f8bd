// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAnchorRegistry} from "./IAnchorRegistry.sol";
import {IInstitutionRegistry} from "./IInstitutionRegistry.sol";
import {InstitutionGated} from "./InstitutionGated.sol";

/// @dev Described in {IAnchorRegistry}.
contract AnchorRegistry is IAnchorRegistry, InstitutionGated {
    struct Head {
        bytes32 root;
        uint64 size;
        uint64 blockNumber;
    }

    mapping(bytes32 institution => Head) private _latest;

    constructor(IInstitutionRegistry registry) InstitutionGated(registry) {}

    /// @inheritdoc IAnchorRegistry
    function anchor(uint64 size, bytes32 root) external {
        bytes32 own = _activeCaller();
        Head storage last = _latest[own];
        if (size != 0 && size == last.size) {
            if (root != last.root) revert Equivocation(size);
            return;
        }
        if (size <= last.size) revert SizeNotLarger(size, last.size);
        _latest[own] = Head(root, size, uint64(block.number));
        emit Anchored(own, size, root);
    }

    /// @inheritdoc IAnchorRegistry
    function latest(bytes32 institution)
        external
        view
        returns (uint64 size, bytes32 root, uint64 blockNumber)
    {
        Head storage last = _latest[institution];
        return (last.size, last.root, last.blockNumber);
    }
}
