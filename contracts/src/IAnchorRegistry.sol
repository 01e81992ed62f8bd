// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IInstitutionGated} from "./IInstitutionGated.sol";

/// @title The newest tree head of each institution's log
/// @notice An institution anchors its own log, and only ever a larger one: two heads of one size
/// cannot both stand here.
/// @dev Specified in docs/formats/chain.md, section 1. The chain cannot check that one head extends
/// the one before; consistency proofs do.
interface IAnchorRegistry is IInstitutionGated {
    event Anchored(bytes32 indexed institution, uint64 size, bytes32 root);

    /// @dev An empty log has nothing to anchor, so the first size is larger than a `last` of zero
    /// too.
    error SizeNotLarger(uint64 size, uint64 last);
    /// @dev The anchor of this size has another root.
    error Equivocation(uint64 size);

    /// @notice Anchors the head of the caller's log. The last anchor again does nothing.
    /// @param size leaves in the tree
    /// @param root RFC 6962 root over them
    function anchor(uint64 size, bytes32 root) external;

    /// @notice The last anchor of an institution and the block it came in; all zero when there is
    /// none.
    function latest(bytes32 institution)
        external
        view
        returns (uint64 size, bytes32 root, uint64 blockNumber);
}
