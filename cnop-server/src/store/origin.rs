//! Where a change came from; every ledger row carries it.

use std::net::IpAddr;

use cnop_core::ids::RequestId;

/// The request behind a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Its id, as it stands in the answer and the log.
    pub(crate) request_id: RequestId,
    /// The client's address.
    pub(crate) address: IpAddr,
}
