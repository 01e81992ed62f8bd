// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Who takes part: institutions, their accounts, and who vouches for them
/// @notice An institution is `keccak256(bytes(name))` of the name on its card. The administrator
/// names accreditors, an accreditor accredits institutions. Times are Unix seconds.
/// @dev Specified in docs/formats/chain.md, section 1.
interface IInstitutionRegistry {
    /// @dev Revoked is final: neither the institution nor its account comes back.
    enum Status {
        None,
        Active,
        Suspended,
        Revoked
    }

    event AccreditorAdded(address indexed account);
    event AccreditorRemoved(address indexed account);

    /// @param card digest of the institution's signed card
    /// @param endpoint where its node answers; kept in this event only
    event InstitutionAccredited(
        bytes32 indexed institution,
        address indexed account,
        bytes32 card,
        string endpoint,
        uint64 expiresAt
    );
    event InstitutionRenewed(bytes32 indexed institution, uint64 expiresAt);
    event InstitutionStatusChanged(bytes32 indexed institution, Status status);
    event CardPublished(bytes32 indexed institution, bytes32 card, string endpoint);

    /// @dev The caller accredits nobody.
    error NotAccreditor(address account);
    /// @dev There is a record of this institution, whatever its status.
    error InstitutionExists(bytes32 institution);
    /// @dev Also for the zero institution, which is the word for "none".
    error UnknownInstitution(bytes32 institution);
    /// @dev The account belongs to an institution, perhaps a revoked one.
    error AccountInUse(address account);
    /// @dev The zero address is nobody's account.
    error InvalidAccount();
    /// @dev `expiresAt` is not later than the block's time.
    error ExpiryInThePast(uint64 expiresAt);
    /// @dev Over 256 bytes.
    error EndpointTooLong(uint256 lengthBytes);
    /// @dev The act does not apply to an institution in this status.
    error WrongStatus(bytes32 institution, Status status);
    /// @dev The account is no institution's, or that of a revoked one where a living one is asked
    /// for.
    error NotAnInstitution(address account);
    /// @dev Suspended, revoked, or past its expiry.
    error NotActive(bytes32 institution);

    /// @notice Lets `account` accredit. A second time does nothing.
    function addAccreditor(address account) external;

    /// @notice Ends that. What the accreditor did stays. A second time does nothing.
    function removeAccreditor(address account) external;

    /// @notice Enters a new institution, active until `expiresAt`.
    /// @param id the institution, here and below
    function accredit(
        bytes32 id,
        address account,
        bytes32 card,
        string calldata endpoint,
        uint64 expiresAt
    ) external;

    /// @notice Sets the expiry, later or sooner, of an institution that is not revoked.
    function renew(bytes32 id, uint64 expiresAt) external;

    /// @notice From active to suspended.
    function suspend(bytes32 id) external;

    /// @notice From suspended to active.
    function reinstate(bytes32 id) external;

    /// @notice From active or suspended to revoked, for ever.
    function revoke(bytes32 id) external;

    /// @notice Replaces the caller's own card.
    function publishCard(bytes32 card, string calldata endpoint) external;

    /// @notice The record of an institution; all zero when there is none.
    function institution(bytes32 id)
        external
        view
        returns (address account, uint64 expiresAt, Status status, bytes32 card);

    /// @notice The institution of an account, of whatever status; zero when there is none.
    function institutionOf(address account) external view returns (bytes32);

    /// @notice The institution of `account`, or a refusal unless it is active in this block.
    function requireActive(address account) external view returns (bytes32);
}
