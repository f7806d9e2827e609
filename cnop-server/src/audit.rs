//! What happens around the audit trail, whose entries lie in the store: tries that are counted together, and the mirror
//! that writes every entry to a file too.

mod mirror;
mod tries;

pub(crate) use mirror::Mirror;
pub(crate) use tries::Tries;
