// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

import {IInstitutionRegistry} from "./IInstitutionRegistry.sol";

/// @dev Described in {IInstitutionRegistry}.
contract InstitutionRegistry is IInstitutionRegistry, Ownable2Step {
    struct Record {
        address account;
        uint64 expiresAt;
        Status status;
        bytes32 card;
    }

    uint256 private constant ENDPOINT_BYTES_MAX = 256;

    mapping(address account => bool) private _isAccreditor;
    mapping(bytes32 institution => Record) private _records;
    mapping(address account => bytes32 institution) private _institutionOf;

    modifier onlyAccreditor() {
        if (!_isAccreditor[msg.sender]) revert NotAccreditor(msg.sender);
        _;
    }

    /// @param administrator names accreditors; hands over in two steps
    constructor(address administrator) Ownable(administrator) {}

    /// @inheritdoc IInstitutionRegistry
    function addAccreditor(address account) external onlyOwner {
        if (_isAccreditor[account]) return;
        _isAccreditor[account] = true;
        emit AccreditorAdded(account);
    }

    /// @inheritdoc IInstitutionRegistry
    function removeAccreditor(address account) external onlyOwner {
        if (!_isAccreditor[account]) return;
        _isAccreditor[account] = false;
        emit AccreditorRemoved(account);
    }

    /// @inheritdoc IInstitutionRegistry
    function accredit(
        bytes32 id,
        address account,
        bytes32 card,
        string calldata endpoint,
        uint64 expiresAt
    ) external onlyAccreditor {
        if (id == 0) revert UnknownInstitution(id);
        if (_records[id].status != Status.None) revert InstitutionExists(id);
        if (account == address(0)) revert InvalidAccount();
        if (_institutionOf[account] != 0) revert AccountInUse(account);
        _checkExpiry(expiresAt);
        _checkEndpoint(endpoint);
        _records[id] = Record(account, expiresAt, Status.Active, card);
        _institutionOf[account] = id;
        emit InstitutionAccredited(id, account, card, endpoint, expiresAt);
    }

    /// @inheritdoc IInstitutionRegistry
    function renew(bytes32 id, uint64 expiresAt) external onlyAccreditor {
        Record storage record = _known(id);
        if (record.status == Status.Revoked) revert WrongStatus(id, record.status);
        _checkExpiry(expiresAt);
        record.expiresAt = expiresAt;
        emit InstitutionRenewed(id, expiresAt);
    }

    /// @inheritdoc IInstitutionRegistry
    function suspend(bytes32 id) external onlyAccreditor {
        Record storage record = _known(id);
        if (record.status != Status.Active) revert WrongStatus(id, record.status);
        _setStatus(id, record, Status.Suspended);
    }

    /// @inheritdoc IInstitutionRegistry
    function reinstate(bytes32 id) external onlyAccreditor {
        Record storage record = _known(id);
        if (record.status != Status.Suspended) revert WrongStatus(id, record.status);
        _setStatus(id, record, Status.Active);
    }

    /// @inheritdoc IInstitutionRegistry
    function revoke(bytes32 id) external onlyAccreditor {
        Record storage record = _known(id);
        if (record.status == Status.Revoked) revert WrongStatus(id, record.status);
        _setStatus(id, record, Status.Revoked);
    }

    /// @inheritdoc IInstitutionRegistry
    function publishCard(bytes32 card, string calldata endpoint) external {
        bytes32 own = _institutionOf[msg.sender];
        Record storage record = _records[own];
        if (own == 0 || record.status == Status.Revoked) revert NotAnInstitution(msg.sender);
        _checkEndpoint(endpoint);
        record.card = card;
        emit CardPublished(own, card, endpoint);
    }

    /// @inheritdoc IInstitutionRegistry
    function institution(bytes32 id)
        external
        view
        returns (address account, uint64 expiresAt, Status status, bytes32 card)
    {
        Record storage record = _records[id];
        return (record.account, record.expiresAt, record.status, record.card);
    }

    /// @inheritdoc IInstitutionRegistry
    function institutionOf(address account) external view returns (bytes32) {
        return _institutionOf[account];
    }

    /// @inheritdoc IInstitutionRegistry
    function requireActive(address account) external view returns (bytes32) {
        bytes32 own = _institutionOf[account];
        if (own == 0) revert NotAnInstitution(account);
        Record storage record = _records[own];
        if (record.status != Status.Active || block.timestamp >= record.expiresAt) {
            revert NotActive(own);
        }
        return own;
    }

    /// @dev Refused: without an administrator nobody could take a rogue accreditor's right away.
    function renounceOwnership() public view override onlyOwner {
        revert OwnableInvalidOwner(address(0));
    }

    function _setStatus(bytes32 id, Record storage record, Status status) private {
        record.status = status;
        emit InstitutionStatusChanged(id, status);
    }

    function _known(bytes32 id) private view returns (Record storage record) {
        record = _records[id];
        if (record.status == Status.None) revert UnknownInstitution(id);
    }

    function _checkExpiry(uint64 expiresAt) private view {
        if (block.timestamp >= expiresAt) revert ExpiryInThePast(expiresAt);
    }

    function _checkEndpoint(string calldata endpoint) private pure {
        uint256 lengthBytes = bytes(endpoint).length;
        if (lengthBytes > ENDPOINT_BYTES_MAX) revert EndpointTooLong(lengthBytes);
    }
}
